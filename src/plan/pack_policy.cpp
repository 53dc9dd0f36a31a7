#include "plan/pack_policy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/errors.hpp"

namespace pursuit {

namespace {

constexpr int k_alone = -1;

using ShapeKey = std::tuple<Mode, int, int, std::int64_t, std::int64_t>;

ShapeKey shape_key(const RunSpec &spec) {
  const int activation = spec.stage == 2 ? static_cast<int>(spec.settings.activation.bits()) : -1;
  return {spec.mode, spec.stage, activation, spec.settings.N, spec.settings.n_trials};
}

// Numbers in order of appearance.
template <class Key> class Numbers {
public:
  int of(const Key &key) {
    return numbers_.try_emplace(key, static_cast<int>(numbers_.size())).first->second;
  }

private:
  std::map<Key, int> numbers_;
};

IndexedVector<NodeIndex, int> shape_groups(const Graph &graph) {
  Numbers<ShapeKey> numbers;
  std::vector<int> groups;
  for (const Node &node : graph.nodes) groups.push_back(numbers.of(shape_key(node.spec)));
  return IndexedVector<NodeIndex, int>(std::move(groups));
}

IndexedVector<NodeIndex, int> sibling_groups(const Graph &graph) {
  Numbers<std::string> numbers;
  std::vector<int> groups;
  for (const Node &node : graph.nodes)
    groups.push_back(node.spec.stage == 2 ? numbers.of(sibling_text(node.spec)) : k_alone);
  return IndexedVector<NodeIndex, int>(std::move(groups));
}

} // namespace

PackPolicy::PackPolicy(const Graph &graph, std::vector<PolicySlot> slots,
                       std::vector<RunCosts> costs)
    : slots_(std::move(slots)),
      costs_(std::move(costs)), groups_{IndexedVector<NodeIndex, int>(graph.nodes.size(), k_alone),
                                        IndexedVector<NodeIndex, int>(graph.nodes.size(), k_alone)},
      limits_(graph.nodes.size(), std::numeric_limits<int>::max()) {
  if (slots_.size() == 0) throw InternalError("a schedule needs a slot");
  const auto packs = [&](Sharing::Among among) {
    return std::any_of(slots_.begin(), slots_.end(), [&](const PolicySlot &slot) {
      return slot.sharing.most > 1 && slot.sharing.among == among;
    });
  };
  if (packs(Sharing::Among::siblings))
    groups_[index(Sharing::Among::siblings)] = sibling_groups(graph);
  if (packs(Sharing::Among::shape)) groups_[index(Sharing::Among::shape)] = shape_groups(graph);
}

int PackPolicy::most(SlotIndex slot, NodeIndex run) const {
  const int number = group(slot, run);
  if (number == k_alone) return 1;
  const std::map<std::pair<SlotIndex, int>, int>::const_iterator halved =
      halved_.find({slot, number});
  const int most = halved != halved_.end() ? halved->second : sharing(slot).most;
  return std::max(std::min(most, limit(run)), 1);
}

void PackPolicy::halve(SlotIndex slot, NodeIndex run, int size) {
  int &most = halved_.try_emplace({slot, group(slot, run)}, sharing(slot).most).first->second;
  most = std::max(std::min(most, size / 2), 1);
}

double PackPolicy::seconds(SlotIndex slot, const std::vector<NodeIndex> &pack) const {
  const double share = sharing(slot).share(static_cast<int>(pack.size()));
  double seconds = 0;
  for (const NodeIndex run : pack) {
    seconds += share * cost(slot, run).train + cost(slot, run).evaluate;
  }
  return seconds;
}

double PackPolicy::further_seconds(SlotIndex slot, NodeIndex run) const {
  return sharing(slot).further * cost(slot, run).train + cost(slot, run).evaluate;
}

double PackPolicy::limit_for(SlotIndex slot, int size, double limit_s) const {
  return among(slot) == Sharing::Among::siblings ? limit_s * size : limit_s;
}

double PackPolicy::runs_per_second(SlotIndex slot, NodeIndex run, int ready) const {
  const int size = std::min(most(slot, run), ready);
  const RunCost &alone = cost(slot, run);
  return size / (sharing(slot).all(size) * alone.train + size * alone.evaluate + 1e-9);
}

int PackPolicy::fair_share(SlotIndex slot, NodeIndex run, int ready,
                           const std::vector<SlotIndex> &idle) const {
  double all = 0;
  for (const SlotIndex other : idle) all += runs_per_second(other, run, ready);
  const double share = ready * runs_per_second(slot, run, ready) / all;
  return std::max(1, static_cast<int>(std::ceil(share - 1e-6))); // sums round
}

PackPolicy equal_slots(const Graph &graph, int slots, const Sharing &sharing, RunCosts costs) {
  std::vector<RunCosts> lists;
  lists.push_back(std::move(costs));
  return PackPolicy(
      graph, std::vector<PolicySlot>(static_cast<std::size_t>(std::max(slots, 1)), {sharing, 0}),
      std::move(lists));
}

} // namespace pursuit
