#include "measure/von_mises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <Eigen/QR>

#include "base/errors.hpp"
#include "measure/circular.hpp"

namespace pursuit {

namespace {

constexpr double k_rad = std::numbers::pi / 180;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t k_least_points = 5; // one more than there are parameters
constexpr double k_smallest_kappa = 0.01, k_largest_kappa = 100;
constexpr int k_kappa_steps = 20, k_mu_steps = 24; // of the grid
// The search ends when a step is below this, in degrees: finer than the minimum is defined in double.
constexpr double k_finest_step_deg = 1e-7;

struct Data {
  std::vector<double> x_deg, y;
};

// One point of the search, with the best A and C for it.
struct Candidate {
  double log_kappa = 0, mu_deg = 0;
  double peak = 0, offset = 0;                           // A exp(kappa), C
  double cost = std::numeric_limits<double>::infinity(); // sum of squares
};

Data finite_points(std::span<const double> x_deg, std::span<const double> y) {
  Data data;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(x_deg[i]) || !std::isfinite(y[i])) continue;
    data.x_deg.push_back(x_deg[i]);
    data.y.push_back(y[i]);
  }
  return data;
}

// The bell's peak is kept at 1, so that no kappa overflows. A trough (A < 0) is no candidate.
Candidate projected(const Data &data, double log_kappa, double mu_deg) {
  const double lowest = std::log(k_smallest_kappa), highest = std::log(k_largest_kappa);
  Candidate candidate;
  candidate.log_kappa = std::clamp(log_kappa, lowest, highest);
  candidate.mu_deg = mu_deg;
  const double kappa = std::exp(candidate.log_kappa);
  const Eigen::Index count = static_cast<Eigen::Index>(data.y.size());
  Eigen::MatrixX2d design(count, 2);
  for (Eigen::Index i = 0; i < count; ++i) {
    const double x = (data.x_deg[static_cast<std::size_t>(i)] - mu_deg) * k_rad;
    design.row(i) << std::exp(kappa * (std::cos(x) - 1)), 1;
  }
  const Eigen::Map<const Eigen::VectorXd> y(data.y.data(), count);
  const Eigen::Vector2d linear = design.colPivHouseholderQr().solve(y);
  if (linear[0] < 0) return candidate;
  candidate.peak = linear[0];
  candidate.offset = linear[1];
  candidate.cost = (y - design * linear).squaredNorm();
  return candidate;
}

Candidate best_of_grid(const Data &data) {
  const double lowest = std::log(k_smallest_kappa), highest = std::log(k_largest_kappa);
  Candidate best;
  for (int i = 0; i <= k_kappa_steps; ++i) {
    const double log_kappa = lowest + (highest - lowest) * i / k_kappa_steps;
    for (int j = 0; j < k_mu_steps; ++j) {
      const Candidate candidate = projected(data, log_kappa, 360.0 * j / k_mu_steps);
      if (candidate.cost < best.cost) best = candidate;
    }
  }
  return best;
}

// Along each axis a step forward and back; where none is better, half the step.
Candidate compass_search(const Data &data, Candidate best) {
  double mu_step = 360.0 / k_mu_steps;
  double kappa_step = std::log(k_largest_kappa / k_smallest_kappa) / k_kappa_steps;
  while (mu_step > k_finest_step_deg) {
    const Candidate before = best;
    for (const double sign : {-1.0, 1.0}) {
      for (const Candidate &candidate :
           {projected(data, before.log_kappa + sign * kappa_step, before.mu_deg),
            projected(data, before.log_kappa, before.mu_deg + sign * mu_step)}) {
        if (candidate.cost < best.cost) best = candidate;
      }
    }
    if (best.cost < before.cost) continue;
    mu_step /= 2;
    kappa_step /= 2;
  }
  return best;
}

VonMises no_fit(const std::string &fault) { return {k_nan, k_nan, k_nan, k_nan, k_nan, fault}; }

} // namespace

double VonMises::at(double x_deg) const {
  return amplitude * std::exp(kappa * std::cos((x_deg - mu_deg) * k_rad)) + offset;
}

double VonMises::fwhm_deg() const {
  if (!(kappa >= k_least_kappa)) return k_nan;
  return 2 * std::acos(1 + std::log(0.5) / kappa) / k_rad;
}

VonMises fit_von_mises(std::span<const double> x_deg, std::span<const double> y) {
  if (x_deg.size() != y.size()) throw InternalError("a von Mises fit needs as many y as x");
  const Data data = finite_points(x_deg, y);
  if (data.y.size() < k_least_points) return no_fit("fewer than 5 points");
  const auto [least, most] = std::minmax_element(data.y.begin(), data.y.end());
  if (*least == *most) return no_fit("the curve is flat");
  const Candidate best = compass_search(data, best_of_grid(data));
  if (!std::isfinite(best.cost)) return no_fit("the curve has no peak");
  const double kappa = std::exp(best.log_kappa);
  return {best.peak * std::exp(-kappa),
          kappa,
          wrapped_deg(best.mu_deg),
          best.offset,
          std::sqrt(best.cost / static_cast<double>(data.y.size())),
          ""};
}

} // namespace pursuit
