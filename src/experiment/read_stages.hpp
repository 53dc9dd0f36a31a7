// The stages of an experiment file.
#pragma once

#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

struct StagesRead {
  std::vector<Stage> stages; // in file order
  StageKinds kinds;
};

// `stages` and `defaults`; nullptr: faulty, or not there.
StagesRead read_stages(const Value *stages, const Value *defaults, Faults &faults);

// Only the names, modes and numbers of the stages.
StageKinds read_stage_kinds(const Value &stages, Faults &faults);

} // namespace pursuit
