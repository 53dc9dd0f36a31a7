#include "experiment/read_match.hpp"

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/parameter_keys.hpp"
#include "experiment/read_values.hpp"

namespace pursuit {

std::optional<Match> read_match(const Value &value, const std::string &what, const StageKind *kind,
                                Faults &faults) {
  const Value::Mapping *members = value.mapping();
  if (members == nullptr) {
    complain_of_type(value, what, "a mapping", "write {N: 250} or {N: [100, 250], seed: 1}",
                     faults);
    return std::nullopt;
  }
  if (members->empty()) {
    faults.add(value.where, fmt::format("{}: it is empty, so every run would match", what),
               "name a parameter, or remove it");
    return std::nullopt;
  }
  Match match;
  match.where = value.where;
  ParameterKeys keys;
  std::vector<std::string> known = parameter_words();
  known.push_back("seed");
  for (const auto &[key, wanted] : *members) {
    if (faults.full()) break;
    const Parameter *parameter = find_parameter(key.text);
    if (parameter == nullptr && key.text != "seed") {
      complain_of_parameter(key, what, known, faults);
      continue;
    }
    if (parameter != nullptr) {
      if (!keys.take(parameter, key, what, faults)) continue;
      const std::optional<Misplaced> misplaced =
          kind == nullptr ? std::nullopt : misplaced_match(*parameter, *kind);
      if (misplaced.has_value())
        faults.add(key.where, fmt::format("{}: {}", what, misplaced->what), misplaced->next);
    }
    std::optional<std::vector<ParameterValue>> any_of =
        read_value_or_list(ValueKind{parameter}, wanted, faults);
    if (any_of.has_value()) match.terms.push_back({parameter, std::move(*any_of), key.where});
  }
  return match;
}

std::vector<Assignment> read_assignments(const Value &mapping, const StageKind &kind,
                                         Faults &faults) {
  std::vector<Assignment> assignments;
  if (mapping.mapping() == nullptr) return assignments;
  ParameterKeys keys;
  const std::string what = fmt::format("stage \"{}\"", kind.name);
  for (const auto &[key, value] : *mapping.mapping()) {
    if (faults.full()) break;
    const Parameter *parameter = find_parameter(key.text);
    if (parameter == nullptr || !keys.take(parameter, key, what, faults)) continue;
    if (const std::optional<Misplaced> misplaced = misplaced_setting(*parameter, kind)) {
      faults.add(key.where, fmt::format("{}: {}", what, misplaced->what), misplaced->next);
      continue;
    }
    if (std::optional<ParameterValue> one =
            read_parameter_value(ValueKind{parameter}, value, faults))
      assignments.push_back({parameter, std::move(*one), value.where});
  }
  return assignments;
}

} // namespace pursuit
