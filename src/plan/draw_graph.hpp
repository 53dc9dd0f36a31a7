// A graph as text for Graphviz (dot) or Mermaid.
#pragma once

#include <string>

#include "plan/graph.hpp"

namespace pursuit {

// A box a run; above 200 runs a box a stage, with its number of runs and the values of its parameters. Models made
// elsewhere are boxes of their own.
enum class GraphFormat { dot, mermaid };
std::string draw_graph(const Graph &graph, GraphFormat format);

} // namespace pursuit
