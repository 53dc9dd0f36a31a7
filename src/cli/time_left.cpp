#include "cli/time_left.hpp"

#include <algorithm>

namespace pursuit {

namespace {

// Below this many seconds the start of workers and engines is most of what was measured.
constexpr double k_too_early_s = 2;

} // namespace

TimeLeft::TimeLeft(const Plan &plan, std::size_t slots, double seconds_per_work,
                   const SideBySide &siblings)
    : plan_(plan),
      first_guess_(seconds_per_work / static_cast<double>(std::max<std::size_t>(slots, 1))),
      shares_(plan.runs.size()) {
  const std::vector<double> taken = estimated_work(plan, static_cast<int>(slots), siblings);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    shares_[i].whole = taken[i];
    set(static_cast<int>(i), 0, shares_[i].whole);
  }
}

void TimeLeft::set(int run, double trained, double left) {
  Share &share = shares_[static_cast<std::size_t>(run)];
  trained_ += trained - share.trained;
  left_ += left - share.left;
  share.trained = trained;
  share.left = left;
}

void TimeLeft::run_changed(int run, RunState state, bool reused) {
  const Share &share = shares_[static_cast<std::size_t>(run)];
  if (reused) {
    set(run, 0, 0);
  } else if (state == RunState::done) {
    set(run, share.trained + share.left, 0);
  } else if (state == RunState::failed || state == RunState::skipped) {
    set(run, share.trained, 0);
  } else if (state == RunState::pending) {
    set(run, share.trained, share.whole); // another try
  }
}

void TimeLeft::progressed(int run, std::int64_t trial, std::int64_t from_trial) {
  const Share &share = shares_[static_cast<std::size_t>(run)];
  const double n = static_cast<double>(std::max<std::int64_t>(
      1, plan_.graph.nodes[static_cast<std::size_t>(run)].spec.settings.n_trials));
  set(run, share.whole * static_cast<double>(trial - from_trial) / n,
      share.whole * (1 - static_cast<double>(trial) / n));
}

double TimeLeft::seconds(double elapsed_s) const {
  const double left = std::max(left_, 0.0); // sums round
  if (elapsed_s < k_too_early_s || trained_ <= 0) return left * first_guess_;
  return left * elapsed_s / trained_;
}

} // namespace pursuit
