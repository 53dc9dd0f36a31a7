// Whether all numbers of a tensor are finite: without branches, so that looking through the weights takes next to no time.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

namespace pursuit {

template <class Real> bool all_finite(const Real *values, std::size_t count) {
  bool good = true;
  for (std::size_t i = 0; i < count; ++i)
    good &= std::fabs(values[i]) <= std::numeric_limits<Real>::max();
  return good;
}

} // namespace pursuit
