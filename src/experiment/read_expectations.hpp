// `expect` of an experiment file.
#pragma once

#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `value`: a list.
std::vector<Expectation> read_expectations(const Value &value, const StageKinds &kinds,
                                           Faults &faults);

} // namespace pursuit
