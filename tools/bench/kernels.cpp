// The fused engine's kernels against the roofline of this core (README.md says which), for each
// instruction set and size: bench_kernels [--sizes 100,250,500] [--benchmark_... of Google Benchmark].
// One trial of median activity is repeated with learning rate 0, so that every pass sees the same
// work.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <sstream>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bounds.hpp"
#include "engine/fused/fused_network.hpp"
#include "engine/fused/instruction_set.hpp"
#include "trained_network.hpp"

namespace pursuit::bench {
namespace {

constexpr std::size_t k_t = fused::k_t;

// Floats in whole cache lines: a load never crosses two.
struct alignas(64) Line {
  float values[16];
};

class Floats {
public:
  Floats(std::size_t count, float value) : lines_((count + 63) / 64 * 4) {
    std::fill_n(data(), size(), value);
  }
  float *data() { return lines_.data()->values; }
  std::size_t size() const { return lines_.size() * std::size(Line{}.values); }

private:
  std::vector<Line> lines_;
};

// The columns of W that a pass reads, step by step: those of the units active at t = 0..T-2.
std::vector<std::uint32_t> active_columns(const fused::Arrays &a) {
  std::vector<std::uint32_t> columns;
  for (std::size_t i = 0; i < a.words * (k_t - 1); ++i) {
    for (std::uint64_t bits = a.active[i]; bits != 0; bits &= bits - 1) {
      const std::size_t bit = static_cast<std::size_t>(std::countr_zero(bits));
      columns.push_back(static_cast<std::uint32_t>(i % a.words * fused::k_mask_bits + bit));
    }
  }
  return columns;
}

// A trained network in the engine's memory after the forward and backward pass of one trial.
class Subject {
public:
  Subject(const TrainingState &trained, const fused::Passes &passes_used)
      : passes(passes_used),
        memory(static_cast<std::size_t>(trained.network.n), 2, ActivationSet()), state(trained) {
    state.learning_rate = 0;
    memory.load(state);
    memory.arrays.keep = static_cast<float>(1.0 - state.network.dt_ms / state.network.tau_ms);
    memory.arrays.scale = static_cast<float>(state.network.dt_ms / state.network.tau_ms);
    choose_trial();
    load_trial(trial);
    forward();
    for (std::size_t i = 0; i < k_outputs * k_t; ++i) arrays().error[i] = 0.05f;
    backward();
    active = active_columns(arrays());
  }

  const fused::Arrays &arrays() const { return memory.arrays; }
  std::size_t n() const { return memory.arrays.n; }

  void forward() { passes.forward(alone()); }
  void backward() { passes.backward(alone()); }

  void make_noise() {
    fill_trial_noise(trial.noise, {arrays().x, n()}, {memory.noise, n() * (k_t - 1)},
                     passes.normals);
  }

  const fused::Passes &passes;
  fused::FusedMemory memory;
  TrainingState state;
  Trial trial;
  std::vector<std::uint32_t> active;

private:
  std::array<const fused::Arrays *, 1> alone() const { return {&memory.arrays}; }

  void load_trial(const Trial &next) {
    trial = next;
    make_noise();
    std::copy(trial.u.begin(), trial.u.end(), memory.u);
  }

  void choose_trial() {
    std::vector<std::pair<std::size_t, std::int64_t>> activity;
    const RunSpec spec = spec_of(state.network.n);
    for (std::int64_t t = k_trials_before; t < k_trials_before + 15; ++t) {
      load_trial(next_trial(spec, t));
      forward();
      activity.push_back({active_columns(arrays()).size(), t});
    }
    std::nth_element(activity.begin(), activity.begin() + 7, activity.end());
    trial = next_trial(spec, activity[7].second);
  }
};

using Body = std::function<void()>;

void add(const std::string &name, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), [body](benchmark::State &running) {
    for (auto iteration : running) body();
  })->Unit(benchmark::kMicrosecond);
}

// Times in seconds, by benchmark name.
class Medians : public benchmark::ConsoleReporter {
public:
  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs) {
      if (run.run_type == Run::RT_Aggregate && run.aggregate_name == "median") {
        seconds[run.run_name.function_name] = run.GetAdjustedCPUTime() * 1e-6;
      }
    }
  }
  std::map<std::string, double> seconds;
};

// What is measured of one subject, and what bounds it.
class Case {
public:
  Case(std::string name, std::shared_ptr<Subject> subject, const Bounds &bounds)
      : name_(std::move(name)), subject_(std::move(subject)), bounds_(bounds),
        whole_(std::make_shared<fused::FusedNetwork>(subject_->state, subject_->passes)),
        w_(subject_->n() * subject_->n(), 0.01f), m_(w_), v_(w_),
        states_(k_t * subject_->n(), 0.3f), rates_(states_) {}

