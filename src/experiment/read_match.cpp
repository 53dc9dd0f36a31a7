#include "experiment/read_match.hpp"

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/mapping_tables.hpp"
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
  ParameterKeys keys(k_match, what, faults);
  for (const auto &[key, wanted] : *members) {
    if (faults.full()) break;
    const bool is_seed = key.text == "seed";
    const Parameter *parameter = is_seed ? nullptr : keys.take(key);
    if (!is_seed && parameter == nullptr) continue;
    if (parameter != nullptr && kind != nullptr)
      keys.accept(key, misplaced_match(*parameter, *kind));
    std::optional<std::vector<ParameterValue>> any_of =
        read_value_or_list(ValueKind{parameter}, wanted, faults);
    if (any_of.has_value()) match.terms.push_back({parameter, std::move(*any_of), key.where});
  }
  return match;
}

std::vector<Assignment> read_assignments(const Value &mapping, const TakeKey &take,
                                         Faults &faults) {
  std::vector<Assignment> assignments;
  if (mapping.mapping() == nullptr) return assignments;
  for (const auto &[key, value] : *mapping.mapping()) {
    if (faults.full()) break;
    const Parameter *parameter = take(key);
    if (parameter == nullptr) continue;
    if (std::optional<ParameterValue> one =
            read_parameter_value(ValueKind{parameter}, value, faults))
      assignments.push_back({parameter, std::move(*one), value.where});
  }
  return assignments;
}

} // namespace pursuit
