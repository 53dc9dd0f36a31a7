#include "plan/placement.hpp"

#include <algorithm>
#include <limits>

namespace pursuit {

namespace {

using Is = SlotState::Is;

// So many runs may wait for busy slots before the rest is no longer looked at: that many packs.
constexpr int k_most_waiting = 1000;

// What a slot will have been given when the run that is asked about gets its turn.
struct Queue {
  double free_s = 0;
  std::optional<NodeIndex> last; // of the pack that waits last
  int size = 0;
};

class Placement {
public:
  Placement(ReadyRuns &ready, const PackPolicy &policy, const SlotStates &slots, double now_s)
      : ready_(ready), policy_(policy), slots_(slots), now_s_(now_s), queues_(slots.size()) {
    for (const SlotIndex slot : slots.indexes()) {
      // One that is late by some time may well take that long once more.
      const double free_s = slots[slot].free_s;
      queues_[slot].free_s = free_s < now_s ? now_s + (now_s - free_s) : free_s;
      if (slots[slot].is == Is::idle || slots[slot].is == Is::ending) queues_[slot].free_s = now_s;
      any_idle_ = any_idle_ || slots[slot].is == Is::idle;
    }
  }

  std::optional<Placed> next() {
    if (ready_.empty()) return std::nullopt;
    return any_idle_ ? next_for_idle() : next_to_join();
  }

private:
  struct Choice {
    std::optional<SlotIndex> slot;
    double end_s = std::numeric_limits<double>::infinity();
    bool idle = false, joins = false;
  };

  bool fits(SlotIndex slot, NodeIndex a, NodeIndex b) const {
    const int group = policy_.group(slot, a);
    return group >= 0 && group == policy_.group(slot, b);
  }

  bool has_room(SlotIndex slot, NodeIndex run) const {
    const SlotState &state = slots_[slot];
    return state.joinable && fits(slot, *state.joinable, run) &&
           state.training < policy_.most(slot, run);
  }

  // Whether it waits there in one pack with what came before it.
  bool shares_place(SlotIndex slot, NodeIndex run) const {
    const Queue &queue = queues_[slot];
    return queue.last && fits(slot, *queue.last, run) && queue.size < policy_.most(slot, run);
  }

  double end_of_waiting(SlotIndex slot, NodeIndex run) const {
    return queues_[slot].free_s +
           (shares_place(slot, run) ? policy_.further_seconds(slot, run) : alone_s(slot, run));
  }

  double end_of_joining(SlotIndex slot, NodeIndex run) const {
    return std::max(queues_[slot].free_s + policy_.further_seconds(slot, run),
                    now_s_ + alone_s(slot, run));
  }

  // A pack that is about to end is left to end: others may be waiting for its slot. Half of what can be gained must be.
  bool should_join(SlotIndex slot, NodeIndex run) const {
    const double most_s = alone_s(slot, run) - policy_.further_seconds(slot, run);
    return !queues_[slot].last && has_room(slot, run) &&
           end_of_waiting(slot, run) - end_of_joining(slot, run) > most_s / 2;
  }

  double alone_s(SlotIndex slot, NodeIndex run) const {
    return policy_.cost(slot, run).train + policy_.cost(slot, run).evaluate;
  }

  Choice best_for(NodeIndex run) const {
    Choice best;
    for (const SlotIndex slot : slots_.indexes()) {
      if (slots_[slot].is == Is::closed) continue;
      Choice choice;
      choice.slot = slot;
      choice.idle = slots_[slot].is == Is::idle;
      choice.joins = should_join(slot, run);
      choice.end_s = choice.joins ? end_of_joining(slot, run) : end_of_waiting(slot, run);
      const bool as_good = choice.end_s == best.end_s && choice.idle && !best.idle;
      if (choice.end_s < best.end_s || as_good) best = choice;
    }
    return best;
  }

  std::optional<Placed> next_for_idle() {
    int waiting = 0;
    for (const NodeIndex run : ready_.in_order()) {
      const Choice best = best_for(run);
      if (best.idle) return with_others(*best.slot, run);
      if (best.joins) return joined(*best.slot, run);
      if (!best.slot || ++waiting == k_most_waiting) break;
      wait_for(*best.slot, run);
    }
    return std::nullopt;
  }

  void wait_for(SlotIndex slot, NodeIndex run) {
    Queue &queue = queues_[slot];
    queue.free_s = end_of_waiting(slot, run);
    queue.size = shares_place(slot, run) ? queue.size + 1 : 1;
    queue.last = run;
  }

  // Every slot has something to do: only who fits into a running pack can go on.
  std::optional<Placed> next_to_join() {
    for (const SlotIndex slot : slots_.indexes()) {
      const SlotState &state = slots_[slot];
      if (!state.joinable) continue;
      const std::optional<NodeIndex> run =
          ready_.first_that_fits(slot, *state.joinable, state.training + 1);
      if (!run || !has_room(slot, *run)) continue;
      const Choice best = best_for(*run);
      if (best.joins) return joined(*best.slot, *run);
    }
    return std::nullopt;
  }

  Placed joined(SlotIndex slot, NodeIndex run) const {
    return {slot, ready_.take(slot, run, 1), true};
  }

  Placed with_others(SlotIndex slot, NodeIndex run) const {
    std::vector<SlotIndex> sharing;
    for (const SlotIndex other : slots_.indexes()) {
      if (slots_[other].is == Is::idle || slots_[other].is == Is::ending) sharing.push_back(other);
    }
    const int share = policy_.fair_share(slot, run, ready_.size(), sharing);
    return {slot, ready_.take(slot, run, std::min(policy_.most(slot, run), share)), false};
  }

  ReadyRuns &ready_;
  const PackPolicy &policy_;
  const SlotStates &slots_;
  double now_s_;
  IndexedVector<SlotIndex, Queue> queues_;
  bool any_idle_ = false;
};

} // namespace

std::optional<Placed> place(ReadyRuns &ready, const PackPolicy &policy, const SlotStates &slots,
                            double now_s) {
  return Placement(ready, policy, slots, now_s).next();
}

} // namespace pursuit
