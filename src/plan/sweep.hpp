// The sweep algebra of one stage: start points -> its points. Private to plan/.
//
// Order of work: grid x zip x list x seeds, then `when`, then `exclude`, then `override`. Order of
// points: start points (a stage 2: its parents) slowest, then grid keys as written, zip, list, and
// the seeds fastest, so that replicates stand together; what a `when` adds follows its point.
//   when      each entry sees the points as the entries before it have left them
//   exclude   all entries see the same points
//   override  each entry sees the points as the entries before it have left them
#pragma once

#include <cstdint>
#include <vector>

#include "plan/sweep_point.hpp"

namespace pursuit {

// Points of all stages of one experiment, before `exclude` and before equal ones become one run.
inline constexpr std::uint64_t k_most_sweep_points = 1'000'000;

// What the sweep of a stage starts from.
struct SweepStart {
  std::vector<SweepPoint> points; // stage 1: one, all defaults; stage 2: one for each parent
  // False: the parents are faulty, `points` is a stand-in; only faults that do not depend on the
  // parents are reported.
  bool parents_known = true;
  std::uint64_t points_before = 0; // of earlier stages: the limit is the experiment's
};

struct SweepResult {
  std::vector<SweepPoint> points;
  std::vector<Complaint> complaints; // not empty: the points are not to be used
};

// Points are counted before they are built: a sweep too large costs no memory.
SweepResult sweep_stage(const Stage &stage, SweepStart start);

} // namespace pursuit
