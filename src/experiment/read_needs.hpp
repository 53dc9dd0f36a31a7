// Which finished networks a stage 2 extends.
#pragma once

#include <optional>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `needs` of a stage 2; the stage it names is checked against `kinds`.
std::optional<Needs> read_needs(const Value &value, const StageKind &kind, const StageKinds &kinds,
                                Faults &faults);

} // namespace pursuit
