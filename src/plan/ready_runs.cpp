#include "plan/ready_runs.hpp"

#include <algorithm>

namespace pursuit {

namespace {

constexpr std::array<Sharing::Among, 2> k_ways = {Sharing::Among::siblings, Sharing::Among::shape};

} // namespace

ReadyRuns::ReadyRuns(const PackPolicy &policy) : policy_(policy) {
  for (const Sharing::Among among : k_ways) {
    int most = -1;
    for (const NodeIndex run : Indexes<NodeIndex>(policy.runs()))
      most = std::max(most, policy.group(among, run));
    groups_[static_cast<std::size_t>(among)].resize(static_cast<std::size_t>(most + 1));
  }
}

std::set<NodeIndex> *ReadyRuns::group_of(Sharing::Among among, NodeIndex run) {
  const int group = policy_.group(among, run);
  if (group < 0) return nullptr;
  return &groups_[static_cast<std::size_t>(among)][static_cast<std::size_t>(group)];
}

void ReadyRuns::add(NodeIndex run) {
  all_.insert(run);
  for (const Sharing::Among among : k_ways) {
    if (std::set<NodeIndex> *group = group_of(among, run)) group->insert(run);
  }
}

void ReadyRuns::remove(NodeIndex run) {
  all_.erase(run);
  for (const Sharing::Among among : k_ways) {
    if (std::set<NodeIndex> *group = group_of(among, run)) group->erase(run);
  }
}

std::optional<NodeIndex> ReadyRuns::first_that_fits(SlotIndex slot, NodeIndex member, int size) {
  const std::set<NodeIndex> *group = group_of(policy_.among(slot), member);
  if (group == nullptr) return std::nullopt;
  for (const NodeIndex run : *group) {
    if (policy_.limit(run) >= size) return run;
  }
  return std::nullopt;
}

std::vector<NodeIndex> ReadyRuns::take(SlotIndex slot, NodeIndex first, int most) {
  std::vector<NodeIndex> taken = {first};
  most = std::min(most, policy_.limit(first));
  if (const std::set<NodeIndex> *group = group_of(policy_.among(slot), first)) {
    for (const NodeIndex run : *group) {
      const int size = static_cast<int>(taken.size()) + 1;
      if (size > most) break;
      if (run == first || policy_.limit(run) < size) continue;
      most = std::min(most, policy_.limit(run));
      taken.push_back(run);
    }
  }
  for (const NodeIndex run : taken) remove(run);
  return taken;
}

} // namespace pursuit
