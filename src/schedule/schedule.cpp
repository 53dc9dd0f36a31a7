#include "schedule/schedule.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "schedule/schedule_loop.hpp"
#include "store/attempts.hpp"

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

bool are_cores(const std::vector<Slot> &slots) {
  if (slots.empty()) throw InternalError("a schedule needs a slot");
  const DeviceKind kind = slots.front().kind;
  if (std::any_of(slots.begin(), slots.end(),
                  [&](const Slot &slot) { return slot.kind != kind; })) {
    throw InternalError("a schedule's slots are all cores or all GPUs");
  }
  return kind == DeviceKind::cpu;
}

std::vector<int> kinds_for(const Graph &graph, const std::vector<Slot> &slots) {
  if (!are_cores(slots)) return pack_kinds(graph);
  if (slots.front().max_pack > 1) return sibling_kinds(graph);
  return std::vector<int>(graph.nodes.size(), k_alone);
}

} // namespace

Schedule::Schedule(const Plan &plan, const std::vector<Slot> &slots, Runner &runner, Claims &claims,
                   Clock &clock, const ScheduleOptions &options, const AttemptLabels &labels,
                   Observer &observer)
    : plan_(plan), slots_(slots), on_cores_(are_cores(slots)), runner_(runner), claims_(claims),
      clock_(clock), options_(options), labels_(labels), observer_(observer),
      runs_(plan.runs.size()), tries_(plan.runs.size()), released_(plan.runs.size()),
      claimed_(plan.runs.size()), ready_(kinds_for(plan.graph, slots)), work_(slots.size()),
      pack_limits_(slots), same_failures_(options.stop_after_same_failures) {}

Outcome Schedule::run() {
  settle_what_is_done();
  while (true) {
    start_what_can_start();
    if (busy_ == 0 && !may_start_more() && (stopped_ || elsewhere_.empty())) break;
    const double deadline_s = next_deadline_s();
    const Event event = runner_.wait(deadline_s);
    allow_for_absence(clock_.monotonic_s() - deadline_s);
    std::visit([this](const auto &what) { handle(what); }, event);
    look_elsewhere();
    stop_overdue();
    tick();
  }
  finish();
  observer_.tick(runs_);
  return {std::move(runs_), interrupted_by_, stopped_early_};
}

// Reused runs are done from the start; what needs nothing else is ready.
void Schedule::settle_what_is_done() {
  const int total = static_cast<int>(plan_.runs.size());
  for (int run = 0; run < total; ++run) {
    const PlannedRun &planned = plan_.runs[static_cast<std::size_t>(run)];
    at(run).reason = planned.reason;
    at(run).attempts = planned.record.attempts;
    if (planned.action == Action::reuse) mark_reused(at(run), planned.record);
  }
  for (int run = 0; run < total; ++run) {
    if (at(run).reused) changed(run);
  }
  for (int run = 0; run < total; ++run) {
    const int parent = node(run).parent;
    if (at(run).state == RunState::pending && (parent < 0 || at(parent).state == RunState::done)) {
      release({run});
    }
  }
}

// The parents of these runs are done: each can be trained, or is found to be done already. Without
// recursion: a chain may be as long as the graph.
void Schedule::release(std::vector<int> waiting) {
  while (!waiting.empty()) {
    const int run = waiting.back();
    waiting.pop_back();
    if (released_[static_cast<std::size_t>(run)] || at(run).state != RunState::pending) continue;
    released_[static_cast<std::size_t>(run)] = true;
    if (settle_checked(run)) {
      waiting.insert(waiting.end(), node(run).children.begin(), node(run).children.end());
    } else {
      ready_.add(run);
    }
  }
}

// A run that was done before its parent was trained anew is still good if the parent came out with
// the same bytes.
bool Schedule::settle_checked(int run) {
  const PlannedRun &planned = plan_.runs[static_cast<std::size_t>(run)];
  if (planned.action != Action::check_again) return false;
  const int parent = node(run).parent;
  if (parent >= 0 && at(parent).model && at(parent).model->sha256 != planned.record.parent_sha256) {
    at(run).reason = "its parent has changed";
    return false;
  }
  mark_reused(at(run), planned.record);
  changed(run);
  return true;
}

// No longer than a tick: there may be thousands of ready runs that other processes have done.
void Schedule::start_what_can_start() {
  const double begin_s = clock_.monotonic_s();
  for (int slot = 0; slot < static_cast<int>(slots_.size()); ++slot) {
    while (can_start(slot, begin_s) && !start_job(slot)) {
      if (clock_.monotonic_s() - begin_s > k_tick_s) return;
    }
  }
}

bool Schedule::can_start(int slot, double now_s) {
  return !stopped_ && !ready_.empty() && !work_of(slot).busy &&
         work_of(slot).rests_until_s <= now_s;
}

