#include "experiment/settings.hpp"

namespace pursuit {

std::string_view to_text(Mode mode) {
  return mode == Mode::activation ? "activation" : "prior_input";
}

std::string_view to_text(Activation activation) {
  switch (activation) {
  case Activation::input_gain:
    return "input_gain";
  case Activation::threshold:
    return "threshold";
  case Activation::response_gain:
    return "response_gain";
  }
  return "";
}

} // namespace pursuit
