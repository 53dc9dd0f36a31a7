// What is refused in a sweep, with the exact message and place.
#include <gtest/gtest.h>

#include "building.hpp"

namespace pursuit {
namespace {

using namespace building;
using Texts = std::vector<std::string>;

const Pairs k_all = {{"N", 100}, {"tau", 10}, {"n_trials", 5}};
const Pairs k_adapt = {{"n_trials", 3}, {"activation", "threshold"}};

TEST(ExpandFaults, EachMissingParameterIsNamedOnceAStage) {
  Stage adapt = stage_2("adapt", "weights");
  adapt.where = line(7);
  EXPECT_EQ(complaints({stage_1("weights"), adapt}),
            (Texts{"test.yaml:1:1: stage \"weights\": N is not set; give N in the stage, in its "
                   "sweep or in defaults",
                   "test.yaml:1:1: stage \"weights\": tau is not set; give tau in the stage, in "
                   "its sweep or in defaults",
                   "test.yaml:1:1: stage \"weights\": n_trials is not set; give n_trials in the "
                   "stage, in its sweep or in defaults",
                   "test.yaml:7:1: stage \"adapt\": n_trials is not set; give n_trials in the "
                   "stage, in its sweep or in defaults",
                   "test.yaml:7:1: stage \"adapt\": activation is not set; give activation in the "
                   "stage, in its sweep or in defaults"}));
}

TEST(ExpandFaults, MissingInSomePointsOnly) {
  Stage stage = stage_1("weights", {{"tau", 10}, {"n_trials", 5}});
  stage.sweep.axes.list = list({{{"N", 100}}, {{"gain", 2}}, {{"gain", 3}}});
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:1:1: stage \"weights\": N is not set in 2 of its 3 points; give N in "
                   "the stage, in its sweep or in defaults"}));
}

TEST(ExpandFaults, WhatMatchesNothingSaysWhatIsThere) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250}), axis("tau", {1, 2, 3, 4, 5, 6, 7, 8})};
  stage.sweep.when = {{match({{"N", {300}}}, 21), {{axis("gain", {1})}, {}, {}}}};
  stage.sweep.exclude = {match({{"tau", {9.5}}}, 22)};
  stage.sweep.overrides = {{match({{"seed", {2}}}, 23), assignments({{"gain", 1}})}};
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:21:1: this when matches no point of stage \"weights\"; N is 100 or "
                   "250 there",
                   "test.yaml:22:1: this exclude matches no point of stage \"weights\"; tau is 1, "
                   "2, 3, 4, 5 or 3 others there",
                   "test.yaml:23:1: this override matches no point of stage \"weights\"; seed is 1 "
                   "there"}));
}

TEST(ExpandFaults, ValuesThatNeverComeTogether) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.zip = zip({"N", "tau"}, {{100, 10}, {250, 30}});
  stage.sweep.exclude = {match({{"N", {100}}, {"tau", {30}}})};
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:20:1: this exclude matches no point of stage \"weights\"; no point "
                   "has all of these at once"}));
}

TEST(ExpandFaults, NeedsThatSelectsNothing) {
  Stage adapt = stage_2("adapt", "weights", k_adapt);
  adapt.needs->where_match = match({{"N", {999}}}, 31);
  EXPECT_EQ(complaints({stage_1("weights", k_all), adapt}),
            (Texts{"test.yaml:31:1: stage \"adapt\": needs selects no run to extend; N is 100 "
                   "there"}));
}

TEST(ExpandFaults, EmptySweeps) {
  Stage excluded = stage_1("excluded", k_all);
  excluded.sweep.exclude = {match({{"N", {100}}})};
  Stage no_values = stage_1("no_values", k_all);
  no_values.sweep.axes.grid = {axis("gain", {})};
  EXPECT_EQ(complaints({excluded, no_values}),
            (Texts{"test.yaml:2:1: stage \"excluded\" has no points: its sweep is empty; exclude "
                   "drops all of them",
                   "test.yaml:2:1: stage \"no_values\" has no points: its sweep is empty; give "
                   "every axis at least one value"}));
}

