// What is wrong with the bounds of activation parameters (activation_min, activation_max) in the points of a stage: one that
// names a parameter which its point does not train, and a minimum above its maximum.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/errors.hpp"
#include "experiment/experiment.hpp"
#include "plan/sweep_point.hpp"

namespace pursuit {

// What is wrong with these settings of a stage 2, and what to do; nullopt: nothing. `stage`: that of the experiment file
// which they are of, for what stands in `defaults`; nullptr: of none.
struct BoundFault {
  std::string what, next;
};
std::optional<BoundFault> bound_fault(const Settings &settings, const Stage *stage = nullptr);

// Each fault once, at the line that gives a bound first.
std::vector<Complaint> bound_complaints(const Stage &stage, const std::vector<SweepPoint> &points);

} // namespace pursuit
