// How long a plan takes: its schedule played through with known durations, by the schedule's own rules (placement.hpp).
#pragma once

#include <vector>

#include "plan/pack_policy.hpp"
#include "plan/plan.hpp"

namespace pursuit {

// Seconds to train and evaluate what the plan still has to, on the slots of `policy`. A child is ready when its parent is
// trained. A run that is only checked again counts as kept.
double estimated_seconds(const Plan &plan, const PackPolicy &policy);
// What each run takes of its slot in that schedule. result[i] belongs to graph.nodes[i]; nothing where nothing is to be done.
std::vector<RunCost> estimated_shares(const Plan &plan, const PackPolicy &policy);

} // namespace pursuit
