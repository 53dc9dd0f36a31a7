// How long a plan takes: its schedule played through with known durations.
#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

#include "plan/plan.hpp"

namespace pursuit {

// Each free slot takes the first ready run in the graph's order, as the scheduler does. A run that
// is only checked again takes no time: a parent trained again comes out the same.
double estimated_seconds(const Plan &plan, int slots, double seconds_per_work) {
  const std::vector<Node> &nodes = plan.graph.nodes;
  const auto is_trained = [&](int i) {
    return plan.runs[static_cast<std::size_t>(i)].action == Action::train;
  };
  using Finish = std::pair<double, int>; // time, node
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  std::priority_queue<Finish, std::vector<Finish>, std::greater<>> busy;
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
    const int parent = nodes[static_cast<std::size_t>(i)].parent;
    if (is_trained(i) && (parent < 0 || !is_trained(parent))) ready.push(i);
  }
  double now = 0;
  const std::size_t slot_count = static_cast<std::size_t>(std::max(slots, 1));
  while (!ready.empty() || !busy.empty()) {
    while (!ready.empty() && busy.size() < slot_count) {
      const int run = ready.top();
      ready.pop();
      const RunSpec &spec = nodes[static_cast<std::size_t>(run)].spec;
      busy.emplace(now + seconds_per_work * work(spec), run);
    }
    const Finish first = busy.top();
    busy.pop();
    now = first.first;
    for (const int child : nodes[static_cast<std::size_t>(first.second)].children) {
      if (is_trained(child)) ready.push(child);
    }
  }
  return now;
}

} // namespace pursuit
