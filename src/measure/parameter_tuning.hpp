// The trained parameter of stage 2 against preferred direction: is what was learned ordered around the prior's centre?
#pragma once

#include <span>
#include <string>
#include <vector>

namespace pursuit {

// y = mean + amplitude cos(x - phase), by linear least squares in cos x and sin x (Eigen).
struct CosineFit {
  double mean = 0;
  double amplitude = 0; // >= 0
  double phase_deg = 0; // in (-180, 180]: where y is greatest
  double r_squared = 0;
  std::string fault; // not empty: no fit, and why

  double at(double x_deg) const;
};
// Pairs with NaN are left out; `fault` where fewer than 4 are left or the directions do not span the circle.
CosineFit fit_cosine(std::span<const double> x_deg, std::span<const double> y);

// Mean of y in bins of equal width around the circle, the first one around -180 + width / 2.
struct DirectionBins {
  std::vector<double> centre_deg; // (bins)
  std::vector<double> mean;       // NaN: nothing in the bin
  std::vector<double> sem;        // standard error of the mean; NaN where fewer than 2
  std::vector<int> count;
};
DirectionBins bin_by_direction(std::span<const double> x_deg, std::span<const double> y, int bins);

} // namespace pursuit
