#include "store/run_history.hpp"

#include <algorithm>

namespace pursuit {

namespace {

// When its first attempt ended; empty where none has.
std::string first_end(const PastRun &run) {
  const std::vector<Attempt> &attempts = run.result.attempts;
  return attempts.empty() ? "" : attempts.front().ended;
}

// Before a start, whose records say of each of its own runs whether it was new then. Of others there are only times.
bool was_there(const PastRun &run, const Manifest &start) {
  const auto listed = std::find_if(start.runs.begin(), start.runs.end(),
                                   [&](const ManifestRun &any) { return any.id == run.id; });
  if (listed != start.runs.end()) return listed->reason != "new";
  const std::string ended = first_end(run);
  return !ended.empty() && ended <= start.created;
}

} // namespace

RunHistory::RunHistory(Disk &disk, const std::filesystem::path &output_dir, const Graph &asked)
    : past_(read_past_runs(disk, output_dir)) {
  for (const PastRun &run : past_) past_by_id_[run.id] = &run;
  for (const Node &node : asked.nodes) asked_by_id_[node.id] = &node;
}

const PastRun *RunHistory::past(const std::string &id) const {
  const auto found = past_by_id_.find(id);
  return found == past_by_id_.end() ? nullptr : found->second;
}

Lineage RunHistory::lineage(const RunSpec &spec) const {
  if (spec.parent_id.empty()) return {&spec, nullptr};
  const auto asked = asked_by_id_.find(spec.parent_id);
  if (asked != asked_by_id_.end()) return {&spec, &asked->second->spec};
  const PastRun *parent = past(spec.parent_id);
  return {&spec, parent != nullptr && parent->spec ? &*parent->spec : nullptr};
}

std::optional<Comparison> RunHistory::from_nearest(const std::string &id, const RunSpec &spec,
                                                   const Manifest *start) const {
  std::vector<const PastRun *> runs;
  std::vector<Candidate> candidates;
  for (const PastRun &run : past_) {
    if (run.id == id || !run.spec || (start != nullptr && !was_there(run, *start))) continue;
    runs.push_back(&run);
    candidates.push_back({lineage(*run.spec), asked_by_id_.contains(run.id), first_end(run)});
  }
  const int best = nearest(lineage(spec), candidates);
  if (best < 0) return std::nullopt;
  const Candidate &found = candidates[static_cast<std::size_t>(best)];
  return Comparison{runs[static_cast<std::size_t>(best)]->id, found.asked_for,
                    differences(found.lineage, lineage(spec))};
}

std::optional<Comparison> RunHistory::to_nearest_asked(const RunSpec &spec) const {
  std::vector<const Node *> nodes;
  std::vector<Candidate> candidates;
  for (const auto &[id, node] : asked_by_id_) {
    nodes.push_back(node);
    candidates.push_back({lineage(node->spec), true, ""});
  }
  const int best = nearest(lineage(spec), candidates);
  if (best < 0) return std::nullopt;
  const std::size_t i = static_cast<std::size_t>(best);
  return Comparison{nodes[i]->id, true, differences(lineage(spec), candidates[i].lineage)};
}

} // namespace pursuit
