#include "experiment/settings.hpp"

namespace pursuit {

std::string_view to_text(Mode mode) {
  return mode == Mode::activation ? "activation" : "prior_input";
}

ActivationLimits limits_of(const Settings &settings) {
  ActivationLimits limits;
  for (const Activation parameter : settings.activation.members()) {
    const std::size_t i = static_cast<std::size_t>(parameter);
    limits.least[i] = settings.activation_min.of(parameter).value_or(limits.least[i]);
    limits.most[i] = settings.activation_max.of(parameter).value_or(limits.most[i]);
  }
  return limits;
}

} // namespace pursuit
