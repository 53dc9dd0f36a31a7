// What an experiment file asks for once its networks are trained: evaluate, figures, expect.
#pragma once

#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

Evaluate read_evaluate(const Value &value, Faults &faults);
std::vector<FigureRequest> read_figures(const Value &value, Faults &faults);
std::vector<Expectation> read_expectations(const Value &value, const StageKinds &kinds,
                                           Faults &faults);

} // namespace pursuit
