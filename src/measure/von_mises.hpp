// A bell on the circle: A exp(kappa cos(x - mu)) + C, A >= 0, fitted by least squares.
//
// Variable projection: given kappa and mu, A and C are linear (Eigen's QR). kappa in [0.01, 100] and mu are searched for
// on a grid, and then by a compass search from its best point (Kolda, Lewis and Torczon 2003, SIAM Review 45:385), which
// needs no derivative and cannot diverge.
#pragma once

#include <span>
#include <string>

namespace pursuit {

// A exp(kappa cos(x - mu)) falls to half of its peak somewhere on the circle only where kappa > ln(2) / 2 = 0.347.
inline constexpr double k_least_kappa = 0.35;

struct VonMises {
  double amplitude = 0; // A, >= 0
  double kappa = 0;
  double mu_deg = 0; // in [-180, 180)
  double offset = 0; // C
  double rmse = 0;
  std::string fault; // not empty: no fit, and why

  double at(double x_deg) const;
  // 2 acos(1 + ln(0.5) / kappa), degrees: where A exp(kappa cos(x - mu)) is half of its peak. NaN where
  // kappa < k_least_kappa or there is no fit.
  double fwhm_deg() const;
};

// y against x; NaN values of y are left out. `fault` where fewer than 5 values are left, or all are equal.
VonMises fit_von_mises(std::span<const double> x_deg, std::span<const double> y);

} // namespace pursuit
