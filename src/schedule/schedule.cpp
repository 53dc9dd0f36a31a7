#include "schedule/schedule.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "schedule/schedule_loop.hpp"

namespace pursuit {

namespace {

// The terminal is redrawn and deadlines are looked at this often, in seconds.
constexpr double k_tick_s = 0.2;
// Waking this much too late, in seconds, means that this process was stopped or the machine slept:
// no fault of the workers.
constexpr double k_absence_s = 2;
// An overdue worker has this long, in seconds, for each run's checkpoint: that of 2,000 units took
// 1.7 s on a busy machine.
constexpr double k_last_words_s = 5;

} // namespace

Schedule::Schedule(const Plan &plan, const std::vector<Slot> &slots, PackPolicy policy,
                   Runner &runner, Claims &claims, Clock &clock, const ScheduleOptions &options,
                   const AttemptLabels &labels, Observer &observer)
    : slots_(slots), policy_(std::move(policy)), runner_(runner), clock_(clock), options_(options),
      observer_(observer), claims_(claims, plan.runs.size()),
      ledger_(plan, policy_, claims_, clock, labels, observer), work_(policy_, options.timeout_s),
      tries_(plan.runs.size()), same_failures_(options.stop_after_same_failures) {}

Outcome Schedule::run() {
  ledger_.settle_what_is_done();
  while (true) {
    start_what_can_start();
    if (is_over()) break;
    const double deadline_s = next_deadline_s();
    const Event event = runner_.wait(deadline_s);
    const double late_s = clock_.monotonic_s() - deadline_s;
    if (late_s >= k_absence_s) work_.allow(late_s);
    std::visit([this](const auto &what) { handle(what); }, event);
    look_elsewhere();
    stop_overdue();
    tick();
  }
  finish();
  observer_.tick(ledger_.runs());
  return {ledger_.take_runs(), signals_.first(), stopped_early_};
}

bool Schedule::is_over() const {
  return work_.busy() == 0 && !may_start_more_ && (stopped_ || ledger_.elsewhere().empty());
}

// Slots that have nothing to train evaluate.
void Schedule::start_what_can_start() {
  may_start_more_ = !start_training();
  if (!may_start_more_) start_evaluations();
}

// No longer than a tick: there may be thousands of ready runs that other processes have done. False: there is more.
bool Schedule::start_training() {
  const double begin_s = clock_.monotonic_s();
  SlotStates slots = work_.states(begin_s);
  for (double now_s = begin_s; !stopped_; now_s = clock_.monotonic_s()) {
    if (now_s - begin_s > k_tick_s) return false;
    const std::optional<Placed> placed = place(ledger_.ready(), policy_, slots, now_s);
    if (!placed) return true;
    if (placed->joins) {
      extend_job(*placed);
    } else {
      start_job(*placed);
    }
    slots[placed->slot] = work_.state(placed->slot, now_s);
  }
  return true;
}

void Schedule::start_evaluations() {
  const double now_s = clock_.monotonic_s();
  std::set<NodeIndex> &waiting = ledger_.to_evaluate();
  for (const SlotIndex slot : work_.indexes()) {
    if (waiting.empty() || signals_.first() != 0) return;
    if (!work_.is_idle(slot, now_s)) continue;
    start({Job::Kind::evaluate, slot, fmt::format("evaluate-{}", ++jobs_), {*waiting.begin()}});
    waiting.erase(waiting.begin());
  }
}

// Nothing starts where none of them is left to be trained here now.
void Schedule::start_job(const Placed &placed) {
  Job job{Job::Kind::train, placed.slot, "", {}};
  for (const NodeIndex run : placed.runs) {
    if (!claim(placed.slot, run)) continue;
    job.runs.push_back(run);
    job.claims.push_back(claims_.descriptor(run));
  }
  if (job.runs.empty()) return;
  job.pack_id = fmt::format("{}-{}", short_id(job.runs.front()), ++jobs_);
  start(std::move(job));
}

void Schedule::start(Job job) {
  work_.start(job, clock_.monotonic_s());
  if (job.kind == Job::Kind::train) {
    const Pack pack{job.pack_id, static_cast<int>(job.runs.size())};
    for (const NodeIndex run : job.runs) ledger_.begin(run, label(job.slot), pack);
  }
  runner_.start(job);
}

void Schedule::extend_job(const Placed &placed) {
  for (const NodeIndex run : placed.runs) {
    if (!claim(placed.slot, run)) continue;
    work_.join(placed.slot, run, clock_.monotonic_s());
    const SlotWork &work = work_[placed.slot];
    ledger_.begin(run, label(placed.slot), {work.job.pack_id, work.side_by_side});
    runner_.extend(placed.slot, run, claims_.descriptor(run));
  }
}

double Schedule::next_deadline_s() const {
  const double tick_s = clock_.monotonic_s() + (may_start_more_ ? 0 : k_tick_s);
  return std::min(tick_s, work_.next_deadline_s());
}

// First asked to write its checkpoint and stop, then killed.
void Schedule::stop_overdue() {
  const double now_s = clock_.monotonic_s();
  for (const SlotIndex slot : work_.late(now_s)) {
    SlotWork &work = work_[slot];
    const bool asked = work.overdue || work.draining;
    work.overdue = true;
    if (asked) {
      work.deadline_s = std::numeric_limits<double>::infinity();
      runner_.kill(slot);
    } else {
      work.deadline_s = now_s + policy_.limit_for(slot, work.side_by_side, k_last_words_s);
      runner_.drain(slot);
    }
  }
}

void Schedule::tick() {
  const double now_s = clock_.monotonic_s();
  if (now_s < next_tick_s_) return;
  next_tick_s_ = now_s + k_tick_s;
  observer_.tick(ledger_.runs());
}

// Failed once and waiting for another try that will not come: failed, unless the user stopped it.
void Schedule::finish() {
  for (const NodeIndex run : std::set<NodeIndex>(ledger_.elsewhere())) {
    ledger_.take_back(run);
    ledger_.changed(run);
  }
  if (!stopped_early_ || signals_.first() != 0) return;
  for (const NodeIndex run : ledger_.indexes()) {
    if (ledger_[run].state != RunState::pending || tries_[run] == 0) continue;
    ledger_.fail_for_good(run);
    failed_for_good(run);
  }
}

Outcome run_schedule(const Plan &plan, const std::vector<Slot> &slots, PackPolicy policy,
                     Runner &runner, Claims &claims, Clock &clock, const ScheduleOptions &options,
                     const AttemptLabels &labels, Observer &observer) {
  return Schedule(plan, slots, std::move(policy), runner, claims, clock, options, labels, observer)
      .run();
}

} // namespace pursuit
