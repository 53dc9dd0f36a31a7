// How long the rest takes, by what is left of each run's cost and the speed measured so far.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "plan/pack_policy.hpp"
#include "plan/plan.hpp"
#include "schedule/schedule.hpp"

namespace pursuit {

class TimeLeft final : public Observer {
public:
  TimeLeft(Clock &clock, const Plan &plan, const PackPolicy &policy);

  void run_changed(int run, const ScheduledRun &state) override;
  void run_evaluated(int run, const ScheduledRun &state) override;
  void progressed(const RunProgress &progress) override;
  // Seconds until all is done; negative before the first run has begun.
  double left_s() const;

private:
  // Of one run: what it is expected to take of its slot, seconds.
  struct Share {
    RunCost whole;
    double spent = 0; // by this start
    double left = 0;
  };
  void set(int run, double spent, double left);

  Clock &clock_;
  const Plan &plan_;
  double slots_;
  std::vector<Share> shares_;
  double spent_ = 0, left_ = 0; // sums over shares_
  double begin_s_ = -1;         // the first run's start
};

} // namespace pursuit
