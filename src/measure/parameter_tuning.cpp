#include "measure/parameter_tuning.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/QR>

#include "base/errors.hpp"
#include "measure/circular.hpp"

namespace pursuit {

namespace {

constexpr double k_rad = std::numbers::pi / 180;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t k_least_points = 4; // one more than there are coefficients

struct Points {
  Eigen::MatrixXd design; // 1, cos x, sin x
  Eigen::VectorXd y;
};

Points points_of(std::span<const double> x_deg, std::span<const double> y) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isfinite(x_deg[i]) && std::isfinite(y[i])) kept.push_back(i);
  }
  const Eigen::Index rows = static_cast<Eigen::Index>(kept.size());
  Points points{Eigen::MatrixXd(rows, 3), Eigen::VectorXd(rows)};
  for (Eigen::Index row = 0; row < rows; ++row) {
    const std::size_t i = kept[static_cast<std::size_t>(row)];
    points.design.row(row) << 1, std::cos(x_deg[i] * k_rad), std::sin(x_deg[i] * k_rad);
    points.y[row] = y[i];
  }
  return points;
}

} // namespace

double CosineFit::at(double x_deg) const {
  return mean + amplitude * std::cos((x_deg - phase_deg) * k_rad);
}

CosineFit fit_cosine(std::span<const double> x_deg, std::span<const double> y) {
  if (x_deg.size() != y.size()) throw InternalError("a cosine fit needs as many y as x");
  const Points points = points_of(x_deg, y);
  CosineFit fit{k_nan, k_nan, k_nan, k_nan, ""};
  if (static_cast<std::size_t>(points.y.size()) < k_least_points) {
    fit.fault = "fewer than 4 units have a preferred direction";
    return fit;
  }
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(points.design);
  if (qr.rank() < 3) {
    fit.fault = "the preferred directions are too few to fit a cosine";
    return fit;
  }
  const Eigen::Vector3d coefficients = qr.solve(points.y);
  const double residual = (points.y - points.design * coefficients).squaredNorm();
  const double total = (points.y.array() - points.y.mean()).matrix().squaredNorm();
  fit.mean = coefficients[0];
  fit.amplitude = std::hypot(coefficients[1], coefficients[2]);
  fit.phase_deg = direction_deg(coefficients[1], coefficients[2]);
  fit.r_squared = total > 0 ? 1 - residual / total : k_nan;
  return fit;
}

DirectionBins bin_by_direction(std::span<const double> x_deg, std::span<const double> y, int bins) {
  const std::size_t count = static_cast<std::size_t>(bins);
  std::vector<double> sum(count), squares(count);
  DirectionBins result{std::vector<double>(count), std::vector<double>(count),
                       std::vector<double>(count), std::vector<int>(count)};
  const auto bin_of = [&](double x) {
    const double at = std::floor((wrapped_deg(x) + 180) * bins / 360);
    return std::min(static_cast<std::size_t>(at), count - 1);
  };
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(x_deg[i]) || !std::isfinite(y[i])) continue;
    const std::size_t b = bin_of(x_deg[i]);
    sum[b] += y[i];
    ++result.count[b];
  }
  for (std::size_t b = 0; b < count; ++b) {
    result.centre_deg[b] = 360.0 * (static_cast<double>(b) + 0.5) / bins - 180;
    result.mean[b] = result.count[b] > 0 ? sum[b] / result.count[b] : k_nan;
  }
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(x_deg[i]) || !std::isfinite(y[i])) continue;
    const double apart = y[i] - result.mean[bin_of(x_deg[i])];
    squares[bin_of(x_deg[i])] += apart * apart;
  }
  for (std::size_t b = 0; b < count; ++b) {
    const double members = result.count[b];
    result.sem[b] = members > 1 ? std::sqrt(squares[b] / (members - 1) / members) : k_nan;
  }
  return result;
}

} // namespace pursuit
