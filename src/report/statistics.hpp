// Statistics over networks: the network is the unit of analysis, so every value here is one network's (or one pair's).
// Pure functions; the same numbers always give the same result.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace pursuit {

// Below this, intervals and tests are unreliable: with 5 pairs the smallest two-sided p of the signed-rank test is 0.0625.
inline constexpr std::size_t k_few_networks = 6;

struct Interval {
  double low = 0, high = 0;
  bool contains(double value) const { return low <= value && value <= high; }
};

// NaN where there are too few values: mean needs 1, SD (n - 1) needs 2.
double mean_of(std::span<const double> values);
double sd_of(std::span<const double> values);

// 95% interval of the mean: percentile bootstrap (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", 13.3)
// over 2000 resamples of whole networks, drawn by Philox from a fixed seed. It never leaves the range of the data, and is
// too narrow for small n (by about sqrt((n - 1) / n) and what a t quantile adds). Nothing for fewer than 2 values.
std::optional<Interval> mean_interval(std::span<const double> values);

// The same for the difference mean(a) - mean(b) of two groups that are not paired, each resampled on its own. Nothing
// unless both have at least 2 values.
std::optional<Interval> difference_interval(std::span<const double> a, std::span<const double> b);

// Mean and interval at each of `columns` places of curves, one network a row: values[row * columns + column]. Whole
// curves are resampled. `low` and `high` are NaN for fewer than 2 rows; a column with a NaN is NaN.
struct MeanCurve {
  std::vector<double> mean, low, high; // (columns)
};
MeanCurve mean_curve(std::span<const double> values, std::size_t columns);

// Wilcoxon's signed-rank test of paired differences against 0, two-sided (Wilcoxon 1945, Biometrics Bulletin 1:80).
// Zeros are left out; ties share their mean rank. Exact for n <= 50, ties included (every sign equally likely); above
// that the normal approximation with the correction for ties.
struct SignedRank {
  std::size_t n = 0;      // differences that are not 0
  double w_plus = 0;      // sum of the ranks of the positive ones
  double p_two_sided = 1; // 1 where n is 0
};
SignedRank signed_rank(std::span<const double> differences);

// Hedges' g: a standardized mean difference without small-sample bias, J = 1 - 3 / (4 df - 1) (Hedges 1981, J Educ Stat
// 6:107). Paired: J mean(d) / sd(d), df = n - 1. Unpaired: J (mean(a) - mean(b)) / pooled SD, df = na + nb - 2. NaN
// where the SD is 0 or there are too few values.
double hedges_g_paired(std::span<const double> differences);
double hedges_g(std::span<const double> a, std::span<const double> b);

} // namespace pursuit
