// Runs that could start now, in the graph's order, and which of them can train side by side.
#pragma once

#include <set>
#include <vector>

#include "plan/graph.hpp"

namespace pursuit {

// Runs of one kind fit into one pack: they agree in mode, stage, activation (stage 2), N and
// n_trials, so every trial of one has the same shape as that of the others.
// kinds[i] belongs to graph.nodes[i]; kinds are numbered from 0 in order of appearance.
std::vector<int> pack_kinds(const Graph &graph);

// A node's index is its urgency: Graph::nodes are sorted by longest remaining path, then id.
class ReadyRuns {
public:
  explicit ReadyRuns(std::vector<int> kinds);

  void add(int run);
  bool empty() const { return all_.empty(); }
  int first() const { return *all_.begin(); } // not empty
  int kind_of(int run) const { return kinds_[static_cast<std::size_t>(run)]; }
  // How many ready runs are of this kind.
  int count(int kind) const;
  // Takes out the first run and up to `most` - 1 further ones of its kind, in order.
  std::vector<int> take(int most);

private:
  std::vector<int> kinds_;
  std::set<int> all_;
  std::vector<std::set<int>> by_kind_;
};

} // namespace pursuit
