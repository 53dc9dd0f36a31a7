#include "cli/train_options.hpp"

#include <algorithm>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "cli/seed_option.hpp"
#include "engine/engine_table.hpp"
#include "experiment/parameters.hpp"
#include "experiment/read_values.hpp"
#include "experiment/words.hpp"
#include "experiment/yaml_value.hpp"
#include "plan/bound_complaints.hpp"

namespace pursuit {

namespace {

void add_reference_flags(CLI::App &app, TrainOptions &options) {
  app.add_option("--n_trials", options.n_trials, "Trials to train")->type_name("K");
  app.add_option("--N", options.N, "Units")->type_name("N");
  app.add_option("--decay_taus,--tau", options.decay_taus, "Time constant, ms")->type_name("MS");
  app.add_option("--gain", options.gain, "Gain of the initial weights (1.5)")->type_name("G");
  app.add_option("--mode", options.mode, "activation|prior_input")->type_name("MODE");
  app.add_option("--stage", options.stage, "1: weights; 2: activation parameters")
      ->type_name("1|2");
  app.add_option("--output_dir", options.output_dir, "Models go to DIR/models/pursuit")
      ->type_name("DIR");
  app.add_option("--gpu", options.gpu, "GPU to use, where the engine runs on one")->type_name("K");
  app.add_option("--gpu_frac", options.gpu_fraction, "Largest share of the GPU's memory")
      ->type_name("F")
      ->capture_default_str();
  app.add_option("--pretrained_path", options.pretrained_path, "Stage-1 model that stage 2 extends")
      ->type_name("FILE");
  app.add_option("--activation", options.activation,
                 "input_gain|threshold|response_gain, or several joined by +")
      ->type_name("NAME")
      ->capture_default_str();
}

void add_own_flags(CLI::App &app, TrainOptions &options) {
  app.add_option("--seed", options.seed, "Seed (the parent's, else 1)")
      ->type_name("S")
      ->check(seed_fault);
  app.add_option("--data", options.data, "Behaviour file, or `synthetic`")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--learning_rate", options.learning_rate, "Of Adam (1e-4)")->type_name("R");
  for (const Parameter &parameter : parameters()) {
    const std::string key(parameter.key);
    if (app.get_option_no_throw("--" + key) != nullptr) continue;
    app.add_option("--" + key, options.further[key], std::string(parameter.help))
        ->type_name("VALUE");
  }
  app.add_option("--device", options.device, "auto|cpu|cuda:K; wins over --gpu")
      ->type_name("DEVICE")
      ->capture_default_str();
  app.add_option("--engine", options.engine, fmt::format("{}", fmt::join(engine_words(), "|")))
      ->type_name("NAME")
      ->capture_default_str();
  app.add_flag("--resume", options.resume, "Go on from this run's checkpoint, if there is one");
  app.add_flag("--version", options.version, "Version, git commit, numerics, libraries");
  const std::string internal; // no group: not in --help
  app.add_flag("--worker", options.worker)->group(internal);
  app.add_flag("--describe", options.describe)->group(internal);
  app.add_option("--replay", options.replay_case)->group(internal);
  app.add_option("--output", options.replay_output)->group(internal);
}

// Faults of the training flags, all of them.
class FlagCheck {
public:
  explicit FlagCheck(TrainOptions &options) : options_(options) {}

  void run() {
    require();
    check_stage();
    check_ranges();
    read_further();
    if (!complaints_.empty()) throw ConfigError(complaints_);
  }

private:
  void complain(const std::string &what, const std::string &next = "") {
    complaints_.push_back({Where{}, what, next});
  }

  void require() {
    const bool from_file = options_.stage == 2; // N and tau are the parent's
    if (!options_.n_trials) complain("--n_trials is missing");
    if (!options_.N && !from_file) complain("--N is missing");
    if (!options_.decay_taus && !from_file) complain("--decay_taus is missing");
    if (options_.mode.empty()) complain("--mode is missing", "activation or prior_input");
    if (options_.stage == 0) complain("--stage is missing", "1 or 2");
    if (options_.output_dir.empty()) complain("--output_dir is missing");
  }

