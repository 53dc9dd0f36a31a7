// Runs that could start now, in the graph's order, and which of them can train side by side. The schedule takes its
// runs from here, and so does the estimate of how long a plan takes.
#pragma once

#include <set>
#include <vector>

#include "plan/graph.hpp"

namespace pursuit {

// The kind of a run that trains alone.
inline constexpr int k_alone = -1;

// Runs of one kind fit into one pack. kinds[i] belongs to graph.nodes[i]; kinds are numbered from 0 in order of
// appearance.
//
// On a GPU: they agree in mode, stage, activation (stage 2), N and n_trials, so every trial of one has the same shape
// as that of the others.
std::vector<int> pack_kinds(const Graph &graph);
// On a core: siblings (plan/run.hpp), which share each reading of their parent's weights. Runs of stage 1 have none.
std::vector<int> sibling_kinds(const Graph &graph);

// A node's index is its urgency: Graph::nodes are sorted by longest remaining path, then id.
class ReadyRuns {
public:
  explicit ReadyRuns(std::vector<int> kinds);

  void add(int run);
  bool empty() const { return all_.empty(); }
  int size() const { return static_cast<int>(all_.size()); }
  int first() const { return *all_.begin(); } // not empty
  int kind_of(int run) const { return kinds_[static_cast<std::size_t>(run)]; }
  // How many ready runs are of this kind; k_alone: 1.
  int count(int kind) const;
  // Takes out the first run and up to `most` - 1 further ones of its kind, in order.
  std::vector<int> take(int most);
  // From now on this run, which is not ready, trains alone.
  void keep_alone(int run) { kinds_[static_cast<std::size_t>(run)] = k_alone; }

private:
  std::vector<int> kinds_;
  std::set<int> all_;
  std::vector<std::set<int>> by_kind_;
};

// The most runs that a free slot may take, so that none of `idle` slots, itself one of them, goes without: `ready` / `idle`, rounded up.
inline int fair_share(int ready, int idle) { return (ready + idle - 1) / idle; }

} // namespace pursuit
