#include "plan/plan.hpp"

#include <algorithm>
#include <utility>

namespace pursuit {

namespace {

struct Decision {
  Action action;
  std::string reason;
};

// `parent`: what was decided for the parent, nullptr if no run of this plan is it.
Decision decide_done(const RunRecord &record, const PlannedRun *parent) {
  if (record.file == RunRecord::FileState::missing) return {Action::train, "model file missing"};
  if (record.file == RunRecord::FileState::damaged) return {Action::train, "model file damaged"};
  if (parent == nullptr) return {Action::reuse, "done before"};
  if (parent->action != Action::reuse) {
    return {Action::check_again,
            "its parent is trained again; kept if the parent comes out the same"};
  }
  if (record.parent_sha256 != parent->record.model->sha256)
    return {Action::train, "its parent has changed"};
  return {Action::reuse, "done before"};
}

Decision decide(const RunRecord &record, const PlannedRun *parent) {
  switch (record.state) {
  case RunState::failed:
    return {Action::train,
            record.error.empty() ? "failed before" : "failed before: " + record.error};
  case RunState::interrupted:
    return {Action::train, "interrupted before"};
  case RunState::done:
    return decide_done(record, parent);
  default:
    return {Action::train, "new"};
  }
}

} // namespace

Plan remaining(Graph graph, const FindRecord &find_record) {
  Plan plan;
  plan.graph = std::move(graph);
  plan.runs.reserve(plan.graph.nodes.size());
  for (const Node &node : plan.graph.nodes) {
    // Topological order: the parent has been decided.
    const PlannedRun *parent =
        node.parent < 0 ? nullptr : &plan.runs[static_cast<std::size_t>(node.parent)];
    RunRecord record = find_record(node);
    Decision decision = decide(record, parent);
    plan.runs.push_back({decision.action, std::move(decision.reason), std::move(record)});
  }
  return plan;
}

LossSummary summarize(const std::vector<double> &losses) {
  if (losses.empty()) return {};
  const std::size_t count = std::min<std::size_t>(losses.size(), 200);
  double sum = 0;
  for (std::size_t i = losses.size() - count; i < losses.size(); ++i) sum += losses[i];
  return {losses.front(), losses.back(), sum / static_cast<double>(count)};
}

} // namespace pursuit
