#include "experiment/activation_bound.hpp"

#include <cmath>

#include "base/number.hpp"

namespace pursuit {

std::optional<double> ActivationBound::of(Activation parameter) const {
  const std::optional<double> &own = each[parameter];
  return own ? own : all;
}

bool ActivationBound::is_none() const { return !all && named().empty(); }

ActivationSet ActivationBound::named() const {
  ActivationSet named;
  for (const ActivationParameter &row : k_activation_parameters) {
    if (each[row.which]) named.add(row.which);
  }
  return named;
}

std::string to_text(const ActivationBound &bound) {
  if (bound.all) return shortest_number(*bound.all);
  std::string text;
  for (const Activation parameter : bound.named().members()) {
    text += text.empty() ? "{" : ", ";
    text.append(to_text(parameter)).append(": ").append(shortest_number(*bound.of(parameter)));
  }
  return text.empty() ? "none" : text + "}";
}

bool ActivationLimits::bounds(Activation parameter) const {
  return std::isfinite(least[parameter]) || std::isfinite(most[parameter]);
}

} // namespace pursuit
