#include "measure/circular.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace pursuit {

namespace {

constexpr double k_rad = std::numbers::pi / 180;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

} // namespace

double direction_deg(double horizontal, double vertical) {
  if (horizontal == 0 && vertical == 0) return k_nan;
  return std::atan2(vertical, horizontal) / k_rad;
}

double wrapped_deg(double deg) { return deg - 360 * std::floor((deg + 180) / 360); }

CircularStatistics circular_statistics(std::span<const double> angles_deg) {
  double sum_cos = 0;
  double sum_sin = 0;
  for (double angle : angles_deg) {
    sum_cos += std::cos(angle * k_rad);
    sum_sin += std::sin(angle * k_rad);
  }
  const double count = static_cast<double>(angles_deg.size());
  return circular_statistics(sum_cos / count, sum_sin / count);
}

// Rounding may leave R a little above 1.
CircularStatistics circular_statistics(double mean_cos, double mean_sin) {
  const double resultant = std::hypot(mean_cos, mean_sin);
  if (std::isnan(resultant)) return {k_nan, k_nan, k_nan};
  const double r = resultant < 1 ? resultant : 1;
  return {direction_deg(mean_cos, mean_sin), std::sqrt(-2 * std::log(r)) / k_rad, r};
}

} // namespace pursuit
