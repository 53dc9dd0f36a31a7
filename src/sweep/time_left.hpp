// How long the rest takes, by what is left of each run's cost and the speed measured so far.
#pragma once

#include <cstdint>
#include <vector>

#include "plan/pack_policy.hpp"
#include "plan/plan.hpp"
#include "store/manifest.hpp"

namespace pursuit {

class TimeLeft {
public:
  TimeLeft(const Plan &plan, const PackPolicy &policy);

  void run_changed(int run, RunState state, bool reused);
  void run_evaluated(int run);
  void progressed(int run, std::int64_t trial, std::int64_t from_trial);
  // `elapsed_s`: since the first run was started.
  double seconds(double elapsed_s) const;

private:
  // Of one run: what it is expected to take of its slot, seconds.
  struct Share {
    RunCost whole;
    double spent = 0; // by this start
    double left = 0;
  };
  void set(int run, double spent, double left);

  const Plan &plan_;
  double slots_;
  std::vector<Share> shares_;
  double spent_ = 0, left_ = 0; // sums over shares_
};

} // namespace pursuit
