#include "experiment/core_scalar.hpp"

#include <charconv>
#include <limits>
#include <optional>

namespace pursuit {

namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  return n;
}

// The text without its sign, which from_chars takes only as '-'.
std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return text;
}

std::optional<std::int64_t> whole(std::string_view digits, int base) {
  std::int64_t value = 0;
  const std::from_chars_result result =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

double real(std::string_view text) {
  double value = 0;
  const bool negative = text[0] == '-';
  const std::string_view digits = without_sign(text);
  const std::from_chars_result result =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // Too large or too small: from_chars says the same of both and leaves the value.
  if (result.ec == std::errc::result_out_of_range) {
    const std::size_t e = digits.find_first_of("eE");
    const bool tiny =
        e == std::string_view::npos ? digits[0] == '0' || digits[0] == '.' : digits[e + 1] == '-';
    value = tiny ? 0 : std::numeric_limits<double>::infinity();
  }
  return negative ? -value : value;
}

bool is_float(std::string_view text) {
  std::string_view rest = without_sign(text);
  const std::size_t before = count_digits(rest);
  rest.remove_prefix(before);
  std::size_t after = 0;
  if (!rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    after = count_digits(rest);
    rest.remove_prefix(after);
  }
  if (before + after == 0) return false;
  if (rest.empty()) return true;
  if (rest[0] != 'e' && rest[0] != 'E') return false;
  rest = without_sign(rest.substr(1));
  return !rest.empty() && count_digits(rest) == rest.size();
}

std::optional<double> special_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return std::numeric_limits<double>::quiet_NaN();
  const std::string_view rest = without_sign(text);
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF")
    return text[0] == '-' ? -std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::infinity();
  return std::nullopt;
}

// 0o17 and 0x1f, without sign.
std::optional<decltype(Value::data)> prefixed(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || (text[1] != 'o' && text[1] != 'x')) return std::nullopt;
  const std::string_view digits = text.substr(2);
  const bool hex = text[1] == 'x';
  const std::string_view allowed = hex ? "0123456789abcdefABCDEF" : "01234567";
  if (digits.find_first_not_of(allowed) != std::string_view::npos) return std::nullopt;
  if (const std::optional<std::int64_t> value = whole(digits, hex ? 16 : 8)) return *value;
  return std::numeric_limits<double>::infinity(); // beyond 2^63: out of every range
}

} // namespace

decltype(Value::data) resolve_plain_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return std::monostate();
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const std::string_view digits = without_sign(text);
  if (!digits.empty() && count_digits(digits) == digits.size()) {
    if (const std::optional<std::int64_t> value = whole(text[0] == '+' ? digits : text, 10))
      return *value;
    return real(text);
  }
  if (const std::optional<decltype(Value::data)> value = prefixed(text)) return *value;
  if (is_float(text)) return real(text);
  if (const std::optional<double> value = special_float(text)) return *value;
  return std::string(text);
}

} // namespace pursuit