  void add_kernels() {
    const std::shared_ptr<Subject> s = subject_;
    const fused::AdamStep still{0, 0.1f, 0.001f};
    add(name_ + "/update", [this] {
      fused::SideBySide networks;
      networks.add(*whole_, subject_->trial);
      benchmark::DoNotOptimize(networks.update());
    });
    add(name_ + "/noise", [s] { s->make_noise(); });
    add(name_ + "/forward", [s] { s->forward(); });
    add(name_ + "/backward", [s] { s->backward(); });
    add(name_ + "/descend", [s, still] { s->passes.descend_w(s->arrays(), still); });
    add(name_ + "/bound_read", [this, s] {
      bounds_.read(s->arrays().w.p, s->arrays().stride, s->arrays().n, s->active.data(),
                   s->active.size());
    });
    add(name_ + "/bound_fma", [this] { keep(bounds_.multiply_add(k_fmas)); });
    add(name_ + "/bound_adam",
        [this] { bounds_.adam(w_.data(), m_.data(), v_.data(), w_.size(), 0.01f); });
    add(name_ + "/bound_tanh",
        [this] { bounds_.tanh(states_.data(), rates_.data(), states_.size()); });
  }

  void print(const std::map<std::string, double> &seconds) const {
    const auto at = [&](const std::string &what) { return seconds.at(name_ + "/" + what); };
    const fused::Arrays &a = subject_->arrays();
    const double active = static_cast<double>(subject_->active.size());
    const double read_w = at("bound_read");
    const double fma = at("bound_fma") / static_cast<double>(k_fmas * bounds_.width);
    const double pairs = active * static_cast<double>(a.n) * fma;
    const double adam = at("bound_adam");
    fmt::print("\n{}: {:.0f}% of units active; their columns of W are read at {:.0f} GB/s, {:.0f} "
               "Gfma/s\n",
               name_, 100 * active / static_cast<double>(a.n * (k_t - 1)),
               4e-9 * active * static_cast<double>(a.n) / read_w, 1e-9 / fma);
    line("noise", at("noise"), at("noise"));
    line("forward", at("forward"), read_w + at("bound_tanh"));
    line("backward", at("backward"), read_w);
    line("dW and Adam", at("descend"), pairs + adam);
    line("whole update", at("update"), at("noise") + at("bound_tanh") + 2 * read_w + pairs + adam);
  }

private:
  static constexpr std::size_t k_fmas = 100'000;

  static void keep(float value) { benchmark::DoNotOptimize(value); }
  static void line(const char *what, double seconds, double bound_s) {
    fmt::print("  {:<14}{:>9.1f} us   bound {:>7.1f} us   {:>4.0f}%\n", what, 1e6 * seconds,
               1e6 * bound_s, 100 * bound_s / seconds);
  }

  std::string name_;
  std::shared_ptr<Subject> subject_;
  Bounds bounds_;
  std::shared_ptr<fused::FusedNetwork> whole_;
  Floats w_, m_, v_, states_, rates_;
};

std::vector<std::unique_ptr<Case>> make_cases(const std::string &sizes) {
  std::vector<std::unique_ptr<Case>> cases;
  std::istringstream words(sizes);
  for (std::string word; std::getline(words, word, ',');) {
    const TrainingState state = trained_state(std::stoi(word));
    for (const Bounds &bounds : usable_bounds()) {
      cases.push_back(std::make_unique<Case>(
          fmt::format("N={} {}", word, bounds.name),
          std::make_shared<Subject>(state, fused::choose_passes(bounds.name)), bounds));
    }
  }
  return cases;
}

// --sizes is ours; the rest is Google Benchmark's, with our defaults before it.
int run(int argc, char **argv) {
  std::string sizes = "100,250,500";
  std::vector<std::string> arguments = {argv[0], "--benchmark_repetitions=9",
                                        "--benchmark_min_time=0.02",
                                        "--benchmark_enable_random_interleaving=true"};
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--sizes" && i + 1 < argc) {
      sizes = argv[++i];
    } else {
      arguments.push_back(argument);
    }
  }
  std::vector<char *> pointers;
  for (std::string &argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
  const std::vector<std::unique_ptr<Case>> cases = make_cases(sizes);
  for (const std::unique_ptr<Case> &c : cases) c->add_kernels();
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  for (const std::unique_ptr<Case> &c : cases) c->print(medians.seconds);
  return 0;
}

} // namespace
} // namespace pursuit::bench

int main(int argc, char **argv) { return pursuit::bench::run(argc, argv); }
