// Which runs train side by side on a slot, how many, and what that takes: the one set of rules that the schedule and the
// estimate of how long a plan takes go by.
//
// Runs of one group fit into one pack. Siblings (run.hpp) share each reading of their parent's weights; runs of stage 1 have
// none. Runs of one shape agree in mode, stage, activation (stage 2), N and n_trials, so every trial of one has the same shape
// as that of the others, whatever their parents are.
#pragma once

#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "base/index.hpp"
#include "plan/graph.hpp"

namespace pursuit {

struct Slot;
using SlotIndex = Index<Slot>;

// How runs share a slot, as its engine and its device have it.
struct Sharing {
  enum class Among { siblings, shape };
  Among among = Among::siblings;
  int most = 1;       // side by side
  double further = 1; // of a run's time alone, what each one beyond the first takes

  // What `size` runs take side by side, as a multiple of what one takes alone; and its part for each of them.
  double all(int size) const { return 1 + further * (size - 1); }
  double share(int size) const { return all(size) / size; }
};

// What a run takes of a slot, alone, seconds.
struct RunCost {
  double train = 0;
  double evaluate = 0; // behind it; siblings are evaluated one by one
};
using RunCosts = IndexedVector<NodeIndex, RunCost>;

// A slot as the policy sees it.
struct PolicySlot {
  Sharing sharing;
  std::size_t costs = 0; // which of the lists
};

class PackPolicy {
public:
  // `costs`: a list for each kind of slot; what a run takes there.
  PackPolicy(const Graph &graph, std::vector<PolicySlot> slots, std::vector<RunCosts> costs);

  std::size_t runs() const { return limits_.size(); }
  std::size_t slots() const { return slots_.size(); }
  const Sharing &sharing(SlotIndex slot) const { return slots_[slot].sharing; }
  Sharing::Among among(SlotIndex slot) const { return sharing(slot).among; }
  // -1: it fits with none.
  int group(Sharing::Among among, NodeIndex run) const { return groups_[index(among)][run]; }
  int group(SlotIndex slot, NodeIndex run) const { return group(among(slot), run); }

  // The most runs of this one's group, itself one of them, that a pack may have there; at least 1.
  int most(SlotIndex slot, NodeIndex run) const;
  // Memory was too small for a pack of `size` of this run's group.
  void halve(SlotIndex slot, NodeIndex run, int size);
  // The most runs that this one is ever put together with, itself one of them.
  int limit(NodeIndex run) const { return limits_[run]; }
  // A worker died of a pack, or this run failed in one: the others must not pay for it once more.
  void keep_within(NodeIndex run, int most) { limits_[run] = most > 1 ? most : 1; }

  const RunCost &cost(SlotIndex slot, NodeIndex run) const {
    return costs_[slots_[slot].costs][run];
  }
  // What these take there side by side, evaluation included.
  double seconds(SlotIndex slot, const std::vector<NodeIndex> &pack) const;
  // How much later a pack ends that this run joins.
  double further_seconds(SlotIndex slot, NodeIndex run) const;
  // A limit for one run, for `size` side by side: on a core they have together what they would have one after the other; a
  // GPU trains them all at once.
  double limit_for(SlotIndex slot, int size, double limit_s) const;
  // The most that `slot` may take of `ready` runs, this one first, so that none of the `idle` slots, itself one of them, goes
  // without: by what each of them gets done, rounded up.
  int fair_share(SlotIndex slot, NodeIndex run, int ready,
                 const std::vector<SlotIndex> &idle) const;

private:
  static std::size_t index(Sharing::Among among) { return static_cast<std::size_t>(among); }
  double runs_per_second(SlotIndex slot, NodeIndex run, int ready) const;

  IndexedVector<SlotIndex, PolicySlot> slots_;
  std::vector<RunCosts> costs_;
  std::array<IndexedVector<NodeIndex, int>, 2> groups_; // by Sharing::Among
  std::map<std::pair<SlotIndex, int>, int> halved_;     // by slot and group
  IndexedVector<NodeIndex, int> limits_;
};

// Slots that are all alike, each run taking the same there.
PackPolicy equal_slots(const Graph &graph, int slots, const Sharing &sharing, RunCosts costs);

} // namespace pursuit
