// The order in which runs are trained.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "building.hpp"

namespace pursuit {
namespace {

using namespace building;
using Texts = std::vector<std::string>;

std::vector<ExpandedRun> runs_of(const Graph &graph) {
  std::vector<ExpandedRun> runs;
  for (const Node &node : graph.nodes) runs.push_back({node.stage, node.spec, node.id});
  return runs;
}

std::vector<Stage> study() {
  Stage weights = stage_1("weights", {{"tau", 10}, {"n_trials", 100}});
  weights.sweep.axes.grid = {axis("N", {100, 250})};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 50}});
  adapt.sweep.axes.grid = {axis("activation", {"input_gain", "threshold"})};
  return {weights, adapt};
}

TEST(BuildGraph, LongestRemainingPathFirst) {
  const Graph graph = build_graph(expanded(study()));
  // N = 250 is six times N = 100: its stage 2 comes before the stage 1 of N = 100.
  const Texts order = texts(runs_of(graph), {"stage", "N"});
  EXPECT_EQ(order, (Texts{"weights 250", "adapt 250", "adapt 250", "weights 100", "adapt 100",
                          "adapt 100"}));
}

TEST(BuildGraph, PathIsOwnWorkAndTheLongestBelow) {
  std::vector<Stage> stages = study();
  stages[1].sweep.overrides = {
      {match({{"activation", {"threshold"}}}), assignments({{"n_trials", 400}})}};
  const Graph graph = build_graph(expanded(stages));
  for (const Node &node : graph.nodes) {
    double longest = 0;
    for (const int child : node.children)
      longest = std::max(longest, work(graph.nodes[static_cast<std::size_t>(child)].spec));
    EXPECT_EQ(node.path_work, work(node.spec) + longest);
  }
  EXPECT_EQ(texts(runs_of(graph), {"stage", "N", "activation"}),
            (Texts{"weights 250", "adapt 250 threshold", "weights 100", "adapt 100 threshold",
                   "adapt 250 input_gain", "adapt 100 input_gain"}));
}

TEST(BuildGraph, ParentsAndChildrenKnowEachOther) {
  const Graph graph = build_graph(expanded(study()));
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
    const Node &node = graph.nodes[static_cast<std::size_t>(i)];
    EXPECT_EQ(node.parent < 0, node.stage == "weights");
    EXPECT_EQ(node.children.size(), node.stage == "weights" ? 2u : 0u);
    for (const int child : node.children) {
      EXPECT_GT(child, i);
      EXPECT_EQ(graph.nodes[static_cast<std::size_t>(child)].parent, i);
      EXPECT_EQ(graph.nodes[static_cast<std::size_t>(child)].spec.parent_id, node.id);
    }
  }
}

TEST(BuildGraph, TiesGoByIdWhateverTheOrderGiven) {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 5}});
  weights.seeds = {{1, 2, 3, 4, 5, 6, 7, 8}};
  std::vector<ExpandedRun> runs = expanded({weights});
  const Graph graph = build_graph(runs);
  std::reverse(runs.begin(), runs.end());
  const Graph same = build_graph(runs);
  ASSERT_EQ(graph.nodes.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(graph.nodes[i].id, same.nodes[i].id);
    if (i > 0) {
      EXPECT_LT(graph.nodes[i - 1].id, graph.nodes[i].id);
    }
  }
}

// A run of no trials has no work: its path ties with its child's.
TEST(BuildGraph, ParentsComeFirstEvenWithoutWork) {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 0}});
  weights.seeds = {{1, 2, 3, 4, 5, 6, 7, 8}};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 0}, {"activation", "threshold"}});
  const Graph graph = build_graph(expanded({weights, adapt}));
  ASSERT_EQ(graph.nodes.size(), 16u);
  for (int i = 0; i < 16; ++i) EXPECT_LT(graph.nodes[static_cast<std::size_t>(i)].parent, i);
}

TEST(BuildGraph, AParentThatIsNotThereIsNoParentOfThisGraph) {
  std::vector<ExpandedRun> runs = expanded(study());
  runs.erase(runs.begin());
  const Graph graph = build_graph(runs);
  EXPECT_EQ(graph.nodes.size(), 5u);
  EXPECT_EQ(std::count_if(graph.nodes.begin(), graph.nodes.end(),
                          [](const Node &node) { return node.parent < 0; }),
            3);
}

TEST(BuildGraph, OneRunTwiceIsABug) {
  std::vector<ExpandedRun> runs = expanded(study());
  runs.push_back(runs[0]);
  EXPECT_THROW(build_graph(runs), InternalError);
}

TEST(BuildGraph, NothingIsAGraphToo) { EXPECT_TRUE(build_graph({}).nodes.empty()); }

// These ids in this order, for ever: a change here makes every model that users have unreachable.
TEST(BuildGraph, IdsAndOrderAreGolden) {
  Stage weights = stage_1("weights", {{"n_trials", 4000}, {"gain", 1.5}});
  weights.sweep.axes.grid = {axis("N", {100, 250}), axis("tau", {10, 20.5})};
  weights.seeds = {{1, 2}};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 2000}});
  adapt.needs->where_match = match({{"N", {250}}, {"seed", {1}}});
  adapt.sweep.axes.grid = {axis("activation", {"input_gain", "threshold", "response_gain"})};
  Stage prior = stage_1("prior", {{"N", 250}, {"tau", 30}, {"n_trials", 4000}});
  prior.mode = Mode::prior_input;
  const Graph graph = build_graph(expanded({weights, adapt, prior}));
  Texts lines;
  const Texts settings = texts(runs_of(graph), {"stage", "N", "tau", "activation", "seed"});
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    lines.push_back(graph.nodes[i].id.substr(0, 16) + ' ' + settings[i]);
  EXPECT_EQ(
      lines,
      (Texts{"5837b2d8bc07b33b weights 250 20.5 1", "db1b4ed5b7f8e967 weights 250 10 1",
             "264ef7d5dc1f17c9 prior 250 30 1", "490ccfa044654c14 weights 250 10 2",
             "55c5e496aaf9513d weights 250 20.5 2", "09e9bb51977176c9 adapt 250 10 threshold 1",
             "6ab381e07790ba1b adapt 250 20.5 threshold 1",
             "a9e005dbfbb76184 adapt 250 10 input_gain 1",
             "aa0e056545d7726a adapt 250 20.5 input_gain 1",
             "bc58ad127f00411e adapt 250 10 response_gain 1",
             "d6fec25b15d2e344 adapt 250 20.5 response_gain 1",
             "2656fb7ddb76ab3f weights 100 20.5 1", "2c71f72f3e891a61 weights 100 10 2",
             "5a1af15ca6e65321 weights 100 10 1", "b8d11f66c418cef2 weights 100 20.5 2"}));
}

} // namespace
} // namespace pursuit
