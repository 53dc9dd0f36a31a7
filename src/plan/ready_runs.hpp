// Runs that could start now, in the graph's order, which is their urgency: Graph::nodes are sorted by longest remaining path,
// then id. The schedule takes its runs from here, and so does the estimate of how long a plan takes.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <vector>

#include "plan/pack_policy.hpp"

namespace pursuit {

class ReadyRuns {
public:
  explicit ReadyRuns(const PackPolicy &policy);

  void add(NodeIndex run);
  bool empty() const { return all_.empty(); }
  int size() const { return static_cast<int>(all_.size()); }
  const std::set<NodeIndex> &in_order() const { return all_; }
  // The first that fits into a pack with this one on that slot and may be one of `size` there.
  std::optional<NodeIndex> first_that_fits(SlotIndex slot, NodeIndex member, int size);
  // Takes out this run, which is ready, and up to `most` - 1 further ones that fit with it there, in order.
  std::vector<NodeIndex> take(SlotIndex slot, NodeIndex first, int most);

private:
  using Groups = std::vector<std::set<NodeIndex>>;
  // The ready ones of its group; nullptr: it trains alone there.
  std::set<NodeIndex> *group_of(Sharing::Among among, NodeIndex run);
  void remove(NodeIndex run);

  const PackPolicy &policy_;
  std::set<NodeIndex> all_;
  std::array<Groups, 2> groups_; // by Sharing::Among, then by PackPolicy::group
};

} // namespace pursuit
