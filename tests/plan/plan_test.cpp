// What is reused, what is trained again, and why; how long it takes.
#include "plan/estimate.hpp"
#include "plan/plan.hpp"

#include <gtest/gtest.h>

#include "building.hpp"

namespace pursuit {
namespace {

using namespace building;
using State = RunState;
using FileState = RunRecord::FileState;

// One stage 1 (node 0) and one stage 2 (node 1).
Graph pair_graph() {
  return build_graph(
      expanded({stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 5}}),
                stage_2("adapt", "weights", {{"n_trials", 3}, {"activation", "threshold"}})}));
}

RunRecord done(const std::string &sha256, const std::string &parent_sha256 = "") {
  RunRecord record;
  record.state = State::done;
  record.file = FileState::intact;
  record.model = ModelFile{"models/x.mat", sha256, 1};
  record.parent_sha256 = parent_sha256;
  return record;
}

Plan plan_of(const RunRecord &parent, const RunRecord &child) {
  return remaining(pair_graph(),
                   [&](const Node &node) { return node.stage == "weights" ? parent : child; });
}

std::string reason(const RunRecord &parent) { return plan_of(parent, {}).runs[0].reason; }

TEST(Remaining, NothingDoneIsNew) {
  const Plan plan = plan_of({}, {});
  for (const PlannedRun &run : plan.runs) {
    EXPECT_EQ(run.action, Action::train);
    EXPECT_EQ(run.reason, "new");
  }
}

TEST(Remaining, DoneAndIntactIsReusedWithItsRecord) {
  const Plan plan = plan_of(done("a"), done("b", "a"));
  for (const PlannedRun &run : plan.runs) {
    EXPECT_EQ(run.action, Action::reuse);
    EXPECT_EQ(run.reason, "done before");
  }
  EXPECT_EQ(plan.runs[1].record.model->sha256, "b");
}

TEST(Remaining, WhatWentWrongIsTheReason) {
  RunRecord record = done("a");
  record.file = FileState::missing;
  EXPECT_EQ(reason(record), "model file missing");
  record.file = FileState::damaged;
  EXPECT_EQ(reason(record), "model file damaged");
  record.state = State::interrupted;
  EXPECT_EQ(reason(record), "interrupted before");
  record.state = State::failed;
  EXPECT_EQ(reason(record), "failed before");
  record.error = "loss is not finite";
  EXPECT_EQ(reason(record), "failed before: loss is not finite");
  EXPECT_EQ(plan_of(record, {}).runs[0].action, Action::train);
}

TEST(Remaining, ChildrenOfAParentTrainedAgainAreCheckedAgain) {
  RunRecord parent = done("a");
  parent.file = FileState::damaged;
  const Plan plan = plan_of(parent, done("b", "a"));
  EXPECT_EQ(plan.runs[0].action, Action::train);
  EXPECT_EQ(plan.runs[1].action, Action::check_again);
  EXPECT_EQ(plan.runs[1].reason,
            "its parent is trained again; kept if the parent comes out the same");
}

TEST(Remaining, ADamagedChildOfAParentTrainedAgainIsTrainedForItsOwnReason) {
  RunRecord child = done("b", "a");
  child.file = FileState::missing;
  const Plan plan = plan_of({}, child);
  EXPECT_EQ(plan.runs[1].action, Action::train);
  EXPECT_EQ(plan.runs[1].reason, "model file missing");
}

TEST(Remaining, AChildOfAnotherParentModelIsTrainedAgain) {
  for (const std::string trained_from : {"other", ""}) {
    const Plan plan = plan_of(done("a"), done("b", trained_from));
    EXPECT_EQ(plan.runs[0].action, Action::reuse);
    EXPECT_EQ(plan.runs[1].action, Action::train);
    EXPECT_EQ(plan.runs[1].reason, "its parent has changed");
  }
}

TEST(Remaining, OnlyTheDamagedRunAndWhatNeedsItAreTouched) {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 5}});
  weights.seeds = {{1, 2, 3}};
  const Graph graph = build_graph(expanded(
      {weights, stage_2("adapt", "weights", {{"n_trials", 3}, {"activation", "threshold"}})}));
  const Plan plan = remaining(graph, [](const Node &node) {
    RunRecord record = done(node.id, node.spec.parent_id);
    if (node.stage == "weights" && node.spec.seed == 2) record.file = FileState::damaged;
    return record;
  });
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const Node &node = plan.graph.nodes[i];
    const Action expected = node.spec.seed != 2       ? Action::reuse
                            : node.stage == "weights" ? Action::train
                                                      : Action::check_again;
    EXPECT_EQ(plan.runs[i].action, expected) << i;
  }
}

// Stage 1 of k seeds, all alike, one stage 2 each.
Plan fresh_plan(std::uint64_t seeds, bool with_stage_2) {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 10}});
  weights.seeds.emplace();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) weights.seeds->push_back(seed);
  std::vector<Stage> stages = {weights};
  if (with_stage_2)
    stages.push_back(stage_2("adapt", "weights", {{"n_trials", 10}, {"activation", "threshold"}}));
  return remaining(build_graph(expanded(stages)), [](const Node &) { return RunRecord{}; });
}

double own_work(const Plan &plan, const std::string &stage) {
  for (const Node &node : plan.graph.nodes) {
    if (node.stage == stage) return work(node.spec);
  }
  return 0;
}

