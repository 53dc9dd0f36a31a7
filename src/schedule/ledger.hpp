// What the schedule knows of each run: who is ready, running, done, failed or skipped, and what a change of one means for its
// children. The observer is told of each change.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/ready_runs.hpp"
#include "schedule/run_claims.hpp"
#include "schedule/schedule.hpp"

namespace pursuit {

// How a try at a run ended, beyond its trials.
struct Ending {
  std::string error;
  std::optional<int> exit;
  std::string signal;
  std::string ended = {}; // when; empty: now
};

class Ledger {
public:
  Ledger(const Plan &plan, const PackPolicy &policy, const RunClaims &claims, Clock &clock,
         const AttemptLabels &labels, Observer &observer);

  const std::vector<ScheduledRun> &runs() const { return runs_.items(); }
  std::vector<ScheduledRun> take_runs() { return runs_.take_items(); }
  Indexes<NodeIndex> indexes() const { return runs_.indexes(); }
  const ScheduledRun &operator[](NodeIndex run) const { return runs_[run]; }
  const Node &node(NodeIndex run) const { return plan_.graph.nodes[run.at()]; }
  const PlannedRun &planned(NodeIndex run) const { return plan_.runs[run.at()]; }
  ReadyRuns &ready() { return ready_; }
  // Done, and their evaluation is missing. Who takes one out has it evaluated.
  std::set<NodeIndex> &to_evaluate() { return to_evaluate_; }
  // Other processes train these.
  const std::set<NodeIndex> &elsewhere() const { return elsewhere_; }

  // Reused runs are done from the start; what needs nothing else is ready.
  void settle_what_is_done();
  // Ready, and its parent is done.
  void make_ready(NodeIndex run) { ready_.add(run); }

  // A try begins; its trials; it did not begin after all.
  void begin(NodeIndex run, const std::string &device, const Pack &pack);
  void note_trials(NodeIndex run, std::int64_t from_trial, std::int64_t to_trial);
  void withdraw(NodeIndex run);
  // It ends. `recorded`: its worker has written that down.
  void done(NodeIndex run, const RunDone &done);
  void try_again(NodeIndex run, const Ending &ending);
  void fail(NodeIndex run, const Ending &ending);
  void interrupt(NodeIndex run, const Ending &ending, bool recorded);
  // No further try is made: its descendants are skipped.
  void fail_for_good(NodeIndex run);

  void evaluated(NodeIndex run, const std::optional<Measures> &measures, const std::string &error);
  void evaluate_if_missing(NodeIndex run);

  // Another process trains it; or no longer, or we no longer wait for it.
  void leave_to(NodeIndex run, const std::string &holder);
  void take_back(NodeIndex run);
  void changed(NodeIndex run) { observer_.run_changed(run.value(), runs_[run]); }
  // What the other process has left of it: its tries; a model that is whole and made from the parent's model as it is; or that
  // it failed there.
  void note_attempts(NodeIndex run, const RunRecord &record);
  bool is_kept(NodeIndex run, const RunRecord &record) const;
  void reuse(NodeIndex run, const RunRecord &record, const std::string &reason);
  void fail_elsewhere(NodeIndex run, const std::string &error);

private:
  void release(std::vector<NodeIndex> waiting);
  std::vector<NodeIndex> children(NodeIndex run) const;
  bool settle_checked(NodeIndex run);
  void end_attempt(NodeIndex run, const Ending &ending);
  void skip_descendants(NodeIndex run);

  const Plan &plan_;
  const RunClaims &claims_;
  Clock &clock_;
  const AttemptLabels &labels_;
  Observer &observer_;
  IndexedVector<NodeIndex, ScheduledRun> runs_;
  IndexedVector<NodeIndex, bool> released_; // its parent is done
  ReadyRuns ready_;
  std::set<NodeIndex> to_evaluate_;
  std::set<NodeIndex> elsewhere_;
};

} // namespace pursuit
