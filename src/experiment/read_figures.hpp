// `figures` of an experiment file.
#pragma once

#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `value`: a list. `recorded`: in a manifest, which may be older than a refusal.
std::vector<FigureRequest> read_figures(const Value &value, const StageKinds &kinds, Faults &faults,
                                        bool recorded = false);

} // namespace pursuit
