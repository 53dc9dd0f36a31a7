// What --seed takes.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace pursuit {

// A validator for CLI11, which would take a number beyond the largest for the largest: "" for 0 to 2^63 - 1.
inline std::string seed_fault(const std::string &text) {
  std::int64_t seed = -1;
  const char *end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, seed);
  const bool is_whole = read.ec == std::errc() && read.ptr == end && seed >= 0;
  return is_whole ? "" : "takes a whole number from 0 to 2^63 - 1, not \"" + text + "\"";
}

} // namespace pursuit
