#include "measure/pca.hpp"

#include <algorithm>

#include <Eigen/Eigenvalues>

#include "base/errors.hpp"

namespace pursuit {

namespace {

using Matrix = Eigen::MatrixXd;
using Index = Eigen::Index;

// Variances below this share of the whole are rounding.
constexpr double k_least_share = 1e-12;

std::vector<double> plain(const Matrix &matrix) {
  return {matrix.data(), matrix.data() + matrix.size()};
}

// Orthonormal columns along which `centred` (N, M) varies most, and their variances (times M), most first.
struct Axes {
  Matrix columns;
  Eigen::VectorXd variances;
};

// Of the smaller Gram matrix: for X^T X v = s v, X v / sqrt(s) is an eigenvector of X X^T.
Axes axes_of(const Matrix &centred) {
  const bool few_units = centred.rows() <= centred.cols();
  const Matrix gram =
      few_units ? Matrix(centred * centred.transpose()) : Matrix(centred.transpose() * centred);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(gram);
  if (solver.info() != Eigen::Success) throw InternalError("eigenvalues did not converge");
  Axes axes{solver.eigenvectors().rowwise().reverse(), solver.eigenvalues().reverse()};
  if (!few_units) axes.columns = centred * axes.columns;
  return axes;
}

Index kept(const Axes &axes, double total, Index most) {
  Index count = 0;
  while (count < most && axes.variances[count] > k_least_share * total) ++count;
  return count;
}

void fix_signs(Matrix &columns) {
  for (Index k = 0; k < columns.cols(); ++k) {
    Index largest = 0;
    columns.col(k).cwiseAbs().maxCoeff(&largest);
    if (columns(largest, k) < 0) columns.col(k) *= -1;
  }
}

} // namespace

PrincipalComponents principal_components(std::span<const double> states, std::size_t n,
                                         int components) {
  if (n == 0 || states.size() % n != 0) throw InternalError("states are not N x M");
  const Index rows = static_cast<Index>(n), columns = static_cast<Index>(states.size() / n);
  const Eigen::Map<const Matrix> given(states.data(), rows, columns);
  if (columns < 2) return {};
  const Eigen::VectorXd mean = given.rowwise().mean();
  const Matrix centred = given.colwise() - mean;
  const double total = centred.squaredNorm();
  if (!(total > 0)) return {};
  Axes axes = axes_of(centred);
  const Index count = kept(axes, total, std::min({Index{components}, rows, columns - 1}));
  Matrix basis = axes.columns.leftCols(count);
  basis.colwise().normalize();
  fix_signs(basis);
  const Matrix scores = basis.transpose() * centred;
  return {plain(mean), plain(basis), plain(scores), plain(axes.variances.head(count) / total)};
}

} // namespace pursuit
