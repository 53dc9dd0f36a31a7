// Times trainings on demand: bench_training ENGINE MODEL.mat stage1|ACTIVATION|siblings
// Goes on training the model's network (stage1), one of its activation parameters, or all three side by side
// (siblings), without Adam's moments, on synthetic data. Prints "ready", then for each line K of stdin trains K
// trials of each and prints the processor seconds they took (neighbours on the core do not count).
// PURSUIT_SIMD chooses the fused engine's instruction set.
#include <cstdio>
#include <ctime>
#include <iostream>
#include <limits>

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

std::vector<RunSpec> specs_of(const Model &model, const std::string &what) {
  if (what != "siblings") return {spec_of(model, what)};
  return {spec_of(model, "input_gain"), spec_of(model, "threshold"),
          spec_of(model, "response_gain")};
}

void serve(Engine &engine, const std::vector<RunSpec> &specs, const Model &model) {
  const Behavior behavior = synthetic_behavior(1);
  const std::unique_ptr<Training> training = engine.start();
  std::vector<MemberId> networks;
  constexpr std::int64_t k_no_end = std::numeric_limits<std::int64_t>::max();
  for (const RunSpec &spec : specs)
    networks.push_back(
        training->add(start_of(spec, model), DrawnTrials{&behavior, spec}, k_no_end));
  std::int64_t trials = 0;
  fmt::print("ready\n");
  std::fflush(stdout);
  for (int count = 0; std::cin >> count;) {
    const std::clock_t begin = std::clock();
    trials += count;
    for (std::int64_t at; (at = training->trial(networks.front())) < trials;)
      training->advance(trials - at);
    for (const MemberId network : networks) training->take_losses(network);
    fmt::print("{}\n", static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    std::fflush(stdout);
  }
}

} // namespace
} // namespace pursuit::bench

int main(int argc, char **argv) {
  using namespace pursuit;
  if (argc != 4) {
    fmt::print(stderr, "usage: bench_training ENGINE MODEL.mat stage1|ACTIVATION|siblings\n");
    return 2;
  }
  try {
    const std::unique_ptr<Engine> engine = make_engine({argv[1]});
    const Model model = read_model(real_disk().read(argv[2]).value_or(""), argv[2]);
    bench::serve(*engine, bench::specs_of(model, argv[3]), model);
    return 0;
  } catch (const std::exception &error) {
    fmt::print(stderr, "bench_training: {}\n", error.what());
    return 1;
  }
}
