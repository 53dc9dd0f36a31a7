#include "base/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/errors.hpp"

namespace pursuit {

namespace {

// The shortest decimal digits d1 d2 ... dn and the exponent e with value = 0.d1 d2 ... dn x 10^e.
struct Digits {
  std::string digits;
  int exponent = 0;
};

Digits shortest_digits(double magnitude) {
  std::array<char, 32> buffer{};
  const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                                 magnitude, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const std::size_t e = text.find('e');
  Digits result;
  for (char c : text.substr(0, e)) {
    if (c != '.') result.digits += c;
  }
  result.exponent = std::atoi(text.data() + e + 1) + 1;
  return result;
}

} // namespace

std::string shortest_number(double value) {
  if (!std::isfinite(value))
    throw InternalError("a number that is not finite has no canonical text");
  if (value == 0) return "0"; // also for -0
  const std::string sign = value < 0 ? "-" : "";
  const Digits number = shortest_digits(std::fabs(value));
  const std::string &digits = number.digits;
  const int count = static_cast<int>(digits.size());
  const int e = number.exponent;
  if (count <= e && e <= 21)
    return sign + digits + std::string(static_cast<std::size_t>(e - count), '0');
  if (0 < e && e <= 21)
    return sign + digits.substr(0, static_cast<std::size_t>(e)) + "." +
           digits.substr(static_cast<std::size_t>(e));
  if (-6 < e && e <= 0)
    return sign + "0." + std::string(static_cast<std::size_t>(-e), '0') + digits;
  const std::string power = (e - 1 < 0 ? "e-" : "e+") + std::to_string(std::abs(e - 1));
  return sign + digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + power;
}

double rounded_to_12_digits(double value) {
  std::array<char, 32> buffer{};
  const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                                 value, std::chars_format::scientific, 11);
  double rounded = 0;
  std::from_chars(buffer.data(), end.ptr, rounded);
  return rounded;
}

} // namespace pursuit