TEST(ExpandFaults, OneKeyOnTwoAxes) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100}), axis("tau", {10}), axis("N", {250}, 41)};
  stage.sweep.axes.zip = zip({"gain", "tau"}, {{1, 10}}, 42);
  stage.sweep.axes.list = list({{{"learning_rate", 1}}, {{"gain", 2}}}, 43);
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:41:1: stage \"weights\": N is on two axes (grid and grid); keep one "
                   "of them",
                   "test.yaml:42:1: stage \"weights\": tau is on two axes (grid and zip); keep one "
                   "of them",
                   "test.yaml:43:1: stage \"weights\": gain is on two axes (zip and list); keep "
                   "one of them"}));
}

TEST(ExpandFaults, AWhenMayNotAddAKeyThatIsOnAnAxis) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", {100, 250})};
  stage.sweep.when = {{match({{"N", {100}}}, 51), {{axis("gain", {1, 2})}, {}, {}}},
                      {match({{"N", {100, 250}}}, 52), {{axis("gain", {3})}, {}, {}}},
                      {match({{"tau", {10}}}, 53), {{axis("N", {3})}, {}, {}}}};
  const std::string rest = " is on an axis of this when and on another axis of the points it "
                           "matches; keep one of them, or use override to change single points";
  EXPECT_EQ(complaints({stage}), (Texts{"test.yaml:52:1: stage \"weights\": gain" + rest,
                                        "test.yaml:53:1: stage \"weights\": N" + rest}));
}

TEST(ExpandFaults, AFaultyParentBringsNoFollowingFaults) {
  Stage weights = stage_1("weights", {{"tau", 10}, {"n_trials", 5}});
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 3}});
  adapt.needs->where_match = match({{"N", {100}}});
  adapt.sweep.exclude = {match({{"N", {100}}})};
  EXPECT_EQ(complaints({weights, adapt}),
            (Texts{"test.yaml:1:1: stage \"weights\": N is not set; give N in the stage, in its "
                   "sweep or in defaults",
                   "test.yaml:1:1: stage \"adapt\": activation is not set; give activation in the "
                   "stage, in its sweep or in defaults"}));
}

Values first(std::int64_t count) {
  Values values;
  for (std::int64_t i = 1; i <= count; ++i) values.emplace_back(i);
  return values;
}

TEST(ExpandFaults, TooManyPointsAreCountedNotBuilt) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", first(20'000)), axis("tau", first(20'000)),
                           axis("gain", first(20'000))};
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:2:1: stage \"weights\" has 8000000000000 points, more than 1000000; "
                   "use fewer values, or split the experiment into several files"}));
}

TEST(ExpandFaults, MorePointsThanAWordCanCount) {
  Stage stage = stage_1("weights", k_all);
  for (const char *key : {"N", "tau", "gain", "learning_rate", "noise_input"})
    stage.sweep.axes.grid.push_back(axis(key, first(20'000)));
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:2:1: stage \"weights\" has at least 18446744073709551615 points, "
                   "more than 1000000; use fewer values, or split the experiment into several "
                   "files"}));
}

TEST(ExpandFaults, AWhenMayMakeTooMany) {
  Stage stage = stage_1("weights", k_all);
  stage.sweep.axes.grid = {axis("N", first(1'000))};
  stage.sweep.when = {
      {match({{"N", {1, 2}}}), {{axis("tau", first(1'000)), axis("gain", first(1'000))}, {}, {}}}};
  EXPECT_EQ(complaints({stage}),
            (Texts{"test.yaml:2:1: stage \"weights\" has 2000998 points, more than 1000000; use "
                   "fewer values, or split the experiment into several files"}));
}

TEST(ExpandFaults, TheLimitIsTheExperiments) {
  Stage weights = stage_1("weights", k_all);
  weights.sweep.axes.grid = {axis("N", first(500)), axis("tau", first(800))};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 3}});
  adapt.sweep.axes.grid = {axis("activation", {"threshold", "input_gain"})};
  EXPECT_EQ(complaints({weights, adapt}),
            (Texts{"test.yaml:2:1: stage \"adapt\" has 800000 points (1200000 with the stages "
                   "before it), more than 1000000; use fewer values, or split the experiment into "
                   "several files"}));
}

} // namespace
} // namespace pursuit
