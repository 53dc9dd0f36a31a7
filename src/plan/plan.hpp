// Graph + what is already there -> Plan: what is reused, what will be trained, and why.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiment/run_result.hpp"
#include "plan/graph.hpp"

namespace pursuit {

// Of the losses of all trials, in order.
LossSummary summarize(const std::vector<double> &losses);

// What an earlier start left of one run (store/records.hpp reads it).
struct RunRecord : RunResult {
  enum class FileState { intact, missing, damaged }; // of the model file, when done
  FileState file = FileState::missing;
};

enum class Action {
  reuse, // done before, file intact
  train,
  check_again, // done and intact, but its parent is trained anew: reuse if the parent comes out
               // with the same bytes
};

struct PlannedRun {
  Action action = Action::train;
  std::string reason; // "new", "model file missing", "done before", ...
  RunRecord record;
};

// runs[i] belongs to graph.nodes[i].
struct Plan {
  Graph graph;
  std::vector<PlannedRun> runs;
};

using FindRecord = std::function<RunRecord(const Node &)>;

// Beyond this point nothing is added to the plan.
Plan remaining(Graph graph, const FindRecord &find_record);

// How siblings (plan/run.hpp) share a slot: at most `most` side by side, each beyond the first taking `further` of the time
// of a run alone. The default: they do not.
struct SideBySide {
  int most = 1;
  double further = 1;
  // The slot's time for one run of a pack of `size`, as a part of what it takes alone.
  double share(int size) const { return (1 + further * (size - 1)) / size; }
};

// What a run takes of a slot, seconds.
struct RunCost {
  double train = 0;
  double evaluate = 0; // behind it; siblings are evaluated one by one
};

// Seconds to train and evaluate what the plan still has to, on `slots` slots that take the first ready run in the
// graph's order, and siblings with it; costs[i] is what graph.nodes[i] takes alone. A child is ready when its parent is
// trained. A run that is only checked again counts as kept.
double estimated_seconds(const Plan &plan, int slots, const std::vector<RunCost> &costs,
                         const SideBySide &siblings = {});
// What each run takes of its slot in that schedule. result[i] belongs to graph.nodes[i]; nothing where nothing is to be done.
std::vector<RunCost> estimated_shares(const Plan &plan, int slots,
                                      const std::vector<RunCost> &costs,
                                      const SideBySide &siblings);

} // namespace pursuit
