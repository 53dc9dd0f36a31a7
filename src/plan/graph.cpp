#include "plan/graph.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "base/errors.hpp"

namespace pursuit {

namespace {

// Index of each run's parent, or -1.
std::vector<int> find_parents(const std::vector<ExpandedRun> &runs) {
  std::unordered_map<std::string_view, int> index_of_id;
  index_of_id.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!index_of_id.emplace(runs[i].id, static_cast<int>(i)).second)
      throw InternalError("one run stands twice in a plan");
  }
  std::vector<int> parents(runs.size(), -1);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].spec.parent_id.empty()) continue;
    const auto found = index_of_id.find(runs[i].spec.parent_id);
    if (found != index_of_id.end()) parents[i] = found->second;
  }
  return parents;
}

// Number of ancestors. Ids are hashes that include the parent's, so there is no cycle.
std::vector<int> find_depths(const std::vector<int> &parents) {
  std::vector<int> depths(parents.size(), 0);
  for (std::size_t i = 0; i < parents.size(); ++i) {
    for (int above = parents[i]; above >= 0; above = parents[static_cast<std::size_t>(above)])
      ++depths[i];
  }
  return depths;
}

// The first digits of each id as a number: it sorts as the ids do, without looking each one up.
std::vector<std::uint32_t> id_beginnings(const std::vector<ExpandedRun> &runs) {
  std::vector<std::uint32_t> beginnings;
  beginnings.reserve(runs.size());
  for (const ExpandedRun &run : runs) {
    std::uint32_t beginning = 0;
    for (std::size_t i = 0; i < 4; ++i)
      beginning = beginning << 8 | (i < run.id.size() ? static_cast<unsigned char>(run.id[i]) : 0u);
    beginnings.push_back(beginning);
  }
  return beginnings;
}

} // namespace

Graph build_graph(std::vector<ExpandedRun> runs) {
  const std::vector<int> parents = find_parents(runs);
  const std::vector<int> depths = find_depths(parents);
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});

  // Children hand their longest path up, the deepest first.
  std::vector<double> path(runs.size(), 0), below(runs.size(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return depths[a] > depths[b]; });
  for (const std::size_t i : order) {
    path[i] = work(runs[i].spec) + below[i];
    if (parents[i] < 0) continue;
    double &parent_below = below[static_cast<std::size_t>(parents[i])];
    parent_below = std::max(parent_below, path[i]);
  }

  const std::vector<std::uint32_t> beginnings = id_beginnings(runs);
  // A parent's path is never shorter than its child's; where they tie, the depth decides.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (path[a] != path[b]) return path[a] > path[b];
    if (depths[a] != depths[b]) return depths[a] < depths[b];
    if (beginnings[a] != beginnings[b]) return beginnings[a] < beginnings[b];
    return runs[a].id < runs[b].id;
  });
  std::vector<int> place(runs.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);

  Graph graph;
  graph.nodes.reserve(runs.size());
  for (const std::size_t i : order) {
    Node node;
    node.id = std::move(runs[i].id);
    node.stage = std::move(runs[i].stage);
    node.spec = std::move(runs[i].spec);
    node.also_of = std::move(runs[i].also_of);
    node.path_work = path[i];
    if (parents[i] >= 0) {
      node.parent = place[static_cast<std::size_t>(parents[i])];
      graph.nodes[static_cast<std::size_t>(node.parent)].children.push_back(
          static_cast<int>(graph.nodes.size()));
    }
    graph.nodes.push_back(std::move(node));
  }
  return graph;
}

} // namespace pursuit
