// Runs -> DAG.
#pragma once

#include <string>
#include <vector>

#include "base/index.hpp"
#include "plan/expand.hpp"

namespace pursuit {

// One node of the DAG. Numbers are indexes into Graph::nodes.
struct Node {
  std::string id;
  std::string stage;
  RunSpec spec;
  std::vector<std::string> also_of; // further stages that ask for it; it is listed under `stage`
  int parent = -1;                  // -1: none in this graph
  std::vector<int> children;
  double path_work = 0; // own work + the longest path below: what is urgent
};

using NodeIndex = Index<Node>;

// Nodes in the order in which free slots take them: longest remaining path first (path_work,
// descending); of equal paths fewer ancestors first, then the smaller id. A parent's path is never
// shorter than its child's, so this is a topological order.
struct Graph {
  std::vector<Node> nodes;
};

Graph build_graph(std::vector<ExpandedRun> runs);

} // namespace pursuit
