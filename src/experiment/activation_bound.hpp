// One side of the bounds that clip the trained activation parameters: activation_min or activation_max of a run. A file
// gives a number, which bounds every parameter that is trained, or a mapping with a number for some by name:
// {threshold: 0}; null, or nothing at all, is no bound.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "experiment/activation.hpp"

namespace pursuit {

struct ActivationBound {
  std::optional<double> all; // beside names: all of those have it
  ByActivation<std::optional<double>> each{};

  std::optional<double> of(Activation parameter) const;
  bool is_none() const;
  // Those that are bounded by name.
  ActivationSet named() const;
  auto operator<=>(const ActivationBound &) const = default;
};

// "none", "0.5" where all have it, "{input_gain: 0, threshold: 1}".
std::string to_text(const ActivationBound &bound);

// Both sides as an engine uses them; infinite where there is none.
struct ActivationLimits {
  ByActivation<double> least, most;
  ActivationLimits() {
    least.values.fill(-std::numeric_limits<double>::infinity());
    most.values.fill(std::numeric_limits<double>::infinity());
  }
  bool bounds(Activation parameter) const;
  // The value, or the limit that it is beyond; NaN stays NaN.
  template <class Real> Real clipped(Activation parameter, Real value) const {
    const Real low = static_cast<Real>(least[parameter]), high = static_cast<Real>(most[parameter]);
    return value < low ? low : value > high ? high : value;
  }
};

} // namespace pursuit
