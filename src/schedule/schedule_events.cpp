// What each event changes.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "schedule/schedule_loop.hpp"

namespace pursuit {

namespace {

// A terminal sends one Ctrl-C to a whole process group, and some tools pass it on once more:
// signals this close, in seconds, are one.
constexpr double k_same_signal_s = 0.5;
// How long a slot rests where no worker could be started, in seconds.
constexpr double k_rest_s = 30;

} // namespace

// True if the run belongs to the slot's job and had not reported yet.
bool Schedule::close(int slot, int run) {
  std::vector<int> &open = work_of(slot).open;
  const std::vector<int>::iterator found = std::find(open.begin(), open.end(), run);
  if (found == open.end()) return false;
  open.erase(found);
  return true;
}

void Schedule::handle(const RunProgress &event) {
  const std::vector<int> &open = work_of(event.slot).open;
  if (std::find(open.begin(), open.end(), event.run) == open.end()) return;
  Attempt &attempt = at(event.run).attempts.back();
  attempt.from_trial = event.from_trial;
  attempt.to_trial = event.trial;
  observer_.progressed(event);
}

void Schedule::handle(const RunDone &event) {
  if (!close(event.slot, event.run)) return;
  ScheduledRun &state = at(event.run);
  const RunResult before = std::exchange(state.result(), event.result());
  state.state = RunState::done;
  state.attempts = before.attempts;
  state.pack = before.pack;
  state.attempts.back().from_trial = event.from_trial;
  state.attempts.back().to_trial = event.to_trial;
  state.recorded = true;
  same_failures_.done();
  end_attempt(event.run, {{}, {}, {}, event.ended});
  changed(event.run);
  give_up_claim(event.run);
  release(node(event.run).children);
}

void Schedule::handle(const RunEvaluated &event) {
  at(event.run).measures = event.measures;
  at(event.run).evaluation_error = event.error;
  observer_.run_evaluated(event.run, at(event.run));
}

void Schedule::handle(const RunFailed &event) {
  if (!close(event.slot, event.run)) return;
  const int size = static_cast<int>(work_of(event.slot).job.runs.size());
  if (event.out_of_memory && size > 1) {
    pack_limits_.halve(event.slot, ready_.kind_of(event.run), size);
    requeue(event.run,
            {fmt::format("out of memory in a pack of {}: {}", size, event.error), {}, {}});
  } else {
    fail_attempt(event.slot, event.run, {event.error, {}, {}});
  }
}

void Schedule::handle(const RunStopped &event) {
  if (!close(event.slot, event.run)) return;
  at(event.run).attempts.back().from_trial = event.from_trial;
  at(event.run).attempts.back().to_trial = event.to_trial;
  const SlotWork &work = work_of(event.slot);
  if (work.draining) {
    at(event.run).recorded = !event.ended.empty();
    interrupt_run(event.run, {{}, {}, {}, event.ended});
  } else if (work.overdue) {
    fail_attempt(event.slot, event.run, {overdue(work.job), {}, {}});
  } else {
    fail_attempt(event.slot, event.run, {"the worker was stopped from outside", {}, {}});
  }
}

std::string Schedule::overdue(const Job &job) const {
  return overdue_text(options_.timeout_s, for_all_of(job, options_.timeout_s));
}

void Schedule::handle(const JobEnded &event) {
  SlotWork &work = work_of(event.slot);
  if (!work.busy) return;
  work.busy = false;
  --busy_;
  const std::vector<int> open = std::exchange(work.open, {});
  for (int run : open) {
    fail_attempt(event.slot, run, {"the worker ended its job without a word of this run", {}, {}});
  }
}

void Schedule::handle(const WorkerEnded &event) {
  SlotWork &work = work_of(event.slot);
  if (!work.busy) return;
  work.busy = false;
  --busy_;
  const std::vector<int> open = std::exchange(work.open, {});
  const std::string error = work.overdue ? overdue(work.job) : lost_worker_text(event);
  if (event.never_started && busy_ > 0 && !stopped_) {
    rest(event.slot, open, error);
    return;
  }
  const Ending ending{error, event.exit_code, event.signal};
  const bool is_crash = !work.draining && !work.overdue && !event.never_started;
  if (on_cores_ && is_crash && open.size() > 1) {
    try_each_alone(event.slot, open, ending);
    return;
  }
  for (int run : open) {
    if (work.draining) {
      interrupt_run(run, ending);
    } else {
      fail_attempt(event.slot, run, ending);
    }
  }
}

// The first signal drains, one that comes later kills.
void Schedule::handle(const Interrupted &event) {
  const double now_s = clock_.monotonic_s();
  const bool first = interrupted_by_ == 0;
  if (!first && now_s - first_signal_s_ <= k_same_signal_s) return;
  if (first) {
    interrupted_by_ = event.signal;
    first_signal_s_ = now_s;
    stopped_ = true;
    observer_.message(
        "interrupted: workers write their checkpoints and stop; once more stops at once");
  }
  for (std::size_t slot = 0; slot < work_.size(); ++slot) {
    if (!work_[slot].busy) continue;
    work_[slot].draining = true;
    if (first) {
      runner_.drain(static_cast<int>(slot));
    } else {
      runner_.kill(static_cast<int>(slot));
    }
  }
}

void Schedule::end_attempt(int run, const Ending &ending) {
  Attempt &attempt = at(run).attempts.back();
  attempt.ended = ending.ended.empty() ? rfc3339(clock_.wall_s()) : ending.ended;
  attempt.exit = ending.exit;
  attempt.signal = ending.signal;
  attempt.error = ending.error;
  at(run).error = ending.error;
  const bool ours = claimed_[static_cast<std::size_t>(run)];
  if (ours && !at(run).recorded) observer_.attempted(run, at(run));
}

void Schedule::fail_attempt(int slot, int run, const Ending &ending) {
  const bool again = tries_[static_cast<std::size_t>(run)]++ < options_.retries && !stopped_;
  if (!first_error_shown_) {
    first_error_shown_ = true;
    observer_.message(fmt::format("run {} ({}) failed on {}: {}{}", short_id(run), node(run).stage,
                                  slots_[static_cast<std::size_t>(slot)].label, ending.error,
                                  again ? "; it is tried again" : ""));
  }
  if (again) {
    if (on_cores_) ready_.keep_alone(run); // its siblings must not pay for it once more
    requeue(run, ending);
  } else {
    end_attempt(run, ending);
    fail_for_good(run);
  }
}

// Nobody knows which of the siblings a worker died of. Alone it shows; until then none has lost a try.
void Schedule::try_each_alone(int slot, const std::vector<int> &runs, const Ending &ending) {
  if (!std::exchange(first_error_shown_, true)) {
    observer_.message(fmt::format(
        "{} runs side by side ({}) failed on {}: {}; each is tried again alone", runs.size(),
        node(runs.front()).stage, slots_[static_cast<std::size_t>(slot)].label, ending.error));
  }
  for (int run : runs) {
    ready_.keep_alone(run);
    requeue(run, ending);
  }
}

void Schedule::requeue(int run, const Ending &ending) {
  end_attempt(run, ending);
  at(run).state = RunState::pending;
  changed(run);
  ready_.add(run);
}

void Schedule::fail_for_good(int run) {
  at(run).state = RunState::failed;
  changed(run);
  give_up_claim(run);
  skip_descendants(run);
  if (same_failures_.failed(node(run), at(run).error)) {
    stop_starting(
        fmt::format("the first {} runs all failed in the same way: the rest is not started "
                    "(--stop-after-same-failures 0 goes on)",
                    options_.stop_after_same_failures));
  }
  if (options_.fail_fast) stop_starting("--fail-fast: nothing new is started");
}

void Schedule::skip_descendants(int run) {
  std::vector<int> lost = {run};
  while (!lost.empty()) {
    const int parent = lost.back();
    lost.pop_back();
    for (int child : node(parent).children) {
      if (at(child).state != RunState::pending) continue;
      at(child).state = RunState::skipped;
      at(child).reason = fmt::format("parent {} failed", short_id(run));
      changed(child);
      lost.push_back(child);
    }
  }
}

void Schedule::interrupt_run(int run, const Ending &ending) {
  end_attempt(run, ending);
  at(run).state = RunState::interrupted;
  changed(run);
  give_up_claim(run);
}

// The system has no room for one more worker: those that work go on, and this one is tried again
// later.
void Schedule::rest(int slot, const std::vector<int> &runs, const std::string &error) {
  if (work_of(slot).rests_until_s == 0) {
    observer_.message(fmt::format("{} rests, {} slot{} go on: {}",
                                  slots_[static_cast<std::size_t>(slot)].label, busy_,
                                  busy_ == 1 ? "" : "s", error));
  }
  work_of(slot).rests_until_s = clock_.monotonic_s() + k_rest_s;
  for (int run : runs) {
    at(run).attempts.pop_back();
    observer_.withdrawn(run, at(run));
    at(run).state = RunState::pending;
    changed(run);
    if (tries_[static_cast<std::size_t>(run)] == 0) give_up_claim(run); // others may have room
    ready_.add(run);
  }
}

void Schedule::stop_starting(const std::string &why) {
  if (stopped_) return;
  stopped_ = true;
  stopped_early_ = true;
  observer_.message(why);
}

// Failed once and waiting for another try that will not come: failed, unless the user stopped it.
void Schedule::finish() {
  for (int run : std::set<int>(elsewhere_)) {
    take_back(run);
    changed(run);
  }
  if (!stopped_early_ || interrupted_by_ != 0) return;
  for (int run = 0; run < static_cast<int>(runs_.size()); ++run) {
    if (at(run).state == RunState::pending && tries_[static_cast<std::size_t>(run)] > 0) {
      fail_for_good(run);
    }
  }
}

} // namespace pursuit
