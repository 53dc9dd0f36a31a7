#include "plan/describe.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/number.hpp"

namespace pursuit {

namespace {

// Whether the parameter says anything of a run of that stage: its own, or its parent's.
bool describes(const Parameter &parameter, int stage) {
  return parameter.in_stage_1 || has_meaning(parameter, stage);
}

bool is_at_default(const RunSpec &spec, const Parameter &parameter) {
  return parameter.default_value &&
         same_value(value_of(spec.settings, parameter), *parameter.default_value);
}

} // namespace

bool names_network(const Parameter &parameter) {
  return parameter.in_stage_1 && !parameter.in_stage_2;
}

std::string match_text(const Match &match) {
  std::vector<std::string> terms;
  for (const MatchTerm &term : match.terms) {
    std::vector<std::string> values;
    for (const ParameterValue &value : term.any_of) values.push_back(value_text(value));
    terms.push_back(fmt::format("{}={}", term.parameter != nullptr ? term.parameter->key : "seed",
                                fmt::join(values, "|")));
  }
  return fmt::format("{}", fmt::join(terms, ", "));
}

ParameterTexts run_parameters(const RunSpec &spec) {
  ParameterTexts texts = {{"mode", std::string(to_text(spec.mode))},
                          {"stage", std::to_string(spec.stage)}};
  for (const Parameter &parameter : parameters()) {
    const bool is_given = !is_omitted(parameter, value_of(spec.settings, parameter));
    if (describes(parameter, spec.stage) && is_given)
      texts.emplace_back(parameter.key, value_text(value_of(spec.settings, parameter)));
  }
  texts.emplace_back("seed", std::to_string(spec.seed));
  return texts;
}

std::vector<std::string> run_parameter_keys() {
  std::vector<std::string> keys = {"mode", "stage"};
  for (const Parameter &parameter : parameters()) keys.emplace_back(parameter.key);
  keys.emplace_back("seed");
  return keys;
}

std::string value_text(const ParameterValue &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const double *real = std::get_if<double>(&value)) {
    return std::isfinite(*real) ? shortest_number(*real) : k_unknown;
  }
  if (const ActivationBound *bound = std::get_if<ActivationBound>(&value)) return to_text(*bound);
  return std::get<std::string>(value);
}

std::string settings_text(const RunSpec &spec) {
  const std::string kind = model_kind(spec);
  std::string text = kind == "stage1" ? "" : kind;
  for (const Parameter &parameter : parameters()) {
    if (!describes(parameter, spec.stage)) continue;
    if (parameter.key == "activation" || parameter.key == "n_trials") continue;
    if (!names_network(parameter) && is_at_default(spec, parameter)) continue;
    if (!text.empty()) text += ' ';
    text += fmt::format("{}={}", parameter.key, value_text(value_of(spec.settings, parameter)));
  }
  return text;
}

std::string run_text(const std::string &stage_name, const RunSpec &spec) {
  return fmt::format("{}  {} seed={}", stage_name, settings_text(spec), spec.seed);
}

void RunLabels::add(const std::string &stage, const RunSpec &spec) {
  const std::span<const Parameter> table = parameters();
  Stage &known =
      stages_.try_emplace(stage, Stage{spec, std::vector<bool>(table.size(), false), false})
          .first->second;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!known.differs[i] && describes(table[i], spec.stage))
      known.differs[i] =
          !same_value(value_of(spec.settings, table[i]), value_of(known.first.settings, table[i]));
  }
  known.seed_differs = known.seed_differs || spec.seed != known.first.seed;
}

std::string RunLabels::label(const std::string &stage, const RunSpec &spec) const {
  const Stage &known = stages_.at(stage);
  std::string text = stage;
  if (model_kind(spec) != "stage1") text += " " + model_kind(spec);
  const std::span<const Parameter> table = parameters();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (known.differs[i] && table[i].key != "activation")
      text += fmt::format(" {}={}", table[i].key, value_text(value_of(spec.settings, table[i])));
  }
  if (known.seed_differs) text += fmt::format(" seed={}", spec.seed);
  return text;
}

std::string short_id(const std::string &id) { return id.substr(0, 12); }

} // namespace pursuit
