// Plan + slots -> Outcome. Decides who runs where and when; starts nothing itself.
//
// Rules: a run is ready when its parent is done. Ready runs are asked in the graph's order (longest
// remaining path, then id), and each goes where it ends first (plan/placement.hpp): with others that
// fit on an idle slot, but never one that an idle slot could take; where none is idle, into a running
// pack that has room for it, or it waits. Slots may be of different kinds. A failed run is tried
// `retries` times more, alone; runs side by side whose worker dies are tried again in packs of half
// the size, and lose no try. Then its descendants are skipped ("parent <id12> failed") and the rest
// goes on; with `fail_fast` nothing new is trained after the first failure. A run that takes more than
// `timeout_s` from its job's begin (a pack on a core: more than its runs would have one after the
// other) is asked to write its checkpoint and stop, its worker killed 5 s later if it does not, and
// counts as failed: the next try goes on from the checkpoint. The first SIGINT or SIGTERM drains:
// nothing new starts, workers checkpoint and stop; the second kills them (base/signal_rule.hpp). If
// the first `stop_after_same_failures` runs to finish all fail with the same message, the rest is not
// trained.
// What is done but lacks its measures (reused, trained by another process, its worker lost in between)
// is evaluated by slots that have nothing to train, one run a job, by the same rules. A run's training
// stays done whatever becomes of its evaluation.
// A run that another process trains (claims.hpp) counts as running, with `elsewhere` set: others go
// on, and when it is free it is done, failed there, or trained here. A slot where no worker can be
// started while others work rests for a while; its runs go elsewhere and lose no try.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "schedule/claims.hpp"
#include "schedule/job.hpp"
#include "schedule/slot.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct ScheduleOptions {
  int retries = 1;
  double timeout_s = 0; // 0: none
  bool fail_fast = false;
  int stop_after_same_failures = 3; // 0: never
};

// The state of one run as the schedule goes on; index = node of the graph.
struct ScheduledRun : RunResult {
  bool reused = false;
  std::string reason;
  std::string evaluation_error; // why it has no measures, where that failed
  bool recorded = false;        // its worker has written its result.json
  std::string elsewhere;        // who else trains it, while running; empty: a slot of ours
};

struct Outcome {
  std::vector<ScheduledRun> runs;
  int interrupted_by = 0;     // signal, or 0
  bool stopped_early = false; // fail_fast or the same failures
};

// Told of every change, in order: journal, manifest and terminal listen. Called from the one thread
// of the schedule.
class Observer {
public:
  virtual ~Observer() = default;
  virtual void run_changed(int, const ScheduledRun &) {}
  // Its last attempt has begun, or has ended otherwise than in a result that its worker wrote.
  virtual void attempted(int, const ScheduledRun &) {}
  // One that was said to have begun did not, and is no longer among its attempts.
  virtual void withdrawn(int, const ScheduledRun &) {}
  // Its `measures` or `evaluation_error` are there; everything else is as it was.
  virtual void run_evaluated(int, const ScheduledRun &) {}
  virtual void progressed(const RunProgress &) {}
  // Nothing happened for a while, or something did: time to redraw. `runs` is the whole state.
  virtual void tick(const std::vector<ScheduledRun> &) {}
  virtual void message(const std::string &) {}
  // Training and evaluations are over.
  virtual void ended() {}
};

// What an attempt needs to say of this machine.
struct AttemptLabels {
  std::string host, engine;
};

// `policy`: of these slots, in their order.
Outcome run_schedule(const Plan &plan, const std::vector<Slot> &slots, PackPolicy policy,
                     Runner &runner, Claims &claims, Clock &clock, const ScheduleOptions &options,
                     const AttemptLabels &labels, Observer &observer);

} // namespace pursuit
