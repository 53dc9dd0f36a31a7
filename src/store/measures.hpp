// The measures of a network as JSON: in the manifest, in a run's evaluation.json, and what `pursuit-run evaluate` prints
// (experiment/measures.hpp has their table; src/measure computes them).
#pragma once

#include <string>

#include "experiment/measures.hpp"

namespace pursuit {

// {"bias": {"high": 0.1, "low": 4.6}, ..., "null_because": {...}} on one line.
std::string measures_json(const Measures &measures);
// The inverse; keys of later versions are passed over. Throws RunError.
Measures parse_measures(const std::string &json);

} // namespace pursuit
