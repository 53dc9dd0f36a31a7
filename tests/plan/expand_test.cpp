// The sweep algebra of one stage: which points, in which order.
#include <set>

#include <gtest/gtest.h>

#include "building.hpp"

namespace pursuit {
namespace {

using namespace building;
using Texts = std::vector<std::string>;

const Pairs k_all = {{"N", 100}, {"tau", 10}, {"n_trials", 5}};

TEST(Expand, AStageWithoutASweepIsOneRunWithSeedOneAndDefaults) {
  const std::vector<ExpandedRun> runs = expanded({stage_1("weights", k_all)});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].stage, "weights");
  EXPECT_EQ(runs[0].spec.seed, 1u);
  EXPECT_EQ(runs[0].spec.settings.N, 100);
  EXPECT_EQ(runs[0].spec.settings.gain, 1.5);
  EXPECT_EQ(runs[0].spec.settings.learning_rate, 1e-4);
  EXPECT_EQ(runs[0].spec.settings.noise_direction_deg, 7);
  EXPECT_EQ(runs[0].spec.data_sha256, inputs().data_sha256);
  EXPECT_EQ(runs[0].spec.numerics, "reference-1");
  EXPECT_FALSE(runs[0].spec.has_parent());
  EXPECT_EQ(runs[0].id, run_id(runs[0].spec));
}

TEST(Expand, LaterAssignmentsOfAStageWin) {
  Stage stage = stage_1("weights", k_all);
  stage.fixed.push_back(assignments({{"tau", 20.5}})[0]);
  EXPECT_EQ(texts(expanded({stage}), {"tau"}), Texts{"20.5"});
}

TEST(Expand, GridTakesEveryCombinationFirstKeySlowest) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("tau", {10, 30}), axis("N", {100, 250, 400})};
  EXPECT_EQ(texts(expanded({stage}), {"tau", "N"}),
            (Texts{"10 100", "10 250", "10 400", "30 100", "30 250", "30 400"}));
}

TEST(Expand, ZipIsOneAxis) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.zip = zip({"N", "tau"}, {{100, 10}, {250, 30}});
  EXPECT_EQ(texts(expanded({stage}), {"N", "tau"}), (Texts{"100 10", "250 30"}));
}

TEST(Expand, ListPointsMaySetDifferentKeys) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.list = list({{{"N", 250}}, {{"tau", 30}}, {}});
  EXPECT_EQ(texts(expanded({stage}), {"N", "tau"}), (Texts{"250 10", "100 30", "100 10"}));
}

TEST(Expand, GridZipListAndSeedsMultiplySeedsFastest) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250})};
  stage.sweep.axes.zip = zip({"tau", "gain"}, {{10, 1}, {30, 2}});
  stage.sweep.axes.list = list({{{"learning_rate", 0.5}}, {{"noise_input", 0}}});
  stage.seeds = {{4, 2}};
  EXPECT_EQ(texts(expanded({stage}), {"N", "tau", "gain", "learning_rate", "noise_input", "seed"}),
            (Texts{"100 10 1 0.5 0.01 4", "100 10 1 0.5 0.01 2", "100 10 1 0.0001 0 4",
                   "100 10 1 0.0001 0 2", "100 30 2 0.5 0.01 4", "100 30 2 0.5 0.01 2",
                   "100 30 2 0.0001 0 4", "100 30 2 0.0001 0 2", "250 10 1 0.5 0.01 4",
                   "250 10 1 0.5 0.01 2", "250 10 1 0.0001 0 4", "250 10 1 0.0001 0 2",
                   "250 30 2 0.5 0.01 4", "250 30 2 0.5 0.01 2", "250 30 2 0.0001 0 4",
                   "250 30 2 0.0001 0 2"}));
}

TEST(Expand, SweepWinsOverWhatTheStageFixes) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {250})};
  EXPECT_EQ(texts(expanded({stage}), {"N"}), Texts{"250"});
}

TEST(Expand, WhenAddsAxesToMatchingPointsOnly) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250})};
  stage.sweep.when = {{match({{"N", {100}}}), {{axis("gain", {1, 2})}, {}, {}}}};
  EXPECT_EQ(texts(expanded({stage}), {"N", "gain"}), (Texts{"100 1", "100 2", "250 1.5"}));
}

