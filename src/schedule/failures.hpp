// What the schedule knows of things that went wrong.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "schedule/job.hpp"
#include "schedule/schedule.hpp"
#include "schedule/slot.hpp"

namespace pursuit {

// Takes over what an earlier start left of a run that needs no training.
void mark_reused(ScheduledRun &state, const RunRecord &record);

// "over --timeout 30 s", and where the job had more than one run's time ": 90 s for the whole pack"
std::string overdue_text(double timeout_s, double limit_s);
// "worker killed by SIGSEGV", "worker ended with exit code 3", "worker could not be started"; and
// its last words.
std::string lost_worker_text(const WorkerEnded &event);

// How many runs of a kind one job may carry on a slot. Starts at Slot::max_pack and shrinks where
// memory ran out.
class PackLimits {
public:
  explicit PackLimits(const std::vector<Slot> &slots) : slots_(slots) {}
  int most(int slot, int kind) const; // at least 1
  // A pack of `size` did not fit.
  void halve(int slot, int kind, int size);

private:
  const std::vector<Slot> &slots_;
  std::map<std::pair<int, int>, int> limits_;
};

// Notices that nothing works: the first K runs to finish all fail with the same message.
class SameFailures {
public:
  explicit SameFailures(int k) : k_(k) {}
  void done() { k_ = 0; }
  // True at the K-th one. What names the run itself (its id, its model file) does not make messages
  // differ.
  bool failed(const Node &node, const std::string &error);

private:
  int k_; // 0: never, or no longer
  int seen_ = 0;
  std::string first_;
};

} // namespace pursuit
