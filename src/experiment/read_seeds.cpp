#include "experiment/read_seeds.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/read_values.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

// {from, count}
std::optional<std::vector<std::uint64_t>> counted_seeds(const Value &value, const std::string &what,
                                                        Faults &faults) {
  const Fields fields(value, {&k_counted_seeds}, what + ": seeds", faults);
  const Value *from = fields.get("from");
  const Value *count = fields.get("count");
  fields.finish();
  if (from == nullptr || count == nullptr) return std::nullopt;
  const std::optional<ParameterValue> first = read_parameter_value(ValueKind{}, *from, faults);
  const std::optional<ParameterValue> number = read_parameter_value(ValueKind{}, *count, faults);
  if (!first.has_value() || !number.has_value()) return std::nullopt;
  const std::int64_t a = std::get<std::int64_t>(*first);
  const std::int64_t n = std::get<std::int64_t>(*number);
  const form::Whole &range = std::get<form::Whole>(k_counted_seeds.find("count")->form);
  if (n < range.least || n > range.most) {
    faults.add(count->where, fmt::format("{}: seeds: {} seeds", what, n),
               fmt::format("count goes from {} to {}", range.least, range.most));
    return std::nullopt;
  }
  if (a > std::numeric_limits<std::int64_t>::max() - (n - 1)) {
    faults.add(value.where, fmt::format("{}: the last seed is out of range", what),
               fmt::format("seeds go from 0 to {}", std::numeric_limits<std::int64_t>::max()));
    return std::nullopt;
  }
  std::vector<std::uint64_t> seeds;
  for (std::int64_t i = 0; i < n; ++i) seeds.push_back(static_cast<std::uint64_t>(a + i));
  return seeds;
}

} // namespace

std::optional<std::vector<std::uint64_t>> read_seeds(const Value &value, const std::string &what,
                                                     Faults &faults) {
  if (std::holds_alternative<std::int64_t>(value.data) ||
      std::holds_alternative<double>(value.data)) {
    faults.add(value.where,
               fmt::format("{}: seeds: {} may mean {} seeds or the seed {}", what,
                           shown(value.text), shown(value.text), shown(value.text)),
               fmt::format("write {{from: 1, count: {0}}} or [{0}]", shown(value.text)));
    return std::nullopt;
  }
  if (value.mapping() == nullptr && value.sequence() == nullptr) {
    complain_of_type(value, what + ": seeds", *k_stage.find("seeds"), faults);
    return std::nullopt;
  }
  const bool computed = value.find("step") != nullptr || value.find("to") != nullptr ||
                        value.find("linspace") != nullptr || value.find("geomspace") != nullptr;
  if (value.mapping() != nullptr && !computed) return counted_seeds(value, what, faults);
  const std::optional<std::vector<ParameterValue>> list =
      read_value_list(ValueKind{}, value, faults);
  if (!list.has_value()) return std::nullopt;
  std::vector<std::uint64_t> seeds;
  for (const ParameterValue &seed : *list)
    seeds.push_back(static_cast<std::uint64_t>(std::get<std::int64_t>(seed)));
  return seeds;
}

} // namespace pursuit
