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

// `stages` and, where it is given, `defaults` (nullptr if not).
StagesRead read_stages(const Value &stages, const Value *defaults, Faults &faults);

// Only the names, modes and numbers of the stages.
StageKinds read_stage_kinds(const Value &stages, Faults &faults);

// `needs` of a stage 2; the stage it names is checked against `kinds`.
std::optional<Needs> read_needs(const Value &value, const StageKind &kind, const StageKinds &kinds,
                                Faults &faults);

// `seeds` of a stage.
std::optional<std::vector<std::uint64_t>> read_seeds(const Value &value, const std::string &what,
                                                     Faults &faults);

} // namespace pursuit
