#include "experiment/spaced_values.hpp"

#include <cmath>

#include "base/number.hpp"

namespace pursuit {

namespace {

// A number as the unevaluated sum of two doubles, about 31 digits (Dekker 1971; the error-free sums
// and products of Knuth and of fma). geomspace needs far fewer than that for 12 right digits; libm's
// pow would not do, because its bits differ between machines.
struct TwoDoubles {
  double high = 0;
  double low = 0;
};

TwoDoubles exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

TwoDoubles operator+(TwoDoubles a, TwoDoubles b) {
  const TwoDoubles sum = exact_sum(a.high, b.high);
  return exact_sum(sum.high, sum.low + a.low + b.low);
}

TwoDoubles operator*(TwoDoubles a, TwoDoubles b) {
  const double product = a.high * b.high;
  const double error = std::fma(a.high, b.high, -product);
  return exact_sum(product, error + (a.high * b.low + a.low * b.high));
}

TwoDoubles operator-(TwoDoubles a) { return {-a.high, -a.low}; }

TwoDoubles operator/(TwoDoubles a, TwoDoubles b) {
  const double first = a.high / b.high;
  const TwoDoubles rest = a + -(b * TwoDoubles{first});
  const double second = rest.high / b.high;
  const TwoDoubles rest_2 = rest + -(b * TwoDoubles{second});
  return exact_sum(first, second) + TwoDoubles{rest_2.high / b.high};
}

// 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...), |s| <= 1/3: 36 terms leave 1/9^36 = 4e-35.
TwoDoubles twice_atanh(TwoDoubles s) {
  const TwoDoubles square = s * s;
  TwoDoubles power = s;
  TwoDoubles sum = s;
  for (int k = 1; k < 36; ++k) {
    power = power * square;
    sum = sum + power / TwoDoubles{2.0 * k + 1};
  }
  return sum + sum;
}

TwoDoubles log_2() { return twice_atanh(TwoDoubles{1} / TwoDoubles{3}); }

// x > 0: x = m 2^e with m in [1/2, 1), log m = 2 atanh((m - 1) / (m + 1)).
TwoDoubles natural_log(double x) {
  int exponent = 0;
  const double m = std::frexp(x, &exponent);
  const TwoDoubles s = exact_sum(m, -1) / exact_sum(m, 1);
  return twice_atanh(s) + TwoDoubles{static_cast<double>(exponent)} * log_2();
}

// exp(y) = 2^k exp(f), |f| <= log(2)/2: 28 terms of the series leave 0.35^28 / 28! = 6e-43.
double exponential(TwoDoubles y) {
  const double k = std::floor(y.high / log_2().high + 0.5);
  const TwoDoubles f = y + -(TwoDoubles{k} * log_2());
  TwoDoubles term{1};
  TwoDoubles sum{1};
  for (int i = 1; i < 28; ++i) {
    term = term * f / TwoDoubles{static_cast<double>(i)};
    sum = sum + term;
  }
  return std::ldexp(sum.high, static_cast<int>(k));
}

} // namespace

double count_stepped(double from, double to, double step) {
  constexpr double k_included = 1e-9; // of a step: rounding of from, to and step is far below
  const double steps = (to - from) / step;
  return steps < -k_included ? 0 : std::floor(steps + k_included) + 1;
}

std::vector<double> stepped_values(double from, double to, double step) {
  std::vector<double> values;
  const std::int64_t count = static_cast<std::int64_t>(count_stepped(from, to, step));
  for (std::int64_t i = 0; i < count; ++i)
    values.push_back(rounded_to_12_digits(from + static_cast<double>(i) * step));
  return values;
}

double count_stepped_whole(std::int64_t from, std::int64_t to, std::int64_t step) {
  if (from != to && (from < to) != (step > 0)) return 0;
  const std::uint64_t a = static_cast<std::uint64_t>(from);
  const std::uint64_t b = static_cast<std::uint64_t>(to);
  const std::uint64_t s = static_cast<std::uint64_t>(step);
  // Modulo 2^64 these are the exact distances.
  return static_cast<double>(step > 0 ? (b - a) / s : (a - b) / (0 - s)) + 1;
}

std::vector<std::int64_t> stepped_whole(std::int64_t from, std::int64_t to, std::int64_t step) {
  std::vector<std::int64_t> values;
  const std::int64_t count = static_cast<std::int64_t>(count_stepped_whole(from, to, step));
  for (std::int64_t i = 0; i < count; ++i) values.push_back(from + i * step);
  return values;
}

std::vector<double> linspace(double a, double b, std::int64_t n) {
  if (n == 1) return {rounded_to_12_digits(a)};
  std::vector<double> values;
  const double last = static_cast<double>(n - 1);
  for (std::int64_t i = 0; i < n; ++i) {
    const double share = static_cast<double>(i);
    values.push_back(rounded_to_12_digits((a * (last - share) + b * share) / last));
  }
  return values;
}

std::vector<double> geomspace(double a, double b, std::int64_t n) {
  if (n == 1) return {rounded_to_12_digits(a)};
  std::vector<double> values;
  const TwoDoubles log_a = natural_log(a);
  const TwoDoubles log_ratio = natural_log(b) + -log_a;
  const TwoDoubles last{static_cast<double>(n - 1)};
  for (std::int64_t i = 0; i < n; ++i) {
    const TwoDoubles share = TwoDoubles{static_cast<double>(i)} / last;
    values.push_back(rounded_to_12_digits(exponential(log_a + log_ratio * share)));
  }
  return values;
}

} // namespace pursuit
