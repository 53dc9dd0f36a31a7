// A schedule's one loop: start what can start, wait for an event, take it in. Who is ready or done is in the ledger, what each
// slot does in the workplaces, what goes where in the policy.
// Private to schedule.cpp (the loop), schedule_events.cpp (what each event changes) and
// schedule_claims.cpp (what other processes train).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/signal_rule.hpp"
#include "schedule/failures.hpp"
#include "schedule/ledger.hpp"
#include "schedule/schedule.hpp"
#include "schedule/workplaces.hpp"

namespace pursuit {

class Schedule {
public:
  Schedule(const Plan &plan, const std::vector<Slot> &slots, PackPolicy policy, Runner &runner,
           Claims &claims, Clock &clock, const ScheduleOptions &options,
           const AttemptLabels &labels, Observer &observer);
  Outcome run();

private:
  void start_what_can_start();
  bool start_training();
  void start_evaluations();
  void start_job(const Placed &placed);
  void extend_job(const Placed &placed);
  void start(Job job);
  bool is_over() const;
  double next_deadline_s() const;
  void stop_overdue();
  void tick();
  void finish();

  // Of a run of a slot's job.
  template <class News> void handle(const News &news) {
    take(SlotIndex(news.slot), NodeIndex(news.run), news);
  }
  void take(SlotIndex slot, NodeIndex run, const RunProgress &news);
  void take(SlotIndex slot, NodeIndex run, const RunDone &news);
  void take(SlotIndex slot, NodeIndex run, const RunEvaluated &news);
  void take(SlotIndex slot, NodeIndex run, const RunFailed &news);
  void take(SlotIndex slot, NodeIndex run, const RunStopped &news);
  void handle(const JobBegun &event);
  void handle(const JobEnded &event);
  void handle(const WorkerEnded &event);
  void handle(const Interrupted &event);
  void handle(const Tick &) {}

  void lose(SlotIndex slot, NodeIndex run, const Ending &ending);
  void fail_attempt(SlotIndex slot, NodeIndex run, const Ending &ending);
  void fail_evaluation(NodeIndex run, const std::string &error);
  void take_apart(SlotIndex slot, const std::vector<NodeIndex> &runs, const Ending &ending);
  void rest(SlotIndex slot, const std::vector<NodeIndex> &runs, const std::string &error);
  void failed_for_good(NodeIndex run);
  void stop_starting(const std::string &why);
  bool is_first_error() { return !std::exchange(first_error_shown_, true); }
  std::string overdue(const SlotWork &work) const;

  bool claim(SlotIndex slot, NodeIndex run);
  bool settle_by_record(NodeIndex run, const RunRecord &record);
  void fail_elsewhere(NodeIndex run, const std::string &error);
  void look_elsewhere();
  void look_at(NodeIndex run);

  std::string short_id(NodeIndex run) const { return ledger_.node(run).id.substr(0, 12); }
  bool trains(SlotIndex slot) { return work_[slot].job.kind == Job::Kind::train; }
  const std::string &label(SlotIndex slot) const { return slots_[slot.at()].label; }

  const std::vector<Slot> &slots_;
  PackPolicy policy_;
  Runner &runner_;
  Clock &clock_;
  const ScheduleOptions &options_;
  Observer &observer_;

  RunClaims claims_;
  Ledger ledger_;
  Workplaces work_;
  IndexedVector<NodeIndex, int>
      tries_; // failed ones in this start: of its training, then of its evaluation
  SameFailures same_failures_;
  SignalRule signals_;
  int jobs_ = 0;
  bool first_error_shown_ = false;
  bool stopped_ = false;        // nothing new is trained
  bool stopped_early_ = false;  // because of failures
  bool may_start_more_ = false; // there was no time to look at all that is ready
  double next_tick_s_ = 0;
  double next_look_s_ = 0; // at runs elsewhere
};

} // namespace pursuit
