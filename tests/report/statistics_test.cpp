// Statistics against values known in closed form, by counting, or from scipy.stats.wilcoxon 1.10.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "report/statistics.hpp"

using namespace pursuit;

namespace {

using Values = std::vector<double>;

TEST(Statistics, MeanAndSd) {
  EXPECT_DOUBLE_EQ(mean_of(Values{1, 2, 6}), 3);
  EXPECT_DOUBLE_EQ(sd_of(Values{1, 2, 6}), std::sqrt(7.0));
  EXPECT_TRUE(std::isnan(mean_of(Values{})));
  EXPECT_TRUE(std::isnan(sd_of(Values{1})));
}

TEST(Statistics, IntervalOfTwoValuesIsTheirRange) {
  // Resample means are the lower, the middle and the upper value with probability 1/4, 1/2, 1/4.
  const std::optional<Interval> interval = mean_interval(Values{-1, 3});
  ASSERT_TRUE(interval.has_value());
  EXPECT_DOUBLE_EQ(interval->low, -1);
  EXPECT_DOUBLE_EQ(interval->high, 3);
}

TEST(Statistics, IntervalOfManyIsThatOfTheNormalDistribution) {
  Values values;
  for (int i = 0; i < 400; ++i)
    values.push_back(i % 2 == 0 ? 4 : 6); // SD 1 (dividing by n), mean 5
  const std::optional<Interval> interval = mean_interval(values);
  ASSERT_TRUE(interval.has_value());
  // 5 -+ 1.96 / sqrt(400). The 2.5% quantile of 2000 resamples has a standard error of
  // sqrt(0.025 0.975 / 2000) / 0.0584 = 0.06 SD of the mean; 4 of those.
  EXPECT_NEAR(interval->low, 5 - 1.96 / 20, 4 * 0.06 / 20);
  EXPECT_NEAR(interval->high, 5 + 1.96 / 20, 4 * 0.06 / 20);
}

TEST(Statistics, IntervalsRepeatAndNeedTwoNetworks) {
  const Values values = {1, 4, 2, 8, 5};
  EXPECT_EQ(mean_interval(values)->low, mean_interval(values)->low);
  EXPECT_FALSE(mean_interval(Values{3}).has_value());
  EXPECT_FALSE(mean_interval(Values{}).has_value());
  EXPECT_FALSE(difference_interval(values, Values{3}).has_value());
  EXPECT_DOUBLE_EQ(mean_interval(Values{2, 2, 2})->low, 2);
}

TEST(Statistics, DifferenceOfGroupsThatAreResampledApart) {
  const std::optional<Interval> interval = difference_interval(Values{0, 1}, Values{10, 12});
  ASSERT_TRUE(interval.has_value());
  EXPECT_DOUBLE_EQ(interval->low, -12); // 0 - 12, with probability 1/16
  EXPECT_DOUBLE_EQ(interval->high, -9); // 1 - 10
}

TEST(Statistics, CurvesAreResampledWhole) {
  // Two networks, three places; the last has no value in one of them.
  const MeanCurve curve = mean_curve(Values{0, 10, NAN, 2, 30, 1}, 3);
  EXPECT_DOUBLE_EQ(curve.mean[0], 1);
  EXPECT_DOUBLE_EQ(curve.low[1], 10);
  EXPECT_DOUBLE_EQ(curve.high[1], 30);
  EXPECT_TRUE(std::isnan(curve.mean[2]) && std::isnan(curve.low[2]));
  EXPECT_TRUE(std::isnan(mean_curve(Values{1, 2}, 2).low[0]));
  EXPECT_DOUBLE_EQ(mean_curve(Values{1, 2}, 2).mean[1], 2);
}

TEST(Statistics, SignedRankByCounting) {
  // All six positive: 2 of the 64 assignments of signs are as extreme.
  EXPECT_DOUBLE_EQ(signed_rank(Values{1, 2, 3, 4, 5, 6}).p_two_sided, 2.0 / 64);
  EXPECT_DOUBLE_EQ(signed_rank(Values{-1, -2, -3, -4, -5, -6}).p_two_sided, 2.0 / 64);
  // scipy, which leaves out the zero as well.
  const SignedRank with_zero = signed_rank(Values{1.5, -0.5, 2.5, 3, -1, 4, 0});
  EXPECT_EQ(with_zero.n, 6u);
  EXPECT_DOUBLE_EQ(with_zero.w_plus, 18);
  EXPECT_DOUBLE_EQ(with_zero.p_two_sided, 0.15625);
  // With ties: all 128 assignments enumerated.
  const SignedRank ties = signed_rank(Values{1, 1, -2, 3, -3, 4, 5});
  EXPECT_DOUBLE_EQ(ties.w_plus, 20.5);
  EXPECT_DOUBLE_EQ(ties.p_two_sided, 0.34375);
  EXPECT_DOUBLE_EQ(signed_rank(Values{0, 0}).p_two_sided, 1);
  EXPECT_DOUBLE_EQ(signed_rank(Values{1, -1}).p_two_sided, 1);
}

TEST(Statistics, SignedRankOfManyIsNormal) {
  Values values;
  for (int i = 1; i <= 60; ++i) values.push_back(std::sin(i) + 0.2);
  EXPECT_NEAR(signed_rank(values).p_two_sided, 0.014822355953141709, 1e-12); // scipy, approx
}

TEST(Statistics, EffectSizes) {
  // d = {1, 3}: mean 2, SD sqrt(2); J(1) = 1 - 3/3 = 0.
  EXPECT_DOUBLE_EQ(hedges_g_paired(Values{1, 3}), 0);
  // d = {1, 2, 3}: mean 2, SD 1, J(2) = 1 - 3/7.
  EXPECT_DOUBLE_EQ(hedges_g_paired(Values{1, 2, 3}), 2 * (1 - 3.0 / 7));
  // Means 2 and 5, both SD 1, J(4) = 1 - 3/15.
  EXPECT_DOUBLE_EQ(hedges_g(Values{1, 2, 3}, Values{4, 5, 6}), -3 * 0.8);
  EXPECT_TRUE(std::isnan(hedges_g_paired(Values{2, 2, 2})));
  EXPECT_TRUE(std::isnan(hedges_g(Values{1}, Values{2, 3})));
}

} // namespace
