// Which runs can train side by side.
#include <gtest/gtest.h>

#include "building.hpp"
#include "plan/ready_runs.hpp"

namespace pursuit {
namespace {

using namespace building;

RunSpec adapting(Activation activation = Activation::input_gain, double learning_rate = 1e-4) {
  RunSpec spec;
  spec.stage = 2;
  spec.settings.N = 100;
  spec.settings.tau_ms = 30;
  spec.settings.n_trials = 50;
  spec.settings.activation = activation;
  spec.settings.learning_rate = learning_rate;
  spec.parent_id = "parent";
  return spec;
}

TEST(SiblingText, LeavesOutWhatSiblingsMayDifferIn) {
  const std::string text = sibling_text(adapting());
  EXPECT_EQ(sibling_text(adapting(Activation::threshold, 0.5)), text);
  // Every other parameter that a stage 2 has tells them apart, one that is added later too.
  for (const Parameter &parameter : parameters()) {
    RunSpec other = adapting();
    if (is_word(parameter) || is_bound(parameter) || parameter.key == "learning_rate" ||
        !has_meaning(parameter, 2))
      continue;
    const bool whole = is_whole(parameter);
    set_value(other.settings, parameter,
              whole ? ParameterValue(std::int64_t{51}) : ParameterValue(0.5));
    EXPECT_NE(sibling_text(other), text) << parameter.key;
  }
}

TEST(SiblingText, ParentSeedAndDataCount) {
  const std::string text = sibling_text(adapting());
  RunSpec other = adapting();
  other.parent_id = "another";
  EXPECT_NE(sibling_text(other), text);
  other = adapting();
  other.seed = 2;
  EXPECT_NE(sibling_text(other), text);
  other = adapting();
  other.data_sha256 = "other data";
  EXPECT_NE(sibling_text(other), text);
}

TEST(SiblingKinds, OneForTheChildrenOfAParentAndNoneForStageOne) {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 10}});
  weights.seeds = {{1, 2}};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 5}});
  adapt.sweep.axes.grid = {axis("activation", {"input_gain", "threshold", "response_gain"})};
  const Graph graph = build_graph(expanded({weights, adapt}));
  const std::vector<int> kinds = sibling_kinds(graph);
  ASSERT_EQ(kinds.size(), 8u);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const int parent = graph.nodes[i].parent;
    EXPECT_EQ(kinds[i] == k_alone, parent < 0);
    for (std::size_t j = 0; j < kinds.size() && parent >= 0; ++j) {
      EXPECT_EQ(kinds[i] == kinds[j], graph.nodes[j].parent == parent);
    }
  }
}

TEST(ReadyRuns, TakesTheFirstAndOthersOfItsKind) {
  ReadyRuns ready({0, k_alone, 0, 1, 0, 0});
  for (int run : {5, 4, 3, 2, 1, 0}) ready.add(run);
  EXPECT_EQ(ready.size(), 6);
  EXPECT_EQ(ready.count(0), 4);
  EXPECT_EQ(ready.take(3), (std::vector<int>{0, 2, 4}));
  EXPECT_EQ(ready.take(3), (std::vector<int>{1}));
  EXPECT_EQ(ready.take(0), (std::vector<int>{3})) << "at least the first";
  EXPECT_EQ(ready.take(3), (std::vector<int>{5}));
  EXPECT_TRUE(ready.empty());
}

TEST(ReadyRuns, OneKeptAloneIsInNoPack) {
  ReadyRuns ready({0, 0, 0});
  ready.keep_alone(1);
  for (int run : {0, 1, 2}) ready.add(run);
  EXPECT_EQ(ready.count(0), 2);
  EXPECT_EQ(ready.take(3), (std::vector<int>{0, 2}));
  EXPECT_EQ(ready.take(3), (std::vector<int>{1}));
}

TEST(ReadyRuns, AFairShareLeavesNoSlotIdle) {
  EXPECT_EQ(fair_share(3, 1), 3);
  EXPECT_EQ(fair_share(3, 2), 2);
  EXPECT_EQ(fair_share(3, 3), 1);
  EXPECT_EQ(fair_share(1, 9), 1);
}

} // namespace
} // namespace pursuit
