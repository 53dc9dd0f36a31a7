// The name of a measure, as figures and claims give it.
#pragma once

#include <string>

#include "experiment/faults.hpp"
#include "experiment/measures.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// A measure, or one with a contrast in its name; measure == nullptr: it was complained of. `what`: "expect".
MeasureColumn read_measure(const Value &value, const std::string &what, Faults &faults);

} // namespace pursuit
