// How long the rest takes, by the work that is left and the speed measured so far.
#pragma once

#include <cstdint>
#include <vector>

#include "plan/plan.hpp"
#include "store/manifest.hpp"

namespace pursuit {

class TimeLeft {
public:
  // `siblings`: how runs share a slot.
  TimeLeft(const Plan &plan, std::size_t slots, double seconds_per_work,
           const SideBySide &siblings = {});

  void run_changed(int run, RunState state, bool reused);
  void progressed(int run, std::int64_t trial, std::int64_t from_trial);
  // `elapsed_s`: since the first run was started.
  double seconds(double elapsed_s) const;

private:
  // Of one run: what it takes of its slot, in units of plan/run.hpp `work`.
  struct Share {
    double whole = 0;
    double trained = 0; // by this start
    double left = 0;
  };
  void set(int run, double trained, double left);

  const Plan &plan_;
  double first_guess_; // seconds for a unit of work, all slots together
  std::vector<Share> shares_;
  double trained_ = 0, left_ = 0; // sums over shares_
};

} // namespace pursuit
