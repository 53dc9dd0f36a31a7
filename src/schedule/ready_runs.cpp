#include "schedule/ready_runs.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

namespace pursuit {

namespace {

using PackKey = std::tuple<Mode, int, int, std::int64_t, std::int64_t>;

PackKey pack_key(const RunSpec &spec) {
  const int activation = spec.stage == 2 ? static_cast<int>(spec.settings.activation) : -1;
  return {spec.mode, spec.stage, activation, spec.settings.N, spec.settings.n_trials};
}

} // namespace

std::vector<int> pack_kinds(const Graph &graph) {
  std::map<PackKey, int> numbers;
  std::vector<int> kinds;
  kinds.reserve(graph.nodes.size());
  for (const Node &node : graph.nodes) {
    const int next = static_cast<int>(numbers.size());
    kinds.push_back(numbers.try_emplace(pack_key(node.spec), next).first->second);
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
  by_kind_[static_cast<std::size_t>(kind_of(run))].insert(run);
}

int ReadyRuns::count(int kind) const {
  return static_cast<int>(by_kind_[static_cast<std::size_t>(kind)].size());
}

std::vector<int> ReadyRuns::take(int most) {
  std::set<int> &same = by_kind_[static_cast<std::size_t>(kind_of(first()))];
  std::vector<int> taken;
  while (!same.empty() && static_cast<int>(taken.size()) < std::max(most, 1)) {
    taken.push_back(*same.begin());
    all_.erase(*same.begin());
    same.erase(same.begin());
  }
  return taken;
}

} // namespace pursuit
