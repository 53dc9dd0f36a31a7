#include "experiment/read_experiment.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/suggest.hpp"
#include "experiment/fields.hpp"
#include "experiment/load_tree.hpp"
#include "experiment/read_data_source.hpp"
#include "experiment/read_expectations.hpp"
#include "experiment/read_figures.hpp"
#include "experiment/read_requests.hpp"
#include "experiment/read_stages.hpp"
#include "experiment/set_option.hpp"
#include "experiment/value_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_format = "pursuit-experiment/1";

// false for a format of another version: then nothing else in the file can be judged.
bool check_format(const Value &value, Faults &faults) {
  if (value.string() != nullptr && *value.string() == k_format) return true;
  const bool other_version =
      value.string() != nullptr && value.string()->starts_with("pursuit-experiment/");
  faults.add(value.where,
             other_version
                 ? fmt::format("the format {} is not known", shown(value.text))
                 : fmt::format("format: expected {}, found {}", k_format, described(value)),
             other_version ? fmt::format("this program reads {}", k_format)
                           : fmt::format("write format: {}", k_format));
  return !other_version;
}

std::string read_name(const Value &value, Faults &faults) {
  if (value.string() == nullptr) {
    const bool number = !value.text.empty();
    complain_of_type(
        value, "name", "a name",
        fmt::format("write name: {}", number ? "\"" + shown(value.text) + "\"" : "threshold_sweep"),
        faults);
    return "";
  }
  const std::string &name = *value.string();
  const auto allowed = [](char c) {
    return ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '_' || c == '-';
  };
  constexpr std::size_t k_longest = 100; // it becomes a folder's name
  if (name.empty() || name.size() > k_longest || !std::all_of(name.begin(), name.end(), allowed))
    faults.add(value.where, fmt::format("\"{}\" is no name for an experiment", shown(name)),
               fmt::format("use up to {} of a-z, 0-9, _ and -", k_longest));
  else if (name == "models" || name == "runs")
    faults.add(
        value.where,
        fmt::format("an experiment cannot be named \"{}\", the folder of all {}", name, name),
        "choose another name");
  return name;
}

std::string read_text(const Value &value, const std::string &key, Faults &faults) {
  if (value.string() != nullptr) return *value.string();
  complain_of_type(value, key, "text",
                   value.text.empty() ? "" : fmt::format("write \"{}\"", shown(value.text)),
                   faults);
  return "";
}

void read_output_dir(Fields &fields, const ExperimentOptions &options, Experiment &experiment,
                     Faults &faults) {
  const Value *value = fields.get("output_dir");
  if (value != nullptr) {
    experiment.output_dir = read_text(*value, "output_dir", faults);
    if (value->string() != nullptr && value->string()->empty())
      faults.add(value->where, "output_dir is empty", "write results, or . for the current folder");
  }
  if (!options.output_dir.has_value()) return;
  experiment.output_dir = *options.output_dir;
  if (options.output_dir->empty())
    faults.add(Where{"--output_dir"}, "it is empty", "write . for the current folder");
}

// False: nothing else in the file can be judged.
bool read_head(Fields &fields, const ExperimentOptions &options, Experiment &experiment,
               Faults &faults) {
  const Value *format = fields.require("format", fmt::format("format: {}", k_format));
  if (format != nullptr && !check_format(*format, faults)) return false;
  if (const Value *name = fields.require("name", "name: threshold_sweep"))
    experiment.name = read_name(*name, faults);
  read_output_dir(fields, options, experiment, faults);
  return true;
}

void read_tree(const Value &root, const ExperimentOptions &options, Disk &disk,
               Experiment &experiment, Faults &faults) {
  Fields fields(root, "the file", faults);
  if (!read_head(fields, options, experiment, faults)) return;
  if (const Value *text = fields.get("description"))
    experiment.description = read_text(*text, "description", faults);
  experiment.data = read_data_source(fields.get("data"), options.data, disk, faults);
  const Value *defaults = fields.get("defaults");
  const Value *stages =
      fields.require("stages", "stages: {weights: {mode: activation, stage: 1, n_trials: 4000}}");
  StagesRead read;
  if (stages != nullptr) read = read_stages(*stages, defaults, faults);
  fields.allow("evaluate");
  experiment.evaluate = read_evaluate(root, faults);
  if (const Value *figures = fields.get("figures"))
    experiment.figures = read_figures(*figures, read.kinds, faults);
  if (const Value *expect = fields.get("expect"))
    experiment.expect = read_expectations(*expect, read.kinds, faults);
  experiment.stages = std::move(read.stages);
  fields.allow("include"); // done already; known to "did you mean"
  fields.finish();
}

} // namespace

Experiment read_experiment(Disk &disk, const std::string &file, const ExperimentOptions &options) {
  Faults faults;
  std::optional<LoadedTree> tree = load_tree(disk, file, faults);
  if (!tree.has_value()) faults.throw_if_any();
  for (const std::string &set : options.sets) apply_set(tree->root, set, faults);
  Experiment experiment;
  read_tree(tree->root, options, disk, experiment, faults);
  faults.throw_if_any();
  // From here on every key is known and every value has its type and range.
  experiment.file = file;
  experiment.file_sha256 = tree->file_sha256;
  experiment.included = tree->included;
  experiment.overrides = options.sets;
  experiment.resolved_json = json_text(tree->root);
  return experiment;
}

Destination read_destination(Disk &disk, const std::string &file,
                             const std::optional<std::string> &output_dir) {
  Faults faults;
  const std::optional<LoadedTree> tree = load_tree(disk, file, faults);
  if (!tree.has_value()) faults.throw_if_any();
  ExperimentOptions options;
  options.output_dir = output_dir;
  Experiment experiment;
  Fields fields(tree->root, "the file", faults);
  read_head(fields, options, experiment, faults);
  faults.throw_if_any();
  Faults of_data; // what is wrong with it is for those who train on it
  DataSource data = read_data_source(fields.get("data"), std::nullopt, disk, of_data);
  return {experiment.name, experiment.output_dir, json_text(tree->root),
          of_data.none() ? std::optional(std::move(data)) : std::nullopt};
}

} // namespace pursuit
