// The evaluations that are still missing when all training is over: of runs that were reused, that another process
// trained, or whose worker was lost in between. On the same slots, by the same workers.
//
// A run's training stays done whatever becomes of its evaluation; the next start tries it again. The first SIGINT or
// SIGTERM drains, the second kills, as in schedule.hpp.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "schedule/job.hpp"
#include "schedule/schedule.hpp"
#include "schedule/slot.hpp"

namespace pursuit {

// Fills in `measures` or `evaluation_error` of each run that is done and has neither, and `interrupted_by`. Nothing
// where the schedule was interrupted.
void run_evaluations(Outcome &outcome, const std::vector<Slot> &slots, Runner &runner, Clock &clock,
                     Observer &observer);

} // namespace pursuit
