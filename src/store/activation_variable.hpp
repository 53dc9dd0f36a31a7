// Activation parameters as MATLAB variables, in models, replay cases and evaluations. A set of them is text, their names
// joined by +; a bound is a number for all that are trained, or a 1 x 1 struct with a number for some by name.
#pragma once

#include <filesystem>
#include <string>

#include "base/mat_file.hpp"
#include "experiment/activation_bound.hpp"

namespace pursuit {

// The set that `names`, the variable `activation` of the file at `path`, stands for. Throws RunError naming both.
ActivationSet read_activation_variable(const std::string &names, const std::filesystem::path &path);

// The struct: of each parameter that is bounded a field.
MatVariable bound_variable(const std::string &name, const ActivationBound &bound);

// Throws RunError saying what is wrong with "it".
ActivationBound read_bound_variable(const MatVariable &variable);

} // namespace pursuit
