// What is legal in an experiment and easily not meant: said once, before the training.
#pragma once

#include <string>
#include <vector>

#include "plan/graph.hpp"

namespace pursuit {

// "file:line:column: text" each: values of an axis that are given twice, stages without seeds, runs that two stages ask for, stage-2 runs that are shown
// other noise or amplitudes than their parents were trained with. `outside`: by path as in Needs::paths.
std::vector<std::string> plan_notices(const Experiment &experiment, const Graph &graph,
                                      const std::map<std::string, OutsideModelFacts> &outside);

// "noise_input 0.02, noise_direction 3": what of the trials a stage 2 is shown differs from its parent's; empty: nothing.
// The values are those of the parent.
std::string other_trials_text(const Settings &parent, const Settings &child);

} // namespace pursuit
