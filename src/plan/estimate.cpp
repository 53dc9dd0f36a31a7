// How long a plan takes: its schedule played through with known durations.
#include <algorithm>
#include <queue>
#include <utility>

#include "plan/plan.hpp"
#include "plan/ready_runs.hpp"

namespace pursuit {

namespace {

class Play {
public:
  Play(const Plan &plan, int slots, const std::vector<RunCost> &costs, const SideBySide &siblings)
      : plan_(plan), slots_(std::max(slots, 1)), siblings_(siblings),
        ready_(siblings.most > 1 ? sibling_kinds(plan.graph)
                                 : std::vector<int>(plan.graph.nodes.size(), k_alone)),
        shares_(plan.graph.nodes.size()) {
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      const int run = static_cast<int>(i);
      if (is_trained(run)) shares_[i].train = costs[i].train;
      if (is_trained(run) || is_only_evaluated(run)) shares_[i].evaluate = costs[i].evaluate;
      const int parent = node(run).parent;
      if (is_trained(run) && (parent < 0 || !is_trained(parent))) ready_.add(run);
    }
  }

  // The end, in seconds.
  double run() {
    double now = 0;
    while (!ready_.empty() || !events_.empty()) {
      while (!ready_.empty() && busy_ < slots_) start(now);
      const Event event = events_.top();
      events_.pop();
      now = event.at;
      if (event.is_free) {
        --busy_;
        continue;
      }
      --training_;
      for (const int run : event.pack) release_children(run);
    }
    return now + evaluations();
  }

  const std::vector<RunCost> &shares() const { return shares_; }

private:
  // A pack is trained, and later its slot is free.
  struct Event {
    double at = 0;
    int number = 0; // in the order in which they were foreseen
    bool is_free = false;
    std::vector<int> pack;
    bool operator<(const Event &other) const { // the first comes out first
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  const Node &node(int i) const { return plan_.graph.nodes[static_cast<std::size_t>(i)]; }
  // A run that is only checked again takes no time: a parent trained again comes out the same.
  bool is_trained(int i) const {
    return plan_.runs[static_cast<std::size_t>(i)].action == Action::train;
  }
  bool is_only_evaluated(int i) const {
    const PlannedRun &run = plan_.runs[static_cast<std::size_t>(i)];
    return run.action == Action::reuse && !run.record.measures;
  }

  // As the scheduler does: the first ready run in the graph's order leads, and no slot that trains nothing goes without.
  void start(double now) {
    const int idle = slots_ - training_;
    std::vector<int> pack = ready_.take(std::min(siblings_.most, fair_share(ready_.size(), idle)));
    const double share = siblings_.share(static_cast<int>(pack.size()));
    double trained = now;
    double evaluated = 0;
    for (const int run : pack) {
      RunCost &cost = shares_[static_cast<std::size_t>(run)];
      cost.train *= share;
      trained += cost.train;
      evaluated += cost.evaluate;
    }
    ++busy_;
    ++training_;
    events_.push({trained, ++number_, false, std::move(pack)});
    events_.push({trained + evaluated, ++number_, true, {}});
  }

  void release_children(int run) {
    for (const int child : node(run).children) {
      if (is_trained(child)) ready_.add(child);
    }
  }

  // Of kept runs, after all training, on every slot.
  double evaluations() const {
    double all = 0;
    double longest = 0;
    for (int i = 0; i < static_cast<int>(shares_.size()); ++i) {
      if (!is_only_evaluated(i)) continue;
      const double one = shares_[static_cast<std::size_t>(i)].evaluate;
      all += one;
      longest = std::max(longest, one);
    }
    return std::max(all / slots_, longest);
  }

  const Plan &plan_;
  int slots_;
  const SideBySide &siblings_;
  ReadyRuns ready_;
  std::priority_queue<Event> events_;
  int busy_ = 0, training_ = 0, number_ = 0;
  std::vector<RunCost> shares_; // of each run
};

} // namespace

double estimated_seconds(const Plan &plan, int slots, const std::vector<RunCost> &costs,
                         const SideBySide &siblings) {
  return Play(plan, slots, costs, siblings).run();
}

std::vector<RunCost> estimated_shares(const Plan &plan, int slots,
                                      const std::vector<RunCost> &costs,
                                      const SideBySide &siblings) {
  Play play(plan, slots, costs, siblings);
  play.run();
  return play.shares();
}

} // namespace pursuit
