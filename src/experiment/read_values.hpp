// Values of parameters and seeds: single ones, lists, and lists written as {from, to, step},
// {linspace} or {geomspace}.
#pragma once

#include <optional>
#include <vector>

#include "experiment/faults.hpp"
#include "experiment/parameters.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// What is read: a parameter's values, or seeds.
struct ValueKind {
  const Parameter *parameter = nullptr; // nullptr: seed
  std::string name() const;
};

// A value of the right type (numbers as the parameter's own) and in range; nullopt after a fault.
std::optional<ParameterValue> read_parameter_value(const ValueKind &kind, const Value &value,
                                                   Faults &faults);

// A list of values, written out or computed. At least one, or nullopt after a fault.
std::optional<std::vector<ParameterValue>> read_value_list(const ValueKind &kind,
                                                           const Value &value, Faults &faults);

// One value or a list, as `match`, `where` and `exclude` take them.
std::optional<std::vector<ParameterValue>> read_value_or_list(const ValueKind &kind,
                                                              const Value &value, Faults &faults);

inline constexpr std::int64_t k_most_points = 1'000'000;

} // namespace pursuit