bool Schedule::may_start_more() {
  const double now_s = clock_.monotonic_s();
  for (int slot = 0; slot < static_cast<int>(slots_.size()); ++slot) {
    if (can_start(slot, now_s)) return true;
  }
  return false;
}

// How many slots could take runs now, of those that take packs. A core that only evaluates is about
// to be free; one that rests is not.
int Schedule::idle_slots() const {
  const double now_s = clock_.monotonic_s();
  int idle = 0;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const SlotWork &work = work_[slot];
    const bool trains = on_cores_ ? !work.open.empty() || work.rests_until_s > now_s : work.busy;
    if (!trains && slots_[slot].max_pack > 1) ++idle;
  }
  return idle;
}

// As many as fit, but not more than a fair share where other slots are idle too: on a GPU of the runs
// that fit into its pack, on a core of all that are ready, since a core of its own is better for a
// run than a place in a pack.
int Schedule::pack_size(int slot) const {
  const int kind = ready_.kind_of(ready_.first());
  const int waiting = on_cores_ ? ready_.size() : ready_.count(kind);
  const int idle = idle_slots();
  return std::min(pack_limits_.most(slot, kind), idle > 0 ? fair_share(waiting, idle) : 1);
}

// A limit for one run, for the job: siblings have together what they would have one after the other.
double Schedule::for_all_of(const Job &job, double limit_s) const {
  return limit_s * (on_cores_ ? static_cast<double>(job.runs.size()) : 1);
}

// False: none of the runs it took is left to be trained here now.
bool Schedule::start_job(int slot) {
  SlotWork work;
  work.job.slot = slot;
  work.rests_until_s = work_of(slot).rests_until_s;
  for (int run : ready_.take(pack_size(slot))) {
    if (!claim(slot, run)) continue;
    work.job.runs.push_back(run);
    work.job.claims.push_back(claims_.descriptor(run));
  }
  if (work.job.runs.empty()) return false;
  work.job.pack_id = fmt::format("{}-{}", short_id(work.job.runs.front()), ++jobs_);
  work.open = work.job.runs;
  work.busy = true;
  work.deadline_s = clock_.monotonic_s() + for_all_of(work.job, options_.timeout_s);
  work_of(slot) = work;
  ++busy_;
  for (int run : work.job.runs) mark_started(work.job, run);
  runner_.start(work.job);
  return true;
}

void Schedule::mark_started(const Job &job, int run) {
  Attempt attempt;
  attempt.started = rfc3339(clock_.wall_s());
  attempt.host = labels_.host;
  attempt.engine = labels_.engine;
  attempt.device = slots_[static_cast<std::size_t>(job.slot)].label;
  ScheduledRun &state = at(run);
  close_abandoned(state.attempts, attempt.started);
  state.attempts.push_back(attempt);
  state.recorded = false;
  state.state = RunState::running;
  state.pack = {job.pack_id, static_cast<int>(job.runs.size())};
  if (claimed_[static_cast<std::size_t>(run)]) observer_.attempted(run, state);
  changed(run);
}

double Schedule::next_deadline_s() {
  double deadline_s = clock_.monotonic_s() + (may_start_more() ? 0 : k_tick_s);
  if (options_.timeout_s <= 0) return deadline_s;
  for (const SlotWork &work : work_) {
    if (work.busy) deadline_s = std::min(deadline_s, work.deadline_s);
  }
  return deadline_s;
}

void Schedule::allow_for_absence(double late_s) {
  if (late_s < k_absence_s) return;
  for (SlotWork &work : work_) work.deadline_s += late_s;
}

// First asked to write its checkpoint and stop, then killed.
void Schedule::stop_overdue() {
  if (options_.timeout_s <= 0) return;
  const double now_s = clock_.monotonic_s();
  for (int slot = 0; slot < static_cast<int>(work_.size()); ++slot) {
    SlotWork &work = work_of(slot);
    if (!work.busy || now_s < work.deadline_s) continue;
    const bool asked = work.overdue || work.draining;
    work.overdue = true;
    work.deadline_s = asked ? std::numeric_limits<double>::infinity()
                            : now_s + for_all_of(work.job, k_last_words_s);
    if (asked) {
      runner_.kill(slot);
    } else {
      runner_.drain(slot);
    }
  }
}

void Schedule::tick() {
  const double now_s = clock_.monotonic_s();
  if (now_s < next_tick_s_) return;
  next_tick_s_ = now_s + k_tick_s;
  observer_.tick(runs_);
}

Outcome run_schedule(const Plan &plan, const std::vector<Slot> &slots, Runner &runner,
                     Claims &claims, Clock &clock, const ScheduleOptions &options,
                     const AttemptLabels &labels, Observer &observer) {
  return Schedule(plan, slots, runner, claims, clock, options, labels, observer).run();
}

} // namespace pursuit
