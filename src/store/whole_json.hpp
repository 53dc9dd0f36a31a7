// Whole numbers from JSON that anybody may have written. Only for the *_json.cpp of this folder and of schedule.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

// nlohmann's own get also takes a real number, where a large one has no defined result, and cuts off what
// does not fit into T. Throws RunError for both.
template <std::integral T, class AnyJson> T read_whole(const AnyJson &json) {
  if (json.is_number_unsigned()) {
    const std::uint64_t value = json.template get<std::uint64_t>();
    if (std::in_range<T>(value)) return static_cast<T>(value);
  } else if (json.is_number_integer()) {
    const std::int64_t value = json.template get<std::int64_t>();
    if (std::in_range<T>(value)) return static_cast<T>(value);
  }
  const std::string text = json.dump(-1, ' ', false, AnyJson::error_handler_t::replace);
  throw RunError(fmt::format("{:.40} is no whole number of the size that is expected", text));
}

} // namespace pursuit
