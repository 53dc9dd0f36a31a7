// How a stage 2 extends the runs of another stage, or models made elsewhere.
#include <limits>

#include <gtest/gtest.h>

#include "building.hpp"

namespace pursuit {
namespace {

using namespace building;
using Texts = std::vector<std::string>;

const Pairs k_weights = {{"N", 100}, {"tau", 10}, {"n_trials", 5}};
const Pairs k_adapt = {{"n_trials", 3}, {"activation", "threshold"}};

std::vector<Stage> study() {
  Stage weights = stage_1("weights", k_weights);
  weights.sweep.axes.grid = {axis("N", {100, 250})};
  weights.seeds = {{1, 2}};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 3}});
  adapt.sweep.axes.grid = {axis("activation", {"input_gain", "threshold", "response_gain"})};
  return {weights, adapt};
}

TEST(StageTwo, ThreeVariantsShareOneStageOne) {
  const std::vector<ExpandedRun> runs = expanded(study());
  ASSERT_EQ(runs.size(), 4u + 12u);
  EXPECT_EQ(
      texts({runs.begin() + 4, runs.begin() + 10}, {"stage", "N", "seed", "activation"}),
      (Texts{"adapt 100 1 input_gain", "adapt 100 1 threshold", "adapt 100 1 response_gain",
             "adapt 100 2 input_gain", "adapt 100 2 threshold", "adapt 100 2 response_gain"}));
  for (std::size_t i = 4; i < runs.size(); ++i)
    EXPECT_EQ(runs[i].spec.parent_id, runs[(i - 4) / 3].id) << i;
}

TEST(StageTwo, TakesNTauGainAndSeedFromItsParentAndNothingElse) {
  Stage weights = stage_1("weights", {{"N", 100},
                                      {"tau", 20.5},
                                      {"gain", 2},
                                      {"n_trials", 5},
                                      {"learning_rate", 0.5},
                                      {"noise_input", 0.25}});
  weights.seeds = {{7}};
  const RunSpec spec = expanded({weights, stage_2("adapt", "weights", k_adapt)})[1].spec;
  EXPECT_EQ(spec.stage, 2);
  EXPECT_EQ(spec.settings.N, 100);
  EXPECT_EQ(spec.settings.tau_ms, 20.5);
  EXPECT_EQ(spec.settings.gain, 2);
  EXPECT_EQ(spec.seed, 7u);
  EXPECT_EQ(spec.settings.n_trials, 3);
  EXPECT_EQ(spec.settings.learning_rate, 1e-4);
  EXPECT_EQ(spec.settings.noise_input, 0.01);
}

TEST(StageTwo, MayComeBeforeItsParentInTheFile) {
  std::vector<Stage> stages = study();
  std::swap(stages[0], stages[1]);
  const std::vector<ExpandedRun> runs = expanded(stages), usual = expanded(study());
  ASSERT_EQ(runs.size(), usual.size());
  for (std::size_t i = 0; i < runs.size(); ++i) EXPECT_EQ(runs[i].id, usual[i].id);
}

TEST(StageTwo, ItsOwnSeedsMultiplyTheParents) {
  std::vector<Stage> stages = study();
  stages[1] = stage_2("adapt", "weights", k_adapt);
  stages[1].seeds = {{8, 9}};
  const std::vector<ExpandedRun> runs = expanded(stages);
  EXPECT_EQ(texts({runs.begin() + 4, runs.end()}, {"N", "seed"}),
            (Texts{"100 8", "100 9", "100 8", "100 9", "250 8", "250 9", "250 8", "250 9"}));
  EXPECT_NE(runs[4].id, runs[6].id) << "same settings, but another parent";
}

TEST(StageTwo, WhereSelectsParentsByAnyOfTheirParametersAndSeed) {
  std::vector<Stage> stages = study();
  stages[1] = stage_2("adapt", "weights", k_adapt);
  stages[1].needs->where_match = match({{"N", {250.0}}, {"seed", {2}}, {"n_trials", {5}}});
  const std::vector<ExpandedRun> runs = expanded(stages);
  ASSERT_EQ(runs.size(), 5u);
  EXPECT_EQ(texts({runs[4]}, {"N", "seed"}), Texts{"250 2"});
}

