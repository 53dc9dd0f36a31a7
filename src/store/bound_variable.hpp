// A bound of activation parameters as a MATLAB variable, in models and replay cases: a number for all that are trained, or a
// 1 x 1 struct with a number for some by name.
#pragma once

#include <string>

#include "base/mat_file.hpp"
#include "experiment/activation_bound.hpp"

namespace pursuit {

// The struct: of each parameter that is bounded a field.
MatVariable bound_variable(const std::string &name, const ActivationBound &bound);

// Throws RunError saying what is wrong with "it".
ActivationBound read_bound_variable(const MatVariable &variable);

} // namespace pursuit
