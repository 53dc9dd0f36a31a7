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
#include "plan/describe.hpp"

namespace pursuit {

namespace {

// The value that a parameter has without its flag; nothing: it must be given, or is the parent's.
std::optional<ParameterValue> default_of(const Parameter &parameter) {
  return is_word(parameter) ? value_of(Settings(), parameter) : parameter.default_value;
}

void add_parameter_flags(CLI::App &app, TrainOptions &options) {
  for (const Parameter &parameter : parameters()) {
    const std::string key(parameter.key);
    const std::string flags =
        parameter.alias.empty() ? "--" + key : flag_of(parameter) + ",--" + key;
    const std::optional<ParameterValue> usual = default_of(parameter);
    const std::string help =
        fmt::format("{}{}", parameter.help, usual ? fmt::format(" ({})", value_text(*usual)) : "");
    app.add_option(flags, options.written[key], help)->type_name("VALUE");
  }
}

void add_reference_flags(CLI::App &app, TrainOptions &options) {
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
}

void add_own_flags(CLI::App &app, TrainOptions &options) {
  app.add_option("--seed", options.seed, "Seed (the parent's, else 1)")
      ->type_name("S")
      ->check(seed_fault);
  app.add_option("--data", options.data, "Behaviour file, or `synthetic`")
      ->type_name("FILE")
      ->capture_default_str();
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
    read_parameters();
    check_bounds();
    if (!(options_.gpu_fraction > 0 && options_.gpu_fraction <= 1))
      complain("--gpu_frac is above 0 and at most 1");
    if (!complaints_.empty()) throw ConfigError(complaints_);
  }

private:
  void complain(const std::string &what, const std::string &next = "") {
    complaints_.push_back({Where{}, what, next});
  }

  void require() {
    for (const Parameter &parameter : parameters()) {
      const bool from_parent = options_.stage == 2 && !parameter.in_stage_2;
      if (!default_of(parameter) && !from_parent && !options_.written[std::string(parameter.key)])
        complain(fmt::format("{} is missing", flag_of(parameter)));
    }
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

  // As an experiment file has them.
  void read_parameters() {
    for (const Parameter &parameter : parameters()) {
      if (const auto &text = options_.written[std::string(parameter.key)]) read(parameter, *text);
    }
  }

  void read(const Parameter &parameter, const std::string &text) {
    const std::string flag = flag_of(parameter);
    // The reference takes --activation in stage 1 too, where it has no meaning.
    if (options_.stage == 1 && !parameter.in_stage_1 && !is_word(parameter))
      complain(flag + " goes with --stage 2");
    Faults faults;
    const std::optional<Value> value = read_yaml_option(text, flag, faults);
    std::optional<ParameterValue> read =
        value ? read_parameter_value({&parameter}, *value, faults) : std::nullopt;
    if (read) options_.assigned.push_back({&parameter, std::move(*read), Where{flag}});
    for (const Complaint &complaint : faults.complaints())
      complain("--" + complaint.what, complaint.next);
    if (value && value->is_null() && text.empty()) complain(flag + " has no value");
  }

  void check_bounds() {
    if (options_.written["activation"] && !options_.given("activation")) return; // complained of
    Settings settings;
    for (const Assignment &set : options_.assigned) set_value(settings, *set.parameter, set.value);
    if (const std::optional<BoundFault> fault = bound_fault(settings)) complain("--" + fault->what);
  }

  TrainOptions &options_;
  std::vector<Complaint> complaints_;
};

} // namespace

const ParameterValue *TrainOptions::given(std::string_view key) const {
  for (const Assignment &set : assigned) {
    if (set.parameter->key == key) return &set.value;
  }
  return nullptr;
}

std::string flag_of(const Parameter &parameter) {
  return fmt::format("--{}", parameter.alias.empty() ? parameter.key : parameter.alias);
}

bool parse_train_options(const Arguments &arguments, TrainOptions &options) {
  CLI::App app{"Trains one network, with the flags of the reference's train.py", "pursuit-train"};
  add_parameter_flags(app, options);
  add_reference_flags(app, options);
  add_own_flags(app, options);
  if (!parse(app, arguments)) return false;
  const bool trains =
      !options.worker && !options.describe && !options.version && options.replay_case.empty();
  if (trains) FlagCheck(options).run();
  return true;
}

} // namespace pursuit
