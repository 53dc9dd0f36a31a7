// Principal components of population states.
#pragma once

#include <span>
#include <vector>

namespace pursuit {

// `states` (N, M) column-major: M states of N units. Components are the eigenvectors of the states' covariance (Eigen's
// self-adjoint solver; of the smaller of the two Gram matrices), by decreasing variance; each has its largest element
// positive, so that a picture does not flip between machines.
struct PrincipalComponents {
  std::vector<double> mean;       // (N)
  std::vector<double> components; // (N, K), orthonormal columns
  std::vector<double> scores;     // (K, M): the states along the components
  std::vector<double> explained;  // (K): share of the whole variance
};
// K = min(components, N, M - 1, rank). Empty where the states do not vary.
PrincipalComponents principal_components(std::span<const double> states, std::size_t n,
                                         int components);

} // namespace pursuit
