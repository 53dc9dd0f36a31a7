// How long the rest of a sweep takes, by costs and then by measurement.
#include <optional>

#include <gtest/gtest.h>

#include "support/clocks.hpp"
#include "sweep/time_left.hpp"

namespace pursuit {
namespace {

// Two runs of the same size, and one that is twice as long.
Plan three_runs() {
  Plan plan;
  for (const int n_trials : {100, 100, 200}) {
    Node node;
    node.spec.settings.N = 10;
    node.spec.settings.tau_ms = 30;
    node.spec.settings.n_trials = n_trials;
    plan.graph.nodes.push_back(node);
  }
  plan.runs.resize(3);
  return plan;
}

// A run of 100 trials takes 10 s, and what is said to be evaluated.
PackPolicy slots(const Plan &plan, int slots, double evaluation_s = 0,
                 const Sharing &sharing = {}) {
  std::vector<RunCost> result;
  for (const Node &node : plan.graph.nodes)
    result.push_back({0.1 * static_cast<double>(node.spec.settings.n_trials), evaluation_s});
  return equal_slots(plan.graph, slots, sharing, RunCosts(std::move(result)));
}

// A sweep whose first run has just been started.
class TimeLeftTest : public ::testing::Test {
protected:
  void begin(const Plan &plan, const PackPolicy &policy) {
    left_.emplace(clock_, plan, policy);
    changed(static_cast<int>(plan.runs.size()) - 1, RunState::running);
  }
  void changed(int run, RunState state, bool reused = false) {
    ScheduledRun what;
    what.state = state;
    what.reused = reused;
    left_->run_changed(run, what);
  }
  void progressed(int run, std::int64_t trial, std::int64_t from_trial = 0) {
    left_->progressed({0, run, trial, 0, 0, from_trial});
  }
  double after(double seconds) {
    clock_.now_s = seconds;
    return left_->left_s();
  }

  FakeClock clock_;
  std::optional<TimeLeft> left_;
};

TEST_F(TimeLeftTest, IsUnknownBeforeTheFirstRun) {
  const Plan plan = three_runs();
  left_.emplace(clock_, plan, slots(plan, 2));
  changed(0, RunState::done, true);
  EXPECT_LT(after(5), 0);
  changed(1, RunState::running);
  EXPECT_NEAR(after(5), 15, 1e-9);
}

TEST_F(TimeLeftTest, ByAGuessFirstAndByMeasurementThen) {
  const Plan plan = three_runs();
  begin(plan, slots(plan, 2));
  EXPECT_NEAR(after(0), 20, 1e-9); // rounding of sums
  progressed(0, 50);
  EXPECT_NEAR(after(1), 17.5, 1e-9); // too early to trust a measurement
  EXPECT_NEAR(after(4), 28, 1e-9);   // half a run in 4 s, three and a half to go
}

TEST_F(TimeLeftTest, EvaluationIsPartOfIt) {
  const Plan plan = three_runs();
  begin(plan, slots(plan, 1, 2));
  EXPECT_NEAR(after(0), 46, 1e-9);
  progressed(0, 100);
  changed(0, RunState::done);
  EXPECT_NEAR(after(10), 36, 1e-9);
  left_->run_evaluated(0, {});
  EXPECT_NEAR(after(12), 34, 1e-9);
  changed(2, RunState::failed); // is not evaluated
  EXPECT_NEAR(after(12), 12, 1e-9);
}

// A parent that is done, and three siblings that take 1.4 times as long as one.
TEST_F(TimeLeftTest, OfSiblingsSideBySide) {
  Plan plan;
  for (int i = 0; i < 4; ++i) {
    Node node;
    node.spec.settings.N = 10;
    node.spec.settings.n_trials = 100;
    if (i > 0) {
      node.spec.stage = 2;
      node.spec.parent_id = "parent";
      node.spec.settings.learning_rate = i;
      node.parent = 0;
      plan.graph.nodes[0].children.push_back(i);
    }
    plan.graph.nodes.push_back(node);
  }
  plan.runs.resize(4);
  plan.runs[0].action = Action::reuse;
  plan.runs[0].record.measures = Measures{};
  begin(plan, slots(plan, 1, 0, {Sharing::Among::siblings, 3, 0.2}));
  changed(0, RunState::done, true);
  EXPECT_NEAR(after(0), 14, 1e-9);
  for (int run : {1, 2, 3}) progressed(run, 25);
  EXPECT_NEAR(after(4), 12, 1e-9); // a quarter of the pack in 4 s
}

TEST_F(TimeLeftTest, FinishedReusedFailedAndResumedRuns) {
  const Plan plan = three_runs();
  begin(plan, slots(plan, 1));
  changed(0, RunState::done, true); // no time was spent on it
  progressed(1, 100, 50);           // began at a checkpoint
  changed(1, RunState::done);
  EXPECT_NEAR(after(5), 20, 1e-9); // half a run in 5 s, two runs' worth to go
  changed(2, RunState::running);
  progressed(2, 100);
  changed(2, RunState::pending); // failed, and is tried again from the start
  EXPECT_NEAR(after(15), 20, 1e-9);
  changed(2, RunState::failed);
  EXPECT_NEAR(after(20), 0, 1e-9);
}

} // namespace
} // namespace pursuit
