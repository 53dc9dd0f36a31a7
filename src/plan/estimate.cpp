// How long a plan takes: its schedule played through with known durations.
#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

#include "plan/plan.hpp"
#include "plan/ready_runs.hpp"

namespace pursuit {

namespace {

class Play {
public:
  Play(const Plan &plan, int slots, const SideBySide &siblings)
      : plan_(plan), slots_(static_cast<std::size_t>(std::max(slots, 1))), siblings_(siblings),
        ready_(siblings.most > 1 ? sibling_kinds(plan.graph)
                                 : std::vector<int>(plan.graph.nodes.size(), k_alone)) {
    for (const Node &node : plan.graph.nodes) taken_.push_back(work(node.spec));
    for (int i = 0; i < static_cast<int>(taken_.size()); ++i) {
      const int parent = node(i).parent;
      if (is_trained(i) && (parent < 0 || !is_trained(parent))) ready_.add(i);
    }
  }

  // The end, in units of `work`.
  double run() {
    double now = 0;
    while (!ready_.empty() || !busy_.empty()) {
      while (!ready_.empty() && busy_.size() < slots_) start(now);
      const Finish first = busy_.top();
      busy_.pop();
      now = first.first;
      for (const int run : first.second) release_children(run);
    }
    return now;
  }

  const std::vector<double> &taken() const { return taken_; }

private:
  using Finish = std::pair<double, std::vector<int>>; // time, runs of the pack

  const Node &node(int i) const { return plan_.graph.nodes[static_cast<std::size_t>(i)]; }
  // A run that is only checked again takes no time: a parent trained again comes out the same.
  bool is_trained(int i) const {
    return plan_.runs[static_cast<std::size_t>(i)].action == Action::train;
  }

  // As the scheduler does: the first ready run in the graph's order leads, and no idle slot goes without.
  void start(double now) {
    const int idle = static_cast<int>(slots_ - busy_.size());
    std::vector<int> pack = ready_.take(std::min(siblings_.most, fair_share(ready_.size(), idle)));
    const double share = siblings_.share(static_cast<int>(pack.size()));
    double end = now;
    for (const int run : pack) {
      double &taken = taken_[static_cast<std::size_t>(run)];
      taken *= share;
      end += taken;
    }
    busy_.emplace(end, std::move(pack));
  }

  void release_children(int run) {
    for (const int child : node(run).children) {
      if (is_trained(child)) ready_.add(child);
    }
  }

  const Plan &plan_;
  std::size_t slots_;
  const SideBySide &siblings_;
  ReadyRuns ready_;
  std::priority_queue<Finish, std::vector<Finish>, std::greater<>> busy_;
  std::vector<double> taken_; // of each run, in units of `work`
};

} // namespace

double estimated_seconds(const Plan &plan, int slots, double seconds_per_work,
                         const SideBySide &siblings) {
  return seconds_per_work * Play(plan, slots, siblings).run();
}

std::vector<double> estimated_work(const Plan &plan, int slots, const SideBySide &siblings) {
  Play play(plan, slots, siblings);
  play.run();
  return play.taken();
}

} // namespace pursuit
