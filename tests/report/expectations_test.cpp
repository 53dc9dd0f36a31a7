// Claims against groups of networks with known values.
#include <algorithm>

#include <gtest/gtest.h>

#include "experiment/words.hpp"
#include "report/expectations.hpp"

using namespace pursuit;

namespace {

ManifestRun run(const std::string &stage, std::uint64_t seed, double bias_low,
                std::int64_t n = 250) {
  ManifestRun out;
  out.stage = stage;
  out.spec.seed = seed;
  out.spec.settings.N = n;
  out.state = RunState::done;
  out.measures.emplace();
  out.measures->bias = ByContrast{0, bias_low};
  out.loss = LossSummary{3, 1, 2};
  return out;
}

Expectation claim(Demand demand, double low = 0, double high = 0) {
  Expectation expectation;
  expectation.item_json = "{}";
  expectation.measure = "bias";
  expectation.contrast = "low";
  expectation.group.stage = "a";
  expectation.other.stage = "b";
  expectation.demand = demand;
  expectation.low = low;
  expectation.high = high;
  return expectation;
}

TEST(Expectations, MeanBetweenJudgesTheMean) {
  const std::vector<ManifestRun> runs = {run("a", 1, 4), run("a", 2, 6), run("b", 1, 100)};
  const CheckedExpectation within = check_expectation(claim(Demand::mean_between, 5, 5), runs);
  EXPECT_EQ(within.entry.passed, true);
  EXPECT_EQ(within.entry.value, 5);
  EXPECT_EQ(within.entry.n, 2);
  EXPECT_EQ(within.entry.interval, (std::pair<double, double>{4, 6}));
  EXPECT_NE(within.warning, "") << "two networks are few";
  EXPECT_EQ(check_expectation(claim(Demand::mean_between, 5.01, 9), runs).entry.passed, false);
}

TEST(Expectations, ARunOfTwoStagesCountsInEach) {
  std::vector<ManifestRun> runs = {run("a", 1, 4), run("a", 2, 6), run("b", 3, 8)};
  Expectation of_b = claim(Demand::mean_between, 7, 7);
  of_b.group.stage = "b";
  EXPECT_EQ(check_expectation(of_b, runs).entry.n, 1);
  runs[1].also_of = {"b"};
  EXPECT_EQ(check_expectation(of_b, runs).entry.n, 2);
  EXPECT_EQ(check_expectation(of_b, runs).entry.value, 7);
  EXPECT_EQ(check_expectation(claim(Demand::mean_between, 5, 5), runs).entry.n, 2);
}

TEST(Expectations, AMeanSaysHowManyNetworksHaveNoValue) {
  std::vector<ManifestRun> runs = {run("a", 1, 4), run("a", 2, 6), run("a", 3, 5)};
  EXPECT_EQ(check_expectation(claim(Demand::mean_between, 5, 5), runs).finding,
            "mean 5 degrees, 95% interval 4 to 6, n = 3 networks");
  runs.push_back(run("a", 4, 0));
  runs.back().measures.reset();
  EXPECT_EQ(check_expectation(claim(Demand::mean_between, 5, 5), runs).finding,
            "mean 5 degrees, 95% interval 4 to 6, n = 3 networks; 1 of 4 have no value");
}

// Of stage a seed 3 diverged; of b its child, which did not, and seed 4.
TEST(Expectations, WhatDivergedIsLeftOutAndCounted) {
  std::vector<ManifestRun> runs = {run("a", 1, 4), run("a", 2, 6), run("a", 3, 1000),
                                   run("b", 1, 3), run("b", 2, 3), run("b", 3, 500),
                                   run("b", 4, 9)};
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].id = std::string(1, static_cast<char>('a' + i));
  runs[2].diverged = true;
  runs[5].diverged = false;
  runs[5].spec.parent_id = runs[2].id;
  runs[6].diverged = true;
  const CheckedExpectation mean = check_expectation(claim(Demand::mean_between, 5, 5), runs);
  EXPECT_EQ(mean.entry.value, 5);
  EXPECT_EQ(mean.entry.n, 2);
  EXPECT_EQ(mean.entry.excluded, 1);
  EXPECT_EQ(mean.finding, "mean 5 degrees, 95% interval 4 to 6, n = 2 networks; left out: 1 that "
                          "diverged, or was trained "
                          "from one that did");
  const CheckedExpectation pairs = check_expectation(claim(Demand::paired_difference, 2, 2), runs);
  EXPECT_EQ(pairs.entry.value, 2);
  EXPECT_EQ(pairs.entry.n, 2);
  EXPECT_EQ(pairs.entry.excluded, 3);
  runs = {runs[2], runs[5]};
  const CheckedExpectation nothing = check_expectation(claim(Demand::mean_between, 5, 5), runs);
  EXPECT_EQ(nothing.entry.passed, false);
  EXPECT_EQ(nothing.entry.n, 0);
  EXPECT_EQ(nothing.entry.excluded, 1);
  EXPECT_NE(nothing.finding.find("every run of a is left out"), std::string::npos)
      << nothing.finding;
}

