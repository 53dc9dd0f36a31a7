// How units and the population respond to direction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "measure/von_mises.hpp"

namespace pursuit {

// Units whose greatest rate over all directions is below this are silent.
inline constexpr double k_silent_rate = 0.01;

// Argument of sum_k rate(theta_k) e^{i theta_k}, theta_k = 360 k / K, in (-180, 180]. NaN where the sum is 0.
double preferred_direction_deg(std::span<const double> rates);

// Of units by their rates: (N, K) column-major, as CueOutcome::tuning at high contrast. NaN for silent units.
std::vector<double> preferred_directions_deg(std::span<const double> rates, std::size_t n);
// By their input weights: atan2 of (N, 2) w_in: vertical, horizontal.
std::vector<double> input_directions_deg(std::span<const double> w_in, std::size_t n);

std::vector<bool> silent_units(std::span<const double> rates, std::size_t n);

// Mean rate over units against preferred direction - stimulus, in K bins of 360 / K degrees around 0, -180 + 360 / K, ..
// 180: bin b holds what is nearest to it. Units without a preferred direction (NaN) are left out.
struct TuningCurve {
  std::vector<double> angle_deg; // (K) of the bins' centres
  std::vector<double> rate;      // (K); NaN: nothing in the bin
  std::size_t units = 0;         // that were counted
};
TuningCurve population_tuning(std::span<const double> rates, std::span<const double> preferred_deg);

// Rate of one unit against stimulus direction: (K), of (N, K).
std::vector<double> unit_tuning(std::span<const double> rates, std::size_t n, std::size_t unit);

} // namespace pursuit