  void check_word(const std::string &flag, const std::string &word,
                  const std::vector<std::string> &words) {
    if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return;
    const std::string guess = did_you_mean(word, words);
    complain(fmt::format("{} takes {}, not \"{}\"", flag, fmt::join(words, ", "), word), guess);
  }

  void check_stage() {
    check_word("--mode", options_.mode, {"activation", "prior_input"});
    if (const std::string fault = activation_fault(options_.activation); !fault.empty())
      complain(fmt::format("--activation: {}", fault), activation_hint(options_.activation));
    check_word("--engine", options_.engine, engine_words());
    if (options_.stage < 0 || options_.stage > 2) {
      complain(fmt::format("--stage is 1 or 2, not {}", options_.stage));
    }
    if (options_.stage == 2 && options_.mode == "prior_input") {
      complain("mode prior_input has one stage", "--stage 1");
    } else if (options_.stage == 2 && !options_.pretrained_path) {
      complain("--stage 2 extends a stage-1 model", "--pretrained_path FILE");
    }
    if (options_.stage == 1 && options_.pretrained_path) {
      complain("--pretrained_path goes with --stage 2");
    }
  }

  void check_range(const char *key, const std::optional<ParameterValue> &value) {
    if (!value) return;
    const Parameter &parameter = *find_parameter(key);
    const std::string fault = range_fault(parameter, *value);
    if (!fault.empty()) complain(fmt::format("--{}: {}", key, fault));
  }

  template <class T> static std::optional<ParameterValue> as_value(const std::optional<T> &value) {
    if (!value) return std::nullopt;
    return ParameterValue(*value);
  }

  void check_ranges() {
    check_range("n_trials", as_value(options_.n_trials));
    check_range("N", as_value(options_.N));
    check_range("decay_taus", as_value(options_.decay_taus));
    check_range("gain", as_value(options_.gain));
    check_range("learning_rate", as_value(options_.learning_rate));
    if (!(options_.gpu_fraction > 0 && options_.gpu_fraction <= 1)) {
      complain("--gpu_frac is above 0 and at most 1");
    }
  }

  // As an experiment file has them.
  void read_further() {
    for (const auto &[key, text] : options_.further) {
      if (!text) continue;
      const Parameter &parameter = *find_parameter(key);
      if (options_.stage == 1 && !parameter.in_stage_1)
        complain(fmt::format("--{} goes with --stage 2", key));
      Faults faults;
      const std::optional<Value> value = read_yaml_option(*text, "--" + key, faults);
      std::optional<ParameterValue> read =
          value ? read_parameter_value({&parameter}, *value, faults) : std::nullopt;
      if (read) options_.assigned.push_back({&parameter, std::move(*read), Where{"--" + key}});
      for (const Complaint &complaint : faults.complaints()) complain("--" + complaint.what);
      if (value && value->is_null() && text->empty())
        complain(fmt::format("--{} has no value", key));
    }
    Settings settings;
    if (!activation_fault(options_.activation).empty()) return;
    set_value(settings, *find_parameter("activation"), options_.activation);
    for (const Assignment &set : options_.assigned) set_value(settings, *set.parameter, set.value);
    if (const std::optional<BoundFault> fault = bound_fault(settings)) complain("--" + fault->what);
  }

  TrainOptions &options_;
  std::vector<Complaint> complaints_;
};

} // namespace

bool parse_train_options(const Arguments &arguments, TrainOptions &options) {
  CLI::App app{"Trains one network, with the flags of the reference's train.py", "pursuit-train"};
  add_reference_flags(app, options);
  add_own_flags(app, options);
  if (!parse(app, arguments)) return false;
  const bool trains =
      !options.worker && !options.describe && !options.version && options.replay_case.empty();
  if (trains) FlagCheck(options).run();
  return true;
}

} // namespace pursuit
