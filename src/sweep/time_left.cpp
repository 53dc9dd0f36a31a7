#include "sweep/time_left.hpp"

#include <algorithm>

#include "plan/estimate.hpp"

namespace pursuit {

namespace {

// Below this many seconds the start of workers and engines is most of what was measured.
constexpr double k_too_early_s = 2;

} // namespace

TimeLeft::TimeLeft(Clock &clock, const Plan &plan, const PackPolicy &policy)
    : clock_(clock), plan_(plan), slots_(static_cast<double>(policy.slots())),
      shares_(plan.runs.size()) {
  const std::vector<RunCost> taken = estimated_shares(plan, policy);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    shares_[i].whole = taken[i];
    set(static_cast<int>(i), 0, taken[i].train + taken[i].evaluate);
  }
}

void TimeLeft::set(int run, double spent, double left) {
  Share &share = shares_[static_cast<std::size_t>(run)];
  spent_ += spent - share.spent;
  left_ += left - share.left;
  share.spent = spent;
  share.left = left;
}

void TimeLeft::run_changed(int run, const ScheduledRun &state) {
  if (state.state == RunState::running && begin_s_ < 0) begin_s_ = clock_.monotonic_s();
  const Share &share = shares_[static_cast<std::size_t>(run)];
  const RunCost &whole = share.whole;
  if (state.reused) { // one that is only to be evaluated has no training in its share
    set(run, 0, whole.train > 0 ? 0 : whole.evaluate);
  } else if (state.state == RunState::done) {
    set(run, share.spent + std::max(share.left - whole.evaluate, 0.0), whole.evaluate);
  } else if (state.state == RunState::failed || state.state == RunState::skipped) {
    set(run, share.spent, 0);
  } else if (state.state == RunState::pending) {
    set(run, share.spent, whole.train + whole.evaluate); // another try
  }
}

void TimeLeft::run_evaluated(int run, const ScheduledRun &) {
  const Share &share = shares_[static_cast<std::size_t>(run)];
  set(run, share.spent + share.left, 0);
}

void TimeLeft::progressed(const RunProgress &progress) {
  const std::size_t i = static_cast<std::size_t>(progress.run);
  const RunCost &whole = shares_[i].whole;
  const double n =
      static_cast<double>(std::max<std::int64_t>(1, plan_.graph.nodes[i].spec.settings.n_trials));
  set(progress.run, whole.train * static_cast<double>(progress.trial - progress.from_trial) / n,
      whole.train * (1 - static_cast<double>(progress.trial) / n) + whole.evaluate);
}

double TimeLeft::left_s() const {
  if (begin_s_ < 0) return -1;
  const double elapsed_s = clock_.monotonic_s() - begin_s_;
  const double left = std::max(left_, 0.0); // sums round
  if (elapsed_s < k_too_early_s || spent_ <= 0) return left / slots_;
  return left * elapsed_s / spent_;
}

} // namespace pursuit
