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

} // namespace pursuit