// Each takes its work times `seconds`, and `evaluation`.
RunCosts costs(const Plan &plan, double seconds, double evaluation = 0) {
  std::vector<RunCost> result;
  for (const Node &node : plan.graph.nodes)
    result.push_back({work(node.spec) * seconds, evaluation});
  return RunCosts(std::move(result));
}

double estimated(const Plan &plan, int slots, const RunCosts &costs, const Sharing &sharing = {}) {
  return estimated_seconds(plan, equal_slots(plan.graph, slots, sharing, costs));
}

TEST(EstimatedSeconds, EqualRunsFillTheSlots) {
  const Plan plan = fresh_plan(5, false);
  const double one = own_work(plan, "weights") * 2;
  EXPECT_DOUBLE_EQ(estimated(plan, 1, costs(plan, 2)), 5 * one);
  EXPECT_DOUBLE_EQ(estimated(plan, 2, costs(plan, 2)), 3 * one);
  EXPECT_DOUBLE_EQ(estimated(plan, 5, costs(plan, 2)), one);
  EXPECT_DOUBLE_EQ(estimated(plan, 100, costs(plan, 2)), one);
  EXPECT_DOUBLE_EQ(estimated(plan, 0, costs(plan, 2)), 5 * one) << "no slots counts as one";
}

TEST(EstimatedSeconds, AChildWaitsForItsParent) {
  const Plan plan = fresh_plan(1, true);
  EXPECT_DOUBLE_EQ(estimated(plan, 8, costs(plan, 1)),
                   own_work(plan, "weights") + own_work(plan, "adapt"));
}

TEST(EstimatedSeconds, EvaluationTakesTheSlotAndNoChildWaitsForIt) {
  const Plan plan = fresh_plan(1, true);
  const double parent = own_work(plan, "weights"), child = own_work(plan, "adapt"),
               much = 10 * parent;
  EXPECT_DOUBLE_EQ(estimated(plan, 1, costs(plan, 1, much)), parent + much + child + much);
  EXPECT_DOUBLE_EQ(estimated(plan, 2, costs(plan, 1, much)), parent + child + much);
  const Plan alone = fresh_plan(4, false);
  EXPECT_DOUBLE_EQ(estimated(alone, 2, costs(alone, 1, 7)), 2 * (own_work(alone, "weights") + 7));
}

// A parent of `children` siblings.
Plan family(int children) {
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 10}, {"activation", "threshold"}});
  Values rates;
  for (int i = 1; i <= children; ++i) rates.emplace_back(1e-4 * i);
  adapt.sweep.axes.grid = {axis("learning_rate", rates)};
  return remaining(build_graph(expanded(
                       {stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 10}}), adapt})),
                   [](const Node &) { return RunRecord{}; });
}

TEST(EstimatedSeconds, SiblingsShareASlotWhereNoneIsIdle) {
  const Sharing siblings{Sharing::Among::siblings, 3, 0.2};
  const Plan plan = family(4);
  const double parent = own_work(plan, "weights"), child = own_work(plan, "adapt");
  const RunCosts cost = costs(plan, 1);
  // One slot: three together, then one. Two: two at once, each with another. Four: each alone.
  EXPECT_DOUBLE_EQ(estimated(plan, 1, cost, siblings), parent + (1.4 + 1) * child);
  EXPECT_DOUBLE_EQ(estimated(plan, 2, cost, siblings), parent + 1.2 * child);
  EXPECT_DOUBLE_EQ(estimated(plan, 4, cost, siblings), parent + child);
  EXPECT_DOUBLE_EQ(estimated(plan, 1, cost), parent + 4 * child) << "they do not share";
  // Each is evaluated by itself.
  EXPECT_DOUBLE_EQ(estimated(plan, 1, costs(plan, 1, 5), siblings),
                   parent + (1.4 + 1) * child + 5 * 5);
  const std::vector<RunCost> taken =
      estimated_shares(plan, equal_slots(plan.graph, 1, siblings, costs(plan, 1, 5)));
  EXPECT_DOUBLE_EQ(taken[0].train, parent);
  for (const std::size_t run : {1u, 2u, 3u}) EXPECT_DOUBLE_EQ(taken[run].train, 1.4 / 3 * child);
  EXPECT_DOUBLE_EQ(taken[4].train, child);
  for (const RunCost &cost_of_one : taken) EXPECT_DOUBLE_EQ(cost_of_one.evaluate, 5);
}

TEST(EstimatedSeconds, OnlyWhatIsToBeDoneCounts) {
  Plan plan = fresh_plan(2, true);
  for (PlannedRun &run : plan.runs) {
    run.action = Action::reuse;
    run.record.measures = Measures{};
  }
  EXPECT_EQ(estimated(plan, 2, costs(plan, 1, 5)), 0);
  plan.runs[0].record.measures.reset(); // to be evaluated with other settings
  plan.runs[1].record.measures.reset();
  plan.runs[2].record.measures.reset();
  EXPECT_DOUBLE_EQ(estimated(plan, 2, costs(plan, 1, 5)), 10) << "one on each, then the third";
  EXPECT_DOUBLE_EQ(estimated(plan, 8, costs(plan, 1, 5)), 5);
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    plan.runs[i].record.measures = Measures{};
    if (plan.graph.nodes[i].stage == "adapt") plan.runs[i].action = Action::train;
  }
  EXPECT_DOUBLE_EQ(estimated(plan, 2, costs(plan, 1)), own_work(plan, "adapt"));
  for (PlannedRun &run : plan.runs) run.action = Action::check_again;
  EXPECT_EQ(estimated(plan, 2, costs(plan, 1)), 0);
}

} // namespace
} // namespace pursuit
