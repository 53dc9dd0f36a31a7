// Which ready run goes where: the one rule that the schedule and the estimate of how long a plan takes go by.
//
// Runs are asked in the graph's order, and each goes where it ends first: on an idle slot, in a running pack that has room for
// it and long to go, or behind what a busy slot has to do; then it waits, and the next one is asked. Where an idle slot and
// others do equally well, the first idle one takes it. With it go others that fit with it, as many as its slot's fair share.
#pragma once

#include <optional>
#include <vector>

#include "plan/ready_runs.hpp"

namespace pursuit {

// What a slot is doing.
struct SlotState {
  enum class Is {
    idle,   // may start a job now
    ending, // has nothing more to train, and is about to be free
    trains,
    closed // takes nothing, and nobody knows until when
  } is = Is::idle;
  double free_s = 0;                      // when it will have done what it has, as it was foreseen
  int training = 0;                       // runs side by side
  std::optional<NodeIndex> joinable = {}; // one of them, where more may join
};
using SlotStates = IndexedVector<SlotIndex, SlotState>;

struct Placed {
  SlotIndex slot;
  std::vector<NodeIndex> runs;
  bool joins = false; // the pack that is running there; else they are a job of their own
};

// The next runs that can start, out of `ready`; nothing: what is ready, if anything, waits.
std::optional<Placed> place(ReadyRuns &ready, const PackPolicy &policy, const SlotStates &slots,
                            double now_s);

} // namespace pursuit
