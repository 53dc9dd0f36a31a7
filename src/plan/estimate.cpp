#include "plan/estimate.hpp"

#include <deque>
#include <queue>
#include <utility>

#include "plan/placement.hpp"

namespace pursuit {

namespace {

using Is = SlotState::Is;

class Play {
public:
  Play(const Plan &plan, const PackPolicy &policy)
      : plan_(plan), policy_(policy), ready_(policy), packs_(policy.slots()),
        states_(policy.slots()), shares_(plan.runs.size()) {
    for (const NodeIndex run : shares_.indexes()) {
      const int parent = node(run).parent;
      if (is_trained(run) && (parent < 0 || !is_trained(NodeIndex(parent)))) ready_.add(run);
      if (is_only_evaluated(run)) to_evaluate_.push_back(run);
    }
  }

  // The end, in seconds.
  double run() {
    start();
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      if (event.version != packs_[event.slot].version) continue; // a run has joined since
      now_s_ = event.at_s;
      take(event);
      start();
    }
    return now_s_;
  }

  std::vector<RunCost> take_shares() { return shares_.take_items(); }

private:
  // A pack is trained, and later its slot is free.
  struct Event {
    double at_s = 0;
    int number = 0; // in the order in which they were foreseen
    bool is_free = false;
    SlotIndex slot = {};
    int version = 0;
    bool operator<(const Event &other) const { // the first comes out first
      return at_s != other.at_s ? at_s > other.at_s : number > other.number;
    }
  };
  struct Pack {
    std::vector<NodeIndex> runs;
    double trained_s = 0, free_s = 0;
    int version = 0;
  };

  const Node &node(NodeIndex run) const { return plan_.graph.nodes[run.at()]; }
  // A run that is only checked again takes no time: a parent trained again comes out the same.
  bool is_trained(NodeIndex run) const { return plan_.runs[run.at()].action == Action::train; }
  bool is_only_evaluated(NodeIndex run) const {
    const PlannedRun &planned = plan_.runs[run.at()];
    return planned.action == Action::reuse && !planned.record.measures;
  }

  void start() {
    while (const std::optional<Placed> placed = place(ready_, policy_, states_, now_s_)) {
      if (placed->joins) {
        join(placed->slot, placed->runs.front());
      } else {
        train(placed->slot, placed->runs);
      }
    }
    for (const SlotIndex slot : states_.indexes()) {
      if (states_[slot].is == Is::idle && !to_evaluate_.empty()) evaluate(slot);
    }
  }

  void train(SlotIndex slot, const std::vector<NodeIndex> &runs) {
    Pack &pack = packs_[slot];
    pack.runs = runs;
    pack.trained_s = pack.free_s = now_s_;
    const double share = policy_.sharing(slot).share(static_cast<int>(runs.size()));
    for (const NodeIndex run : runs) take_part(slot, run, share);
    foresee(slot);
  }

  void join(SlotIndex slot, NodeIndex run) {
    packs_[slot].runs.push_back(run);
    take_part(slot, run, policy_.sharing(slot).further);
    foresee(slot);
  }

  void take_part(SlotIndex slot, NodeIndex run, double share) {
    RunCost &cost = shares_[run];
    cost = policy_.cost(slot, run);
    cost.train *= share;
    packs_[slot].trained_s += cost.train;
    packs_[slot].free_s += cost.train + cost.evaluate;
  }

  void foresee(SlotIndex slot) {
    Pack &pack = packs_[slot];
    ++pack.version;
    states_[slot] = {Is::trains, pack.free_s, static_cast<int>(pack.runs.size()),
                     pack.runs.front()};
    events_.push({pack.trained_s, ++number_, false, slot, pack.version});
    events_.push({pack.free_s, ++number_, true, slot, pack.version});
  }

  void evaluate(SlotIndex slot) {
    const NodeIndex run = to_evaluate_.front();
    to_evaluate_.pop_front();
    shares_[run].evaluate = policy_.cost(slot, run).evaluate;
    const double free_s = now_s_ + shares_[run].evaluate;
    states_[slot] = {Is::ending, free_s, 0, std::nullopt};
    events_.push({free_s, ++number_, true, slot, packs_[slot].version});
  }

  void take(const Event &event) {
    SlotState &state = states_[event.slot];
    state = {event.is_free ? Is::idle : Is::ending, state.free_s, 0, std::nullopt};
    if (event.is_free) return;
    for (const NodeIndex run : packs_[event.slot].runs) {
      for (const int child : node(run).children) {
        if (is_trained(NodeIndex(child))) ready_.add(NodeIndex(child));
      }
    }
  }

  const Plan &plan_;
  const PackPolicy &policy_;
  ReadyRuns ready_;
  std::deque<NodeIndex> to_evaluate_;
  std::priority_queue<Event> events_;
  IndexedVector<SlotIndex, Pack> packs_;
  SlotStates states_;
  int number_ = 0;
  double now_s_ = 0;
  IndexedVector<NodeIndex, RunCost> shares_;
};

} // namespace

double estimated_seconds(const Plan &plan, const PackPolicy &policy) {
  return Play(plan, policy).run();
}

std::vector<RunCost> estimated_shares(const Plan &plan, const PackPolicy &policy) {
  Play play(plan, policy);
  play.run();
  return play.take_shares();
}

} // namespace pursuit
