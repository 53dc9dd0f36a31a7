// What the schedule knows of things that went wrong.
#pragma once

#include <string>

#include "plan/graph.hpp"
#include "schedule/job.hpp"

namespace pursuit {

// "over --timeout 30 s", and where the job had more than one run's time ": 90 s for the whole pack"
std::string overdue_text(double timeout_s, double limit_s);
// "worker killed by SIGSEGV", "worker ended with exit code 3", "worker could not be started"; and
// its last words.
std::string lost_worker_text(const WorkerEnded &event);

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
