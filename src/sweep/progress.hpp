// While it trains: a line per slot (run, trial, loss, trials/s), totals and time left on a
// terminal; plain lines elsewhere. Everything goes to stderr.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "schedule/schedule.hpp"

namespace pursuit {

class Progress {
public:
  // `form`: auto (terminal lines if stderr is one) | plain | none (errors only).
  // `policy`: for the time left, until this start has its own figures.
  Progress(const Plan &plan, const std::vector<Slot> &slots, const std::string &form,
           const PackPolicy &policy);
  ~Progress();

  void run_changed(int run, const ScheduledRun &state);
  void run_evaluated(int run);
  void progressed(const RunProgress &progress);
  void tick(const std::vector<ScheduledRun> &runs);
  // Seconds until all is done; negative before the first run has begun.
  double left_s() const;
  // A line that stays, above the slots' lines; also with form none.
  void message(const std::string &line);
  // Clears the slots' lines and prints the totals.
  void finish(const std::vector<ScheduledRun> &runs);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace pursuit