TEST(Expectations, GroupsArePairedBySeed) {
  // Differences 1, 1, 1, between networks that differ by far more: a paired comparison sees it.
  const std::vector<ManifestRun> runs = {run("a", 1, 1),   run("a", 2, 11), run("a", 3, 101),
                                         run("b", 3, 100), run("b", 2, 10), run("b", 1, 0)};
  const CheckedExpectation more = check_expectation(claim(Demand::greater_than), runs);
  EXPECT_EQ(more.entry.passed, true);
  EXPECT_DOUBLE_EQ(*more.entry.value, 1);
  EXPECT_EQ(more.entry.n, 3);
  EXPECT_EQ(check_expectation(claim(Demand::less_than), runs).entry.passed, false);
  EXPECT_EQ(check_expectation(claim(Demand::paired_difference, 0.9, 1.1), runs).entry.passed, true);
  EXPECT_EQ(check_expectation(claim(Demand::paired_difference, 1.1, 2), runs).entry.passed, false);
}

TEST(Expectations, ADifferenceThatChanceExplainsIsNoClaim) {
  // Differences 3, -1: the mean is 1, its interval holds 0.
  const std::vector<ManifestRun> runs = {run("a", 1, 3), run("a", 2, -1), run("b", 1, 0),
                                         run("b", 2, 0)};
  EXPECT_EQ(check_expectation(claim(Demand::greater_than), runs).entry.passed, false);
  EXPECT_EQ(check_expectation(claim(Demand::less_than), runs).entry.passed, false);
}

TEST(Expectations, WithoutCommonSeedsMeansAreCompared) {
  const std::vector<ManifestRun> runs = {run("a", 1, 5), run("a", 2, 6), run("b", 3, 1),
                                         run("b", 4, 2)};
  const CheckedExpectation more = check_expectation(claim(Demand::greater_than), runs);
  EXPECT_EQ(more.entry.passed, true);
  EXPECT_DOUBLE_EQ(*more.entry.value, 4);
  const CheckedExpectation pairs =
      check_expectation(claim(Demand::paired_difference, -100, 100), runs);
  EXPECT_EQ(pairs.entry.passed, false);
  EXPECT_NE(pairs.finding.find("no seed in common"), std::string::npos);
}

TEST(Expectations, PairsShareSettingsThatBothGroupsHave) {
  // N takes the same values in both groups, so seed 1 makes two pairs; values of N never mix.
  const std::vector<ManifestRun> runs = {run("a", 1, 1, 100), run("a", 1, 12, 250),
                                         run("b", 1, 0, 100), run("b", 1, 10, 250)};
  const CheckedExpectation checked =
      check_expectation(claim(Demand::paired_difference, 1.5, 1.5), runs);
  EXPECT_EQ(checked.entry.n, 2);
  EXPECT_EQ(checked.entry.passed, true);
}

TEST(Expectations, NothingToJudgeByIsAFailure) {
  std::vector<ManifestRun> runs = {run("a", 1, 4)};
  runs[0].measures.reset();
  const CheckedExpectation none = check_expectation(claim(Demand::mean_between, 0, 9), runs);
  EXPECT_EQ(none.entry.passed, false);
  EXPECT_EQ(none.entry.n, 0);
  EXPECT_FALSE(none.entry.value.has_value());
  runs = {run("a", 1, 4)};
  EXPECT_EQ(check_expectation(claim(Demand::greater_than), runs).entry.passed, false);
  runs[0].state = RunState::failed;
  EXPECT_EQ(check_expectation(claim(Demand::mean_between, 0, 9), runs).entry.passed, false);
}

TEST(Expectations, LossesAreMeasuresToo) {
  const ManifestRun one = run("a", 1, 4);
  EXPECT_EQ(measured_value(one, "loss", ""), 2);
  EXPECT_EQ(measured_value(one, "loss_first", ""), 3);
  EXPECT_EQ(measured_value(one, "loss_last", ""), 1);
}

} // namespace
