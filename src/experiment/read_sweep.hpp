// The sweep algebra of a stage.
#pragma once

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

Sweep read_sweep(const Value &value, const StageKind &kind, Faults &faults);

} // namespace pursuit