TEST(Expand, AWhenSeesWhatEarlierOnesAdded) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.when = {{match({{"N", {100}}}), {{axis("gain", {1, 2})}, {}, {}}},
                      {match({{"gain", {2}}}), {{}, zip({"tau"}, {{20}, {30}}), {}}}};
  EXPECT_EQ(texts(expanded({stage}), {"gain", "tau"}), (Texts{"1 10", "2 20", "2 30"}));
}

TEST(Expand, TwoWhensMayAddOneKeyToDifferentPoints) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250})};
  stage.sweep.when = {{match({{"N", {100}}}), {{axis("gain", {1, 2})}, {}, {}}},
                      {match({{"N", {250}}}), {{}, {}, list({{{"gain", 3}}, {{"gain", 4}}})}}};
  EXPECT_EQ(texts(expanded({stage}), {"N", "gain"}), (Texts{"100 1", "100 2", "250 3", "250 4"}));
}

TEST(Expand, ExcludeDropsPointsThatMatchAllItsKeys) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250}), axis("tau", {10, 30})};
  stage.sweep.exclude = {match({{"N", {100}}, {"tau", {30.0}}})};
  EXPECT_EQ(texts(expanded({stage}), {"N", "tau"}), (Texts{"100 10", "250 10", "250 30"}));
}

TEST(Expand, AMatchMayNameSeveralValuesAndTheSeed) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250, 400})};
  stage.seeds = {{1, 2}};
  stage.sweep.exclude = {match({{"N", {100, 400.0}}, {"seed", {2}}})};
  EXPECT_EQ(texts(expanded({stage}), {"N", "seed"}), (Texts{"100 1", "250 1", "250 2", "400 1"}));
}

TEST(Expand, ExcludesMayOverlap) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250, 400})};
  stage.sweep.exclude = {match({{"N", {100, 250}}}), match({{"N", {250}}})};
  EXPECT_EQ(texts(expanded({stage}), {"N"}), Texts{"400"});
}

TEST(Expand, ExcludeSeesPointsBeforeOverride) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("tau", {10, 30})};
  stage.sweep.exclude = {match({{"tau", {30}}})};
  stage.sweep.overrides = {{match({{"tau", {10}}}), assignments({{"tau", 30}})}};
  EXPECT_EQ(texts(expanded({stage}), {"tau"}), Texts{"30"});
}

TEST(Expand, OverridesApplyInOrderEachSeeingTheOneBefore) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250})};
  stage.sweep.overrides = {{match({{"N", {250}}}), assignments({{"n_trials", 7}, {"gain", 1}})},
                           {match({{"gain", {1}}}), assignments({{"gain", 3}})}};
  EXPECT_EQ(texts(expanded({stage}), {"N", "gain", "n_trials"}), (Texts{"100 1.5 5", "250 3 7"}));
}

TEST(Expand, AnOverrideMayGiveWhatIsRequired) {
  Stage stage = stage_1("weights", {{"tau", 10}, {"n_trials", 5}});
  stage.sweep.axes.list = list({{{"N", 100}}, {{"gain", 2}}});
  stage.sweep.overrides = {{match({{"gain", {2}}}), assignments({{"N", 50}})}};
  EXPECT_EQ(texts(expanded({stage}), {"N", "gain"}), (Texts{"100 1.5", "50 2"}));
}

TEST(Expand, EqualPointsAreOneRunWithTheFirstStagesName) {
  Stage a = stage_1("a", k_all);
  a.sweep.axes.grid = {axis("N", {100, 250, 100.0})};
  Stage b = stage_1("b", k_all);
  b.sweep.axes.grid = {axis("N", {250, 400})};
  EXPECT_EQ(texts(expanded({a, b}), {"stage", "N"}), (Texts{"a 100", "a 250", "b 400"}));
}

TEST(Expand, IdsDoNotDependOnHowAPointIsWritten) {
  Stage grid = stage_1("g", k_all);
  grid.sweep.axes.grid = {axis("tau", {30})};
  Stage fixed = stage_1("f", {{"N", 100}, {"tau", 30.0}, {"n_trials", 5}, {"gain", 1.5}});
  EXPECT_EQ(expanded({grid})[0].id, expanded({fixed})[0].id);
}

TEST(Expand, TheModeTellsRunsApart) {
  Stage prior = stage_1("prior", k_all);
  prior.mode = Mode::prior_input;
  const std::vector<ExpandedRun> runs = expanded({stage_1("weights", k_all), prior});
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_NE(runs[0].id, runs[1].id);
}

} // namespace
} // namespace pursuit
