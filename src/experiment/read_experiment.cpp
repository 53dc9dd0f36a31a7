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

// false for a format of another version: then nothing else in the file can be judged.
bool check_format(const Value &value, Faults &faults) {
  const std::string_view known =
      std::get<std::string_view>(std::get<form::Constant>(k_file.find("format")->form).value);
  if (value.string() != nullptr && *value.string() == known) return true;
  const bool other_version =
      value.string() != nullptr && value.string()->starts_with("pursuit-experiment/");
  faults.add(value.where,
             other_version ? fmt::format("the format {} is not known", shown(value.text))
                           : fmt::format("format: expected {}, found {}", known, described(value)),
             other_version ? fmt::format("this program reads {}", known)
                           : fmt::format("write format: {}", known));
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
  const form::Name &form = std::get<form::Name>(k_file.find("name")->form);
  if (!is_name(name, form))
    faults.add(value.where, fmt::format("\"{}\" is no name for an experiment", shown(name)),
               fmt::format("use up to {} of a-z, 0-9, _ and -", form.longest));
  else if (std::find(form.taken.begin(), form.taken.end(), name) != form.taken.end())
    faults.add(
        value.where,
        fmt::format("an experiment cannot be named \"{}\", the folder of all {}", name, name),
        "choose another name");
  return name;
}

void read_output_dir(const Fields &fields, const ExperimentOptions &options, Experiment &experiment,
                     Faults &faults) {
  if (const Value *value = fields.get("output_dir")) {
    experiment.output_dir = *value->string();
    if (experiment.output_dir.empty())
      faults.add(value->where, "output_dir is empty", "write results, or . for the current folder");
  }
  if (!options.output_dir.has_value()) return;
  experiment.output_dir = *options.output_dir;
  if (options.output_dir->empty())
    faults.add(Where{"--output_dir"}, "it is empty", "write . for the current folder");
}

// False: nothing else in the file can be judged.
bool read_head(const Fields &fields, const ExperimentOptions &options, Experiment &experiment,
               Faults &faults) {
  const Value *format = fields.get("format");
  if (format != nullptr && !check_format(*format, faults)) return false;
  if (const Value *name = fields.get("name")) experiment.name = read_name(*name, faults);
  read_output_dir(fields, options, experiment, faults);
  return true;
}

void read_tree(const Value &root, const ExperimentOptions &options, Disk &disk,
               Experiment &experiment, Faults &faults) {
  const Fields fields(root, {&k_file}, "the file", faults, "");
  if (!read_head(fields, options, experiment, faults)) return;
  if (const Value *text = fields.get("description")) experiment.description = *text->string();
  experiment.data = read_data_source(fields.get("data"), options.data, disk, faults);
  const Value *defaults = fields.get("defaults");
  StagesRead read = read_stages(fields.get("stages"), defaults, faults);
  experiment.evaluate = read_evaluate(root, faults);
  if (const Value *figures = fields.get("figures"))
    experiment.figures = read_figures(*figures, read.kinds, faults);
  if (const Value *expect = fields.get("expect"))
    experiment.expect = read_expectations(*expect, read.kinds, faults);
  experiment.stages = std::move(read.stages);
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
  const Fields fields(tree->root, {&k_file}, "the file", faults, "");
  read_head(fields, options, experiment, faults);
  faults.throw_if_any();
  Faults of_data; // what is wrong with it is for those who train on it
  DataSource data = read_data_source(fields.get("data"), std::nullopt, disk, of_data);
  return {experiment.name, experiment.output_dir, json_text(tree->root),
          of_data.none() ? std::optional(std::move(data)) : std::nullopt};
}

} // namespace pursuit
