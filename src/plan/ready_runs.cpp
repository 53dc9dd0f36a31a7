#include "plan/ready_runs.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace pursuit {

namespace {

using ShapeKey = std::tuple<Mode, int, int, std::int64_t, std::int64_t>;

ShapeKey shape_key(const RunSpec &spec) {
  const int activation = spec.stage == 2 ? static_cast<int>(spec.settings.activation.bits()) : -1;
  return {spec.mode, spec.stage, activation, spec.settings.N, spec.settings.n_trials};
}

} // namespace

std::vector<int> pack_kinds(const Graph &graph) {
  std::map<ShapeKey, int> numbers;
  std::vector<int> kinds;
  kinds.reserve(graph.nodes.size());
  for (const Node &node : graph.nodes) {
    const int next = static_cast<int>(numbers.size());
    kinds.push_back(numbers.try_emplace(shape_key(node.spec), next).first->second);
  }
  return kinds;
}

std::vector<int> sibling_kinds(const Graph &graph) {
  std::map<std::string, int> numbers;
  std::vector<int> kinds(graph.nodes.size(), k_alone);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const RunSpec &spec = graph.nodes[i].spec;
    if (spec.stage != 2) continue;
    const int next = static_cast<int>(numbers.size());
    kinds[i] = numbers.try_emplace(sibling_text(spec), next).first->second;
  }
  return kinds;
}

ReadyRuns::ReadyRuns(std::vector<int> kinds) : kinds_(std::move(kinds)) {
  int most = -1;
  for (int kind : kinds_) most = std::max(most, kind);
  by_kind_.resize(static_cast<std::size_t>(most + 1));
}

void ReadyRuns::add(int run) {
  all_.insert(run);
  if (kind_of(run) != k_alone) by_kind_[static_cast<std::size_t>(kind_of(run))].insert(run);
}

int ReadyRuns::count(int kind) const {
  return kind == k_alone ? 1 : static_cast<int>(by_kind_[static_cast<std::size_t>(kind)].size());
}

std::vector<int> ReadyRuns::take(int most) {
  const int kind = kind_of(first());
  std::vector<int> taken;
  if (kind == k_alone) {
    taken.push_back(first());
  } else {
    std::set<int> &same = by_kind_[static_cast<std::size_t>(kind)];
    while (!same.empty() && static_cast<int>(taken.size()) < std::max(most, 1)) {
      taken.push_back(*same.begin());
      same.erase(same.begin());
    }
  }
  for (int run : taken) all_.erase(run);
  return taken;
}

} // namespace pursuit