TEST(StageTwo, MatchesMayNameTheParentsNTauGainAndSeed) {
  std::vector<Stage> stages = study();
  Sweep &sweep = stages[1].sweep;
  sweep.when = {{match({{"N", {250}}, {"activation", {"threshold"}}}),
                 {{axis("learning_rate", {0.5, 0.25})}, {}, {}}}};
  sweep.exclude = {match({{"gain", {1.5}}, {"tau", {10}}, {"activation", {"input_gain"}}}),
                   match({{"seed", {2}}})};
  sweep.overrides = {{match({{"N", {100}}}), assignments({{"n_trials", 9}})}};
  const std::vector<ExpandedRun> runs = expanded(stages);
  EXPECT_EQ(texts({runs.begin() + 4, runs.end()}, {"N", "activation", "learning_rate", "n_trials"}),
            (Texts{"100 threshold 0.0001 9", "100 response_gain 0.0001 9", "250 threshold 0.5 3",
                   "250 threshold 0.25 3", "250 response_gain 0.0001 3"}));
}

TEST(StageTwo, SeveralStagesMayNeedTheSameOneAndShareEqualRuns) {
  std::vector<Stage> stages = study();
  Stage again = stage_2("again", "weights", k_adapt);
  again.needs->where_match = match({{"N", {100}}});
  again.sweep.axes.grid = {axis("n_trials", {3, 4})};
  stages.push_back(again);
  const std::vector<ExpandedRun> runs = expanded(stages);
  EXPECT_EQ(texts({runs.begin() + 16, runs.end()}, {"stage", "n_trials", "seed"}),
            (Texts{"again 4 1", "again 4 2"}));
}

TEST(StageTwo, EqualParentsHaveOneChild) {
  Stage weights = stage_1("weights", k_weights);
  weights.sweep.axes.grid = {axis("tau", {10, 30})};
  weights.sweep.overrides = {{match({{"tau", {30}}}), assignments({{"tau", 10}})}};
  EXPECT_EQ(expanded({weights, stage_2("adapt", "weights", k_adapt)}).size(), 2u);
}

TEST(StageTwo, ExtendsAStageWhoseRunsAnotherStageNamedFirst) {
  Stage a = stage_1("a", k_weights), b = stage_1("b", k_weights);
  const std::vector<ExpandedRun> runs = expanded({a, b, stage_2("adapt", "b", k_adapt)});
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].spec.parent_id, runs[0].id);
}

OutsideModelFacts outside(const std::string &path, char digit, std::int64_t n) {
  return {{path, std::string(64, digit)}, n, 30, std::numeric_limits<double>::quiet_NaN(), 1};
}

TEST(StageTwo, ExtendsModelsMadeElsewhere) {
  Stage adapt = stage_2("adapt", "", k_adapt);
  adapt.needs->files = "*.mat";
  adapt.needs->paths = {"a.mat", "b.mat", "copy_of_a.mat"};
  PlanInputs given = inputs();
  given.outside_models["a.mat"] = outside("a.mat", 'a', 100);
  given.outside_models["b.mat"] = outside("b.mat", 'b', 200);
  given.outside_models["b.mat"].seed = 5;
  given.outside_models["b.mat"].gain = 1.5;
  given.outside_models["copy_of_a.mat"] = outside("copy_of_a.mat", 'a', 100);
  const std::vector<ExpandedRun> runs = expand(experiment({adapt}), given);
  EXPECT_EQ(texts(runs, {"N", "tau", "gain", "seed"}), (Texts{"100 30 unknown 1", "200 30 1.5 5"}));
  EXPECT_EQ(runs[0].spec.parent_file.path, "a.mat");
  EXPECT_EQ(runs[0].spec.parent_file.sha256, std::string(64, 'a'));
  EXPECT_TRUE(runs[0].spec.parent_id.empty());
}

TEST(StageTwo, AGainThatNobodyKnowsMatchesNothing) {
  Stage adapt = stage_2("adapt", "", k_adapt);
  adapt.needs->files = "*.mat";
  adapt.needs->paths = {"a.mat"};
  adapt.sweep.exclude = {match({{"gain", {1.5}}})};
  PlanInputs given = inputs();
  given.outside_models["a.mat"] = outside("a.mat", 'a', 100);
  try {
    expand(experiment({adapt}), given);
    FAIL() << "no complaint";
  } catch (const ConfigError &error) {
    EXPECT_STREQ(error.what(), "test.yaml:20:1: this exclude matches no point of stage \"adapt\"; "
                               "gain has no value there");
  }
}

} // namespace
} // namespace pursuit
