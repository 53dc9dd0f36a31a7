// The state of a schedule and its one loop: start what can start, wait for an event, take it in.
// Private to schedule.cpp (the loop), schedule_events.cpp (what each event changes) and
// schedule_claims.cpp (what other processes train).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/ready_runs.hpp"
#include "schedule/failures.hpp"
#include "schedule/schedule.hpp"

namespace pursuit {

class Schedule {
public:
  Schedule(const Plan &plan, const std::vector<Slot> &slots, Runner &runner, Claims &claims,
           Clock &clock, const ScheduleOptions &options, const AttemptLabels &labels,
           Observer &observer);
  Outcome run();

private:
  // What a slot is doing. `open` are the runs of its job that have not reported.
  struct SlotWork {
    Job job;
    std::vector<int> open;
    bool busy = false;
    bool draining = false;    // whatever is lost from here on was stopped by us
    bool overdue = false;     // asked to stop for --timeout
    double deadline_s = 0;    // of --timeout, then for stopping
    double rests_until_s = 0; // no worker could be started here
  };
  // How the last attempt of a run ended, beyond its trials.
  struct Ending {
    std::string error;
    std::optional<int> exit;
    std::string signal;
    std::string ended = {}; // when; empty: now
  };

  void settle_what_is_done();
  void release(std::vector<int> waiting);
  bool settle_checked(int run);
  void start_what_can_start();
  bool can_start(int slot, double now_s);
  bool may_start_more();
  bool start_job(int slot);
  int idle_slots() const;
  int pack_size(int slot) const;
  double for_all_of(const Job &job, double limit_s) const;
  std::string overdue(const Job &job) const;
  void mark_started(const Job &job, int run);
  double next_deadline_s();
  void allow_for_absence(double late_s);
  void stop_overdue();
  void tick();

  void handle(const RunProgress &event);
  void handle(const RunDone &event);
  void handle(const RunEvaluated &event);
  void handle(const RunFailed &event);
  void handle(const RunStopped &event);
  void handle(const JobEnded &event);
  void handle(const WorkerEnded &event);
  void handle(const Interrupted &event);
  void handle(const Tick &) {}

  bool claim(int slot, int run);
  void give_up_claim(int run);
  void leave_to_other(int run, const std::string &holder);
  void take_back(int run);
  bool settle_by_record(int run, const RunRecord &record);
  bool is_kept(int run, const RunRecord &record);
  void fail_elsewhere(int run, const RunRecord &record);
  void look_elsewhere();
  void look_at(int run);

  bool close(int slot, int run);
  void end_attempt(int run, const Ending &ending);
  void fail_attempt(int slot, int run, const Ending &ending);
  void try_each_alone(int slot, const std::vector<int> &runs, const Ending &ending);
  void requeue(int run, const Ending &ending);
  void fail_for_good(int run);
  void skip_descendants(int run);
  void interrupt_run(int run, const Ending &ending);
  void rest(int slot, const std::vector<int> &runs, const std::string &error);
  void stop_starting(const std::string &why);
  void finish();
  void changed(int run) { observer_.run_changed(run, at(run)); }

  ScheduledRun &at(int run) { return runs_[static_cast<std::size_t>(run)]; }
  SlotWork &work_of(int slot) { return work_[static_cast<std::size_t>(slot)]; }
  const Node &node(int run) const { return plan_.graph.nodes[static_cast<std::size_t>(run)]; }
  std::string short_id(int run) const { return node(run).id.substr(0, 12); }

  const Plan &plan_;
  const std::vector<Slot> &slots_;
  const bool on_cores_; // packs are of siblings; else on GPUs, of runs of one shape
  Runner &runner_;
  Claims &claims_;
  Clock &clock_;
  const ScheduleOptions &options_;
  const AttemptLabels &labels_;
  Observer &observer_;

  std::vector<ScheduledRun> runs_;
  std::vector<int> tries_;     // failed attempts in this start
  std::vector<bool> released_; // its parent is done
  std::vector<bool> claimed_;  // no other process may train it
  std::set<int> elsewhere_;    // other processes train these
  ReadyRuns ready_;
  std::vector<SlotWork> work_;
  PackLimits pack_limits_;
  SameFailures same_failures_;
  int busy_ = 0;
  int jobs_ = 0;
  bool first_error_shown_ = false;
  bool stopped_ = false;       // nothing new starts
  bool stopped_early_ = false; // because of failures
  int interrupted_by_ = 0;
  double first_signal_s_ = 0;
  double next_tick_s_ = 0;
  double next_look_s_ = 0; // at runs elsewhere
};

} // namespace pursuit
