// What each event changes.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "schedule/schedule_loop.hpp"

namespace pursuit {

namespace {

// How long a slot rests where no worker could be started, in seconds.
constexpr double k_rest_s = 30;

} // namespace

void Schedule::take(SlotIndex slot, NodeIndex run, const RunProgress &news) {
  if (!trains(slot) || !work_.is_open(slot, run)) return;
  if (news.trials_per_s > 0) {
    const std::int64_t left = ledger_.node(run).spec.settings.n_trials - news.trial;
    work_.foresee(slot, run,
                  clock_.monotonic_s() + static_cast<double>(left) / news.trials_per_s +
                      policy_.cost(slot, run).evaluate);
  }
  ledger_.note_trials(run, news.from_trial, news.trial);
  observer_.progressed(news);
}

void Schedule::take(SlotIndex slot, NodeIndex run, const RunDone &news) {
  if (!trains(slot) || !work_.close(slot, run)) return;
  work_[slot].done.push_back(run);
  tries_[run] = 0;
  same_failures_.done();
  ledger_.done(run, news);
  claims_.release(run);
}

void Schedule::take(SlotIndex slot, NodeIndex run, const RunEvaluated &news) {
  if (!trains(slot) && !work_.close(slot, run)) return;
  ledger_.evaluated(run, news.measures, news.error);
}

void Schedule::take(SlotIndex slot, NodeIndex run, const RunFailed &news) {
  if (!work_.close(slot, run)) return;
  const int size = work_[slot].side_by_side;
  if (news.out_of_memory && size > 1) {
    work_[slot].is_full = true;
    policy_.halve(slot, run, size);
    ledger_.try_again(run,
                      {fmt::format("out of memory in a pack of {}: {}", size, news.error), {}, {}});
  } else {
    lose(slot, run, {news.error, {}, {}});
  }
}

void Schedule::take(SlotIndex slot, NodeIndex run, const RunStopped &news) {
  if (!work_.close(slot, run)) return;
  const SlotWork &work = work_[slot];
  if (trains(slot)) ledger_.note_trials(run, news.from_trial, news.to_trial);
  if (trains(slot) && work.draining) {
    ledger_.interrupt(run, {{}, {}, {}, news.ended}, !news.ended.empty());
    claims_.release(run);
  } else {
    lose(slot, run, {work.overdue ? overdue(work) : "the worker was stopped from outside", {}, {}});
  }
}

std::string Schedule::overdue(const SlotWork &work) const {
  return overdue_text(options_.timeout_s, work.limit_s);
}

void Schedule::handle(const JobBegun &event) {
  work_.begin(SlotIndex(event.slot), clock_.monotonic_s());
}

void Schedule::handle(const JobEnded &event) {
  const SlotIndex slot(event.slot);
  if (!work_[slot].busy) return;
  for (const NodeIndex run : work_.end(slot)) {
    lose(slot, run, {"the worker ended its job without a word of this run", {}, {}});
  }
  for (const NodeIndex run : work_[slot].done) ledger_.evaluate_if_missing(run);
}

void Schedule::handle(const WorkerEnded &event) {
  const SlotIndex slot(event.slot);
  const SlotWork &work = work_[slot];
  if (!work.busy) return;
  const std::vector<NodeIndex> open = work_.end(slot);
  const Ending ending{work.overdue ? overdue(work) : lost_worker_text(event), event.exit_code,
                      event.signal};
  const bool crashed = !work.draining && !work.overdue && !event.never_started;
  if (event.never_started && work_.busy() > 0 && !stopped_) {
    rest(slot, open, ending.error);
  } else if (trains(slot) && crashed && open.size() > 1) {
    take_apart(slot, open, ending);
  } else {
    for (const NodeIndex run : open) lose(slot, run, ending);
  }
  for (const NodeIndex run : work.done) ledger_.evaluate_if_missing(run);
}

// The first signal drains, one that comes later kills.
void Schedule::handle(const Interrupted &event) {
  const StopRequest asked = signals_.take(event.signal, clock_.monotonic_s());
  if (asked == StopRequest::repeat) return;
  if (asked == StopRequest::stop) {
    stopped_ = true;
    observer_.message(
        "interrupted: workers write their checkpoints and stop; once more stops at once");
  }
  for (const SlotIndex slot : work_.indexes()) {
    if (!work_[slot].busy) continue;
    work_[slot].draining = true;
    if (asked == StopRequest::stop) {
      runner_.drain(slot);
    } else {
      runner_.kill(slot);
    }
  }
}

// A run that a worker has not done, for whatever reason.
void Schedule::lose(SlotIndex slot, NodeIndex run, const Ending &ending) {
  const SlotWork &work = work_[slot];
  if (!trains(slot)) {
    if (!work.draining) fail_evaluation(run, ending.error);
  } else if (work.draining) {
    ledger_.interrupt(run, ending, false);
    claims_.release(run);
  } else {
    fail_attempt(slot, run, ending);
  }
}

void Schedule::fail_attempt(SlotIndex slot, NodeIndex run, const Ending &ending) {
  const bool again = tries_[run]++ < options_.retries && !stopped_;
  if (is_first_error()) {
    observer_.message(fmt::format("run {} ({}) failed on {}: {}{}", short_id(run),
                                  ledger_.node(run).stage, label(slot), ending.error,
                                  again ? "; it is tried again" : ""));
  }
  if (again) {
    policy_.keep_within(run, 1);
    ledger_.try_again(run, ending);
  } else {
    ledger_.fail(run, ending);
    failed_for_good(run);
  }
}

// Its training stays done whatever becomes of its evaluation; the next start tries it again.
void Schedule::fail_evaluation(NodeIndex run, const std::string &error) {
  if (tries_[run]++ < options_.retries) {
    ledger_.evaluate_if_missing(run);
  } else {
    ledger_.evaluated(run, std::nullopt, error);
  }
}

// Nobody knows which of them a worker died of. In smaller packs it shows; until then none has lost a try.
void Schedule::take_apart(SlotIndex slot, const std::vector<NodeIndex> &runs,
                          const Ending &ending) {
  const int most = static_cast<int>(runs.size()) / 2;
  if (is_first_error()) {
    observer_.message(fmt::format("{} runs side by side ({}) failed on {}: {}; {}", runs.size(),
                                  ledger_.node(runs.front()).stage, label(slot), ending.error,
                                  most > 1 ? fmt::format("they are tried again {} at a time", most)
                                           : "each is tried again alone"));
  }
  for (const NodeIndex run : runs) {
    policy_.keep_within(run, most);
    ledger_.try_again(run, ending);
  }
}

// The system has no room for one more worker: those that work go on, and this one is tried again
// later.
void Schedule::rest(SlotIndex slot, const std::vector<NodeIndex> &runs, const std::string &error) {
  SlotWork &work = work_[slot];
  if (work.rests_until_s == 0) {
    observer_.message(fmt::format("{} rests, {} slot{} go on: {}", label(slot), work_.busy(),
                                  work_.busy() == 1 ? "" : "s", error));
  }
  work.rests_until_s = clock_.monotonic_s() + k_rest_s;
  for (const NodeIndex run : runs) {
    if (!trains(slot)) {
      ledger_.evaluate_if_missing(run);
      continue;
    }
    ledger_.withdraw(run);
    if (tries_[run] == 0) claims_.release(run); // others may have room
  }
}

void Schedule::failed_for_good(NodeIndex run) {
  claims_.release(run);
  if (same_failures_.failed(ledger_.node(run), ledger_[run].error)) {
    stop_starting(
        fmt::format("the first {} runs all failed in the same way: the rest is not started "
                    "(--stop-after-same-failures 0 goes on)",
                    options_.stop_after_same_failures));
  }
  if (options_.fail_fast) stop_starting("--fail-fast: nothing new is started");
}

void Schedule::stop_starting(const std::string &why) {
  if (stopped_) return;
  stopped_ = true;
  stopped_early_ = true;
  observer_.message(why);
}

} // namespace pursuit
