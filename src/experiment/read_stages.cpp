#include "experiment/read_stages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/parameter_keys.hpp"
#include "experiment/read_match.hpp"
#include "experiment/read_needs.hpp"
#include "experiment/read_seeds.hpp"
#include "experiment/read_sweep.hpp"
#include "experiment/read_values.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

std::optional<Mode> read_mode(const Value &value, const std::string &what, Faults &faults) {
  for (Mode mode : {Mode::activation, Mode::prior_input}) {
    if (value.string() != nullptr && *value.string() == to_text(mode)) return mode;
  }
  if (value.string() == nullptr)
    complain_of_type(value, what + ": mode", listed(mode_words(), "or"),
                     value.sequence() != nullptr ? "write a stage for each of them" : "", faults);
  else
    faults.add(value.where, fmt::format("{}: there is no mode \"{}\"", what, shown(value.text)),
               word_hint(value.text, mode_words()));
  return std::nullopt;
}

std::optional<int> read_stage_number(const Value &value, const std::string &what, Faults &faults) {
  for (int number : {1, 2}) {
    if (number_of(value) == number) return number;
  }
  const std::string to_number = way_to_number(value);
  complain_of_type(value, what + ": stage", "1 or 2",
                   !to_number.empty() ? to_number
                   : value.sequence() != nullptr
                       ? "write a stage for each of them"
                       : "1 trains the weights, 2 an activation parameter of finished networks",
                   faults);
  return std::nullopt;
}

// Mode and stage of every stage first: needs and expect speak of stages further down.
StageKind read_kind(const Value &key, const Value &value, Faults &faults) {
  const std::string what = fmt::format("stage \"{}\"", shown(key.text));
  StageKind kind{key.text, std::nullopt, std::nullopt, ""};
  const form::Name &form = std::get<form::ByName>(k_file.find("stages")->form).name;
  if (!is_name(key.text, form))
    faults.add(key.where, fmt::format("\"{}\" is no name for a stage", shown(key.text)),
               fmt::format("use up to {} letters, digits, _ and -", form.longest));
  const Fields fields(value, {&k_stage}, what, faults);
  if (const Value *mode = fields.get("mode")) kind.mode = read_mode(*mode, what, faults);
  if (const Value *stage = fields.get("stage"))
    kind.stage = read_stage_number(*stage, what, faults);
  const Value *needs = fields.get("needs");
  const Value *parent = needs != nullptr && needs->mapping() ? needs->find("stage") : needs;
  if (parent != nullptr && parent->string() != nullptr) kind.needs = *parent->string();
  if (kind.mode == Mode::prior_input && kind.stage == 2) {
    faults.add(fields.key_place("stage"), fmt::format("{}: prior_input has no stage 2", what),
               "write stage: 1, or mode: activation");
    kind.stage = std::nullopt;
  }
  return kind;
}

// Defaults that have a meaning in such a stage.
std::vector<Assignment> relevant(const std::vector<Assignment> &defaults, const StageKind &kind) {
  std::vector<Assignment> result;
  for (const Assignment &assignment : defaults) {
    const Parameter &parameter = *assignment.parameter;
    if (kind.stage == 2 ? parameter.in_stage_2 : parameter.in_stage_1) result.push_back(assignment);
  }
  return result;
}

std::vector<Assignment> read_defaults(const Value &value, Faults &faults) {
  ParameterKeys keys(k_defaults, "defaults", faults);
  std::vector<Assignment> defaults = read_assignments(
      value, [&](const Value &key) { return keys.take(key); }, faults);
  for (Assignment &assignment : defaults) assignment.is_default = true;
  return defaults;
}

// What stands in the stage itself.
std::vector<Assignment> read_settings(const Value &value, const std::string &what,
                                      const StageKind &kind, Faults &faults) {
  ParameterKeys keys(k_stage, what, faults);
  const auto take = [&](const Value &key) -> const Parameter * {
    return find_parameter(key.text) == nullptr ? nullptr : keys.take_setting(key, kind);
  };
  return read_assignments(value, take, faults);
}

void read_parent(const Fields &fields, Stage &stage, const StageKind &kind, const StageKinds &kinds,
                 Faults &faults) {
  const std::string what = fmt::format("stage \"{}\"", kind.name);
  const Value *needs = fields.get("needs");
  if (kind.stage == 2 && needs == nullptr)
    faults.add(stage.where,
               fmt::format("{}: stage 2 extends finished networks, and none are named", what),
               fmt::format("write {}", k_stage.find("needs")->example));
  if (kind.stage == 1 && needs != nullptr)
    faults.add(fields.key_place("needs"), fmt::format("{}: needs belongs to stage 2 only", what),
               "remove it, or write stage: 2");
  else if (needs != nullptr)
    stage.needs = read_needs(*needs, kind, kinds, faults);
}

Stage read_stage(const Value &key, const Value &value, const StageKind &kind,
                 const std::vector<Assignment> &defaults, const StageKinds &kinds, Faults &faults) {
  Stage stage;
  stage.name = kind.name;
  stage.mode = kind.mode.value_or(Mode::activation);
  stage.stage = kind.stage.value_or(1);
  stage.where = key.where;
  stage.sweep.where = key.where;
  if (value.mapping() == nullptr) return stage; // complained of with its kind
  const std::string what = fmt::format("stage \"{}\"", kind.name);
  const Fields fields(value, {&k_stage}, what, faults);
  read_parent(fields, stage, kind, kinds, faults);
  stage.fixed = relevant(defaults, kind);
  const std::vector<Assignment> own = read_settings(value, what, kind, faults);
  stage.fixed.insert(stage.fixed.end(), own.begin(), own.end());
  if (const Value *sweep = fields.get("sweep")) {
    stage.sweep = read_sweep(*sweep, kind, faults);
    stage.sweep.where = fields.key_place("sweep");
  }
  if (const Value *seeds = fields.get("seeds")) {
    stage.seeds = read_seeds(*seeds, what, faults);
    stage.seeds_where = seeds->where;
  }
  fields.finish();
  return stage;
}

} // namespace

StageKinds read_stage_kinds(const Value &stages, Faults &faults) {
  StageKinds kinds;
  if (stages.mapping() == nullptr) return kinds;
  for (const auto &[key, value] : *stages.mapping()) kinds.add(read_kind(key, value, faults));
  return kinds;
}

StagesRead read_stages(const Value *stages, const Value *defaults, Faults &faults) {
  StagesRead result;
  std::vector<Assignment> values;
  if (defaults != nullptr) values = read_defaults(*defaults, faults);
  if (stages == nullptr) return result;
  result.kinds = read_stage_kinds(*stages, faults);
  for (const auto &[key, value] : *stages->mapping()) {
    if (faults.full()) break;
    result.stages.push_back(
        read_stage(key, value, *result.kinds.find(key.text), values, result.kinds, faults));
  }
  return result;
}

} // namespace pursuit
