// data: look at a behaviour file, write the synthetic one, show who draws what.
#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "base/input_file.hpp"
#include "base/number.hpp"
#include "base/say.hpp"
#include "base/suggest.hpp"
#include "cli/seed_option.hpp"
#include "cli/verbs.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"
#include "task/behavior.hpp"
#include "task/divergence.hpp"
#include "task/trial.hpp"

namespace pursuit {

namespace {

Behavior load(const std::string &data, std::uint64_t synthetic_seed) {
  if (data == "synthetic") return synthetic_behavior(synthetic_seed);
  return read_behavior(read_input(real_disk(), data, "data file"), data);
}

int data_info(const Arguments &arguments) {
  CLI::App app{"What a behaviour file holds", "pursuit-run data info"};
  std::string file;
  app.add_option("file", file, "Behaviour file, or `synthetic`")->required()->type_name("FILE");
  if (!parse(app, arguments)) return k_exit_done;
  const Behavior behavior = load(file, 1);
  tell("{}\nsha256 {}\n{} days, target directions (degrees):", file, behavior.sha256,
       behavior.days.size());
  for (const Day &day : behavior.days) fmt::print(" {}", shortest_number(day.target_direction_deg));
  fmt::print("\n\nnorm of the target, samples 150..298, day 0 (the first loss of an untrained "
             "network)\ncondition          high       low\n");
  for (std::size_t c = 0; c < 6; ++c) {
    fmt::print("{:<14}  {:8.5f}  {:8.5f}\n", to_text(static_cast<Condition>(c)),
               target_norm(behavior.days[0].traces[0][c]),
               target_norm(behavior.days[0].traces[1][c]));
  }
  return k_exit_done;
}

int data_synth(const Arguments &arguments) {
  CLI::App app{"Writes the synthetic data of a seed, as a behaviour file",
               "pursuit-run data synth"};
  std::string out;
  std::int64_t seed = 1;
  app.add_option("-o,--output", out, "Where it goes")->required()->type_name("FILE.mat");
  app.add_option("--seed", seed, "Seed of the data")
      ->type_name("S")
      ->check(seed_fault)
      ->capture_default_str();
  if (!parse(app, arguments)) return k_exit_done;
  check_output_file(out);
  const Behavior behavior = synthetic_behavior(static_cast<std::uint64_t>(seed));
  real_disk().write_whole(out, behavior_bytes(behavior.days));
  tell("{}  {}\n", behavior.sha256, out);
  return k_exit_done;
}

struct DrawOptions {
  std::string mode;
  int stage = 1;
  std::int64_t seed = 1;
  std::uint32_t n_trials = 0;
  std::string data = "synthetic";
  double noise_direction_deg = Settings{}.noise_direction_deg;
};

RunSpec spec_of(const DrawOptions &options) {
  const std::vector<std::string> &modes = mode_words();
  if (std::find(modes.begin(), modes.end(), options.mode) == modes.end()) {
    throw ConfigError(fmt::format("there is no mode \"{}\"", options.mode),
                      word_hint(options.mode, modes));
  }
  if (options.stage != 1 && options.stage != 2) {
    throw ConfigError(fmt::format("--stage is 1 or 2, not {}", options.stage));
  }
  RunSpec spec;
  spec.mode = options.mode == "activation" ? Mode::activation : Mode::prior_input;
  spec.stage = options.stage;
  spec.seed = static_cast<std::uint64_t>(options.seed);
  spec.settings.noise_direction_deg = options.noise_direction_deg;
  if (spec.mode == Mode::prior_input && spec.stage == 2) {
    throw ConfigError("mode prior_input has one stage", "--stage 1");
  }
  return spec;
}

// The prior column names the condition shown: wide has no prior.
int data_draws(const Arguments &arguments) {
  CLI::App app{"Who draws what: CSV trial,day,contrast,prior,direction", "pursuit-run data draws"};
  DrawOptions options;
  app.add_option("--mode", options.mode, "activation|prior_input")->required()->type_name("M");
  app.add_option("--stage", options.stage, "1|2")->required()->type_name("S");
  app.add_option("--seed", options.seed, "Seed of the run")
      ->type_name("S")
      ->check(seed_fault)
      ->capture_default_str();
  app.add_option("--n_trials", options.n_trials, "How many trials to show")
      ->required()
      ->type_name("K");
  app.add_option("--data", options.data, "Behaviour file, or `synthetic`")->type_name("FILE");
  app.add_option("--noise_direction", options.noise_direction_deg,
                 "Standard deviation of the direction, degrees")
      ->type_name("DEG")
      ->capture_default_str();
  if (!parse(app, arguments)) return k_exit_done;
  const std::string fault =
      range_fault(*find_parameter("noise_direction"), options.noise_direction_deg);
  if (!fault.empty()) throw ConfigError(fmt::format("--noise_direction: {}", fault));
  const RunSpec spec = spec_of(options);
  const Behavior behavior = load(options.data, 1);
  std::fputs("trial,day,contrast,prior,direction\n", stdout);
  for (std::uint32_t trial = 0; trial < options.n_trials; ++trial) {
    const Draw draw = draw_trial(behavior, spec, trial);
    fmt::print("{},{},{},{},{}\n", trial, draw.day, to_text(draw.contrast), to_text(draw.condition),
               shortest_number(draw.direction_deg));
  }
  return k_exit_done;
}

} // namespace

int verb_data(const Arguments &arguments) {
  const std::vector<std::string> kinds = {"info", "synth", "draws"};
  const std::string kind = arguments.empty() ? "" : arguments.front();
  const Arguments rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  if (kind == "info") return data_info(rest);
  if (kind == "synth") return data_synth(rest);
  if (kind == "draws") return data_draws(rest);
  if (kind == "-h" || kind == "--help") {
    fmt::print("pursuit-run data info FILE               what a behaviour file holds\n"
               "pursuit-run data synth -o FILE.mat       writes synthetic data\n"
               "pursuit-run data draws --mode M --stage S --n_trials K   who draws what\n");
    return k_exit_done;
  }
  const std::string guess = did_you_mean(kind, kinds);
  throw ConfigError(kind.empty() ? "data needs info, synth or draws"
                                 : fmt::format("data has no \"{}\"", kind),
                    guess.empty() ? "see pursuit-run data --help" : guess);
}

} // namespace pursuit
