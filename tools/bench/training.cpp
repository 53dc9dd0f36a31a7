// Times trainings on demand: bench_training ENGINE MODEL.mat STAGE|ACTIVATION
// Goes on training the model's network (stage1) or one of its activation parameters, without Adam's
// moments, on synthetic data. Prints "ready", then for each line K of stdin trains K trials and
// prints the processor seconds they took (neighbours on the core do not count). PURSUIT_SIMD chooses the fused engine's instruction set.
#include <cstdio>
#include <ctime>
#include <iostream>

#include <fmt/format.h>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "train/train.hpp"

namespace pursuit::bench {
namespace {

RunSpec spec_of(const Model &model, const std::string &what) {
  RunSpec spec;
  spec.settings.N = model.network.n;
  spec.settings.tau_ms = model.network.tau_ms;
  spec.seed = 2;
  if (what == "stage1") return spec;
  spec.stage = 2;
  set_value(spec.settings, *find_parameter("activation"), what);
  return spec;
}

TrainingState start_of(const RunSpec &spec, const Model &model) {
  if (spec.stage == 2) return first_state(spec, model.network);
  TrainingState state;
  state.network = model.network;
  return state;
}

void serve(Engine &engine, const RunSpec &spec, const Model &model) {
  const Behavior behavior = synthetic_behavior(1);
  const std::unique_ptr<Training> training = engine.start({start_of(spec, model)});
  std::uint32_t trial = 0;
  fmt::print("ready\n");
  std::fflush(stdout);
  for (int count = 0; std::cin >> count;) {
    const std::clock_t begin = std::clock();
    for (int i = 0; i < count; ++i, ++trial) {
      const Trial next = make_trial(behavior, spec, trial, draw_trial(behavior, spec, trial));
      training->update(std::span<const Trial>(&next, 1));
    }
    training->take_losses();
    fmt::print("{}\n", static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    std::fflush(stdout);
  }
}

} // namespace
} // namespace pursuit::bench

int main(int argc, char **argv) {
  using namespace pursuit;
  if (argc != 4) {
    fmt::print(stderr, "usage: bench_training ENGINE MODEL.mat stage1|ACTIVATION\n");
    return 2;
  }
  try {
    const std::unique_ptr<Engine> engine = make_engine({argv[1]});
    const Model model = read_model(real_disk().read(argv[2]).value_or(""), argv[2]);
    bench::serve(*engine, bench::spec_of(model, argv[3]), model);
    return 0;
  } catch (const std::exception &error) {
    fmt::print(stderr, "bench_training: {}\n", error.what());
    return 1;
  }
}
