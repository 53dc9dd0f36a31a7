#include "schedule/ledger.hpp"

#include <utility>

#include <fmt/format.h>

#include "plan/describe.hpp"
#include "store/attempts.hpp"

namespace pursuit {

namespace {

// Takes over what an earlier start or another process left of a run that needs no training.
void mark_reused(ScheduledRun &state, const RunRecord &record) {
  state.result() = record.result();
  state.state = RunState::done;
  state.reused = true;
}

} // namespace

Ledger::Ledger(const Plan &plan, const PackPolicy &policy, const RunClaims &claims, Clock &clock,
               const AttemptLabels &labels, Observer &observer)
    : plan_(plan), claims_(claims), clock_(clock), labels_(labels), observer_(observer),
      runs_(plan.runs.size()), released_(plan.runs.size()), ready_(policy) {}

void Ledger::settle_what_is_done() {
  for (const NodeIndex run : runs_.indexes()) {
    runs_[run].reason = planned(run).reason;
    runs_[run].attempts = planned(run).record.attempts;
    if (planned(run).action == Action::reuse) mark_reused(runs_[run], planned(run).record);
  }
  for (const NodeIndex run : runs_.indexes()) {
    if (!runs_[run].reused) continue;
    changed(run);
    evaluate_if_missing(run);
  }
  for (const NodeIndex run : runs_.indexes()) {
    const int parent = node(run).parent;
    if (parent < 0 || runs_[NodeIndex(parent)].state == RunState::done) release({run});
  }
}

std::vector<NodeIndex> Ledger::children(NodeIndex run) const {
  std::vector<NodeIndex> children;
  for (const int child : node(run).children) children.emplace_back(child);
  return children;
}

// The parents of these runs are done: each can be trained, or is found to be done already. Without
// recursion: a chain may be as long as the graph.
void Ledger::release(std::vector<NodeIndex> waiting) {
  while (!waiting.empty()) {
    const NodeIndex run = waiting.back();
    waiting.pop_back();
    if (released_[run] || runs_[run].state != RunState::pending) continue;
    released_[run] = true;
    if (settle_checked(run)) {
      for (const NodeIndex child : children(run)) waiting.push_back(child);
    } else {
      ready_.add(run);
    }
  }
}

// A run that was done before its parent was trained anew is still good if the parent came out with
// the same bytes.
bool Ledger::settle_checked(NodeIndex run) {
  if (planned(run).action != Action::check_again) return false;
  const int parent = node(run).parent;
  const std::string &made_from = planned(run).record.parent_sha256;
  if (parent >= 0 && runs_[NodeIndex(parent)].model &&
      runs_[NodeIndex(parent)].model->sha256 != made_from) {
    runs_[run].reason = "its parent has changed";
    return false;
  }
  mark_reused(runs_[run], planned(run).record);
  changed(run);
  evaluate_if_missing(run);
  return true;
}

void Ledger::begin(NodeIndex run, const std::string &device, const Pack &pack) {
  Attempt attempt;
  attempt.started = rfc3339(clock_.wall_s());
  attempt.host = labels_.host;
  attempt.engine = labels_.engine;
  attempt.device = device;
  ScheduledRun &state = runs_[run];
  close_abandoned(state.attempts, attempt.started);
  state.attempts.push_back(attempt);
  state.recorded = false;
  state.state = RunState::running;
  state.pack = pack;
  if (claims_.is_ours(run)) observer_.attempted(run.value(), state);
  changed(run);
}

void Ledger::note_trials(NodeIndex run, std::int64_t from_trial, std::int64_t to_trial) {
  Attempt &attempt = runs_[run].attempts.back();
  attempt.from_trial = from_trial;
  attempt.to_trial = to_trial;
}

void Ledger::withdraw(NodeIndex run) {
  runs_[run].attempts.pop_back();
  observer_.withdrawn(run.value(), runs_[run]);
  runs_[run].state = RunState::pending;
  changed(run);
  ready_.add(run);
}

void Ledger::end_attempt(NodeIndex run, const Ending &ending) {
  ScheduledRun &state = runs_[run];
  Attempt &attempt = state.attempts.back();
  attempt.ended = ending.ended.empty() ? rfc3339(clock_.wall_s()) : ending.ended;
  attempt.exit = ending.exit;
  attempt.signal = ending.signal;
  attempt.error = ending.error;
  state.error = ending.error;
  if (claims_.is_ours(run) && !state.recorded) observer_.attempted(run.value(), state);
}

void Ledger::done(NodeIndex run, const RunDone &done) {
  ScheduledRun &state = runs_[run];
  const RunResult before = std::exchange(state.result(), done.result());
  state.state = RunState::done;
  state.attempts = before.attempts;
  if (state.pack.id.empty()) state.pack = before.pack; // its worker does not say
  state.recorded = true;
  note_trials(run, done.from_trial, done.to_trial);
  end_attempt(run, {{}, {}, {}, done.ended});
  changed(run);
  release(children(run));
}

void Ledger::try_again(NodeIndex run, const Ending &ending) {
  end_attempt(run, ending);
  runs_[run].state = RunState::pending;
  changed(run);
  ready_.add(run);
}

void Ledger::fail(NodeIndex run, const Ending &ending) {
  end_attempt(run, ending);
  fail_for_good(run);
}

void Ledger::fail_for_good(NodeIndex run) {
  runs_[run].state = RunState::failed;
  changed(run);
  skip_descendants(run);
}

void Ledger::skip_descendants(NodeIndex run) {
  std::vector<NodeIndex> lost = {run};
  while (!lost.empty()) {
    const NodeIndex parent = lost.back();
    lost.pop_back();
    for (const NodeIndex child : children(parent)) {
      if (runs_[child].state != RunState::pending) continue;
      runs_[child].state = RunState::skipped;
      runs_[child].reason = fmt::format("parent {} failed", short_id(node(run).id));
      changed(child);
      lost.push_back(child);
    }
  }
}

void Ledger::interrupt(NodeIndex run, const Ending &ending, bool recorded) {
  runs_[run].recorded = recorded;
  end_attempt(run, ending);
  runs_[run].state = RunState::interrupted;
  changed(run);
}

void Ledger::evaluated(NodeIndex run, const std::optional<Measures> &measures,
                       const std::string &error) {
  runs_[run].measures = measures;
  runs_[run].evaluation_error = error;
  observer_.run_evaluated(run.value(), runs_[run]);
}

void Ledger::evaluate_if_missing(NodeIndex run) {
  const ScheduledRun &state = runs_[run];
  if (state.state == RunState::done && !state.measures && state.evaluation_error.empty())
    to_evaluate_.insert(run);
}

void Ledger::leave_to(NodeIndex run, const std::string &holder) {
  ScheduledRun &state = runs_[run];
  if (state.elsewhere == holder) return;
  elsewhere_.insert(run);
  state.state = RunState::running;
  state.elsewhere = holder;
  state.reason = "trained by " + holder;
  changed(run);
}

void Ledger::take_back(NodeIndex run) {
  elsewhere_.erase(run);
  runs_[run].state = RunState::pending;
  runs_[run].elsewhere.clear();
  runs_[run].reason = planned(run).reason;
}

void Ledger::note_attempts(NodeIndex run, const RunRecord &record) {
  if (!record.attempts.empty()) runs_[run].attempts = record.attempts;
}

bool Ledger::is_kept(NodeIndex run, const RunRecord &record) const {
  if (record.state != RunState::done || record.file != RunRecord::FileState::intact) return false;
  const int parent = node(run).parent;
  if (parent < 0 || !runs_[NodeIndex(parent)].model) return true;
  return runs_[NodeIndex(parent)].model->sha256 == record.parent_sha256;
}

void Ledger::reuse(NodeIndex run, const RunRecord &record, const std::string &reason) {
  mark_reused(runs_[run], record);
  runs_[run].reason = reason;
  changed(run);
  evaluate_if_missing(run);
  release(children(run));
}

void Ledger::fail_elsewhere(NodeIndex run, const std::string &error) {
  runs_[run].error = error;
  fail_for_good(run);
}

} // namespace pursuit
