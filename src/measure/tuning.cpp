#include "measure/tuning.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/elementary.hpp"
#include "measure/circular.hpp"

namespace pursuit {

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

double stimulus_deg(std::size_t k, std::size_t directions) {
  return 360.0 * static_cast<double>(k) / static_cast<double>(directions);
}

} // namespace

double preferred_direction_deg(std::span<const double> rates) {
  double sum_cos = 0;
  double sum_sin = 0;
  double sum = 0;
  for (std::size_t k = 0; k < rates.size(); ++k) {
    const SinCos64 direction = sincos_deg(stimulus_deg(k, rates.size()));
    sum_cos += rates[k] * direction.cos;
    sum_sin += rates[k] * direction.sin;
    sum += std::fabs(rates[k]);
  }
  // What rounding leaves of the vectors of a unit that answers to all directions alike.
  if (std::hypot(sum_cos, sum_sin) <= 1e-12 * sum) return k_nan;
  return direction_deg(sum_cos, sum_sin);
}

std::vector<double> unit_tuning(std::span<const double> rates, std::size_t n, std::size_t unit) {
  std::vector<double> tuning(rates.size() / n);
  for (std::size_t k = 0; k < tuning.size(); ++k) tuning[k] = rates[unit + n * k];
  return tuning;
}

std::vector<bool> silent_units(std::span<const double> rates, std::size_t n) {
  std::vector<bool> silent(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<double> tuning = unit_tuning(rates, n, i);
    silent[i] = *std::max_element(tuning.begin(), tuning.end()) < k_silent_rate;
  }
  return silent;
}

std::vector<double> preferred_directions_deg(std::span<const double> rates, std::size_t n) {
  const std::vector<bool> silent = silent_units(rates, n);
  std::vector<double> directions(n);
  for (std::size_t i = 0; i < n; ++i) {
    directions[i] = silent[i] ? k_nan : preferred_direction_deg(unit_tuning(rates, n, i));
  }
  return directions;
}

std::vector<double> input_directions_deg(std::span<const double> w_in, std::size_t n) {
  std::vector<double> directions(n);
  for (std::size_t i = 0; i < n; ++i) directions[i] = direction_deg(w_in[i], w_in[n + i]);
  return directions;
}

TuningCurve population_tuning(std::span<const double> rates,
                              std::span<const double> preferred_deg) {
  const std::size_t n = preferred_deg.size();
  const std::size_t bins = n == 0 ? 0 : rates.size() / n;
  TuningCurve curve{std::vector<double>(bins), std::vector<double>(bins), 0};
  std::vector<int> count(bins);
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isnan(preferred_deg[i])) continue;
    ++curve.units;
    for (std::size_t k = 0; k < bins; ++k) {
      const double angle = wrapped_deg(preferred_deg[i] - stimulus_deg(k, bins));
      const double at = (angle + 180) * static_cast<double>(bins) / 360;
      // Bin b is around -180 + (b + 1) 360 / K; what is nearest to -180 is nearest to 180.
      const std::size_t bin = (static_cast<std::size_t>(std::lround(at)) + bins - 1) % bins;
      curve.rate[bin] += rates[i + n * k];
      ++count[bin];
    }
  }
  for (std::size_t b = 0; b < bins; ++b) {
    curve.angle_deg[b] = stimulus_deg(b + 1, bins) - 180;
    curve.rate[b] = count[b] == 0 ? k_nan : curve.rate[b] / count[b];
  }
  return curve;
}

} // namespace pursuit
