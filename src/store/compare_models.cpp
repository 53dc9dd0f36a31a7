#include "store/compare_models.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/mat_file.hpp"
#include "base/number.hpp"

namespace pursuit {

namespace {

std::string text_of(double value) { return fmt::format("{}", value); }
std::string text_of(float value) { return fmt::format("{}", value); }
std::string text_of(std::int64_t value) { return fmt::format("{}", value); }

std::string place(const MatVariable &variable, std::size_t element) {
  const std::size_t rows = std::max<std::size_t>(1, variable.dims[0]);
  return fmt::format("{}({}, {})", variable.name, element % rows + 1, element / rows + 1);
}

// Two variables of the same name; nullopt: equal bit for bit.
std::optional<std::string> difference(const MatVariable &left, const MatVariable &right) {
  if (left.dims != right.dims || left.data.index() != right.data.index())
    return fmt::format("{} has another shape or class", left.name);
  return std::visit(
      [&](const auto &values) -> std::optional<std::string> {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, MatStruct>) {
          return std::nullopt; // no model has one
        } else {
          const Values &others = std::get<Values>(right.data);
          if constexpr (std::is_same_v<Values, std::string>) {
            if (values == others) return std::nullopt;
            return fmt::format("{}: \"{}\" and \"{}\"", left.name, values, others);
          } else {
            for (std::size_t i = 0; i < values.size(); ++i) {
              if (std::memcmp(&values[i], &others[i], sizeof values[i]) == 0) continue;
              return fmt::format("{}: {} and {}", place(left, i), text_of(values[i]),
                                 text_of(others[i]));
            }
            return std::nullopt;
          }
        }
      },
      left.data);
}

std::string first_byte(std::string_view left, std::string_view right) {
  const std::size_t least = std::min(left.size(), right.size());
  std::size_t at = 0;
  while (at < least && left[at] == right[at]) ++at;
  return fmt::format("byte {} of {} and {}; every variable is equal", at, left.size(),
                     right.size());
}

} // namespace

std::string first_difference(std::string_view left, std::string_view right) {
  if (left == right) return "";
  const std::vector<MatVariable> right_variables = read_mat(right, "the second");
  std::string first, names;
  for (const MatVariable &variable : read_mat(left, "the first")) {
    const MatVariable *other = find_variable(right_variables, variable.name);
    const std::optional<std::string> found = other == nullptr
                                                 ? fmt::format("{} is not there", variable.name)
                                                 : difference(variable, *other);
    if (!found) continue;
    if (first.empty()) first = *found;
    names += (names.empty() ? "" : ", ") + variable.name;
  }
  return first.empty() ? first_byte(left, right) : fmt::format("{}; {} differ", first, names);
}

} // namespace pursuit
