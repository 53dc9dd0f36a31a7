// The slots, the job that each of them has, and how long it may take.
#pragma once

#include <string>
#include <vector>

#include "plan/placement.hpp"
#include "schedule/job.hpp"

namespace pursuit {

// A run of a job that has not reported, and when it should.
struct OpenRun {
  NodeIndex run;
  double end_s = 0;
};

// What a slot is doing.
struct SlotWork {
  Job job;
  std::vector<OpenRun> open;
  std::vector<NodeIndex> done; // and those that were trained here
  int side_by_side = 0;        // the runs of the pack when the last one came
  bool busy = false;
  bool begun = false;       // else it is queued
  bool draining = false;    // whatever is lost from here on was stopped by us
  bool is_full = false;     // it ran out of memory
  bool overdue = false;     // asked to stop for --timeout
  double limit_s = 0;       // of --timeout, for the whole pack
  double deadline_s = 0;    // of --timeout, then for stopping; only where it has begun
  double rests_until_s = 0; // no worker could be started here
};

class Workplaces {
public:
  // `timeout_s`: for one run; 0: none.
  Workplaces(const PackPolicy &policy, double timeout_s)
      : policy_(policy), timeout_s_(timeout_s), work_(policy.slots()) {}

  SlotWork &operator[](SlotIndex slot) { return work_[slot]; }
  Indexes<SlotIndex> indexes() const { return work_.indexes(); }
  int busy() const { return busy_; }
  bool is_idle(SlotIndex slot, double now_s) const {
    return !work_[slot].busy && work_[slot].rests_until_s <= now_s;
  }
  // As placement sees them.
  SlotStates states(double now_s) const;
  SlotState state(SlotIndex slot, double now_s) const;

  void start(const Job &job, double now_s);
  void join(SlotIndex slot, NodeIndex run, double now_s);
  // Its time counts from here.
  void begin(SlotIndex slot, double now_s);
  bool is_open(SlotIndex slot, NodeIndex run) const;
  // An open run will report then.
  void foresee(SlotIndex slot, NodeIndex run, double end_s);
  // True if the run belongs to the slot's job and had not reported yet.
  bool close(SlotIndex slot, NodeIndex run);
  // The slot is free again. The runs that have not reported.
  std::vector<NodeIndex> end(SlotIndex slot);

  // The first end of somebody's time; infinite: there is none.
  double next_deadline_s() const;
  std::vector<SlotIndex> late(double now_s) const;
  // This process was away for so long: no fault of the workers.
  void allow(double late_s);

private:
  SlotState training_state(const SlotWork &work) const;
  void limit(SlotWork &work, double now_s) const;

  const PackPolicy &policy_;
  double timeout_s_;
  IndexedVector<SlotIndex, SlotWork> work_;
  int busy_ = 0;
};

} // namespace pursuit
