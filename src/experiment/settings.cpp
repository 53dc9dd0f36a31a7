#include "experiment/settings.hpp"

namespace pursuit {

std::string_view to_text(Mode mode) {
  return mode == Mode::activation ? "activation" : "prior_input";
}

ActivationLimits limits_of(const Settings &settings) {
  ActivationLimits limits;
  for (const Activation parameter : settings.activation.members()) {
    double &least = limits.least[parameter], &most = limits.most[parameter];
    least = settings.activation_min.of(parameter).value_or(least);
    most = settings.activation_max.of(parameter).value_or(most);
  }
  return limits;
}

} // namespace pursuit
