#include "report/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "base/noise.hpp"

namespace pursuit {

namespace {

constexpr std::uint32_t k_resamples = 2000;
constexpr std::uint64_t k_seed = 1;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// Which of n values each resample takes, n of n with replacement. `sample` 0 or 1: the first or the second group.
class Resamples {
public:
  Resamples(std::size_t n, std::uint32_t sample) : n_(n), indices_(n * k_resamples) {
    for (std::uint32_t r = 0; r < k_resamples; ++r) {
      const NoiseKey key{k_seed, Purpose::bootstrap, r, sample};
      for (std::uint32_t i = 0; i < n; ++i)
        indices_[r * n + i] = uniform_below(uniform_word(key, i / 4, static_cast<int>(i % 4)),
                                            static_cast<std::uint32_t>(n));
    }
  }

  // Of each resample.
  std::vector<double> means(std::span<const double> values) const {
    std::vector<double> out(k_resamples);
    for (std::size_t r = 0; r < k_resamples; ++r) {
      double sum = 0;
      for (std::size_t i = 0; i < n_; ++i) sum += values[indices_[r * n_ + i]];
      out[r] = sum / static_cast<double>(n_);
    }
    return out;
  }

private:
  std::size_t n_;
  std::vector<std::uint32_t> indices_; // (n, resamples)
};

// The value below which a share of the sorted values lies, interpolated between order statistics.
double quantile(const std::vector<double> &sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

Interval middle_95(std::vector<double> means) {
  std::sort(means.begin(), means.end());
  return {quantile(means, 0.025), quantile(means, 0.975)};
}

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

// Differences by size, with their ranks doubled so that mean ranks of ties are whole numbers.
struct Ranked {
  std::vector<std::size_t> doubled_ranks;
  std::size_t doubled_w_plus = 0;
  double tie_sum = 0; // of t^3 - t over groups of t equal sizes
};

Ranked rank_by_size(std::vector<double> differences) {
  std::sort(differences.begin(), differences.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  Ranked ranked;
  for (std::size_t begin = 0; begin < differences.size();) {
    std::size_t end = begin + 1;
    while (end < differences.size() && std::abs(differences[end]) == std::abs(differences[begin]))
      ++end;
    const std::size_t doubled = begin + 1 + end; // 2 x the mean of ranks begin + 1 .. end
    for (std::size_t i = begin; i < end; ++i) {
      ranked.doubled_ranks.push_back(doubled);
      if (differences[i] > 0) ranked.doubled_w_plus += doubled;
    }
    const double ties = static_cast<double>(end - begin);
    ranked.tie_sum += ties * ties * ties - ties;
    begin = end;
  }
  return ranked;
}

// P(W <= w) or P(W >= w), whichever is smaller, twice: by counting the signs that give each sum.
double exact_p(const Ranked &ranked) {
  const std::size_t total =
      std::accumulate(ranked.doubled_ranks.begin(), ranked.doubled_ranks.end(), std::size_t{0});
  std::vector<double> share(total + 1, 0.0); // of the 2^n assignments of signs
  share[0] = 1;
  for (const std::size_t rank : ranked.doubled_ranks) {
    for (std::size_t sum = total + 1; sum-- > 0;)
      share[sum] = 0.5 * (share[sum] + (sum >= rank ? share[sum - rank] : 0.0));
  }
  const std::size_t least = std::min(ranked.doubled_w_plus, total - ranked.doubled_w_plus);
  double tail = 0;
  for (std::size_t sum = 0; sum <= least; ++sum) tail += share[sum];
  return std::min(1.0, 2 * tail);
}

double approximate_p(const Ranked &ranked) {
  const double n = static_cast<double>(ranked.doubled_ranks.size());
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranked.tie_sum / 48;
  const double distance =
      std::abs(0.5 * static_cast<double>(ranked.doubled_w_plus) - n * (n + 1) / 4);
  return std::min(1.0, 2 * normal_tail(distance / std::sqrt(variance)));
}

double bias_correction(double degrees_of_freedom) { return 1 - 3 / (4 * degrees_of_freedom - 1); }

} // namespace

double mean_of(std::span<const double> values) {
  if (values.empty()) return k_nan;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double sd_of(std::span<const double> values) {
  if (values.size() < 2) return k_nan;
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::optional<Interval> mean_interval(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  return middle_95(Resamples(values.size(), 0).means(values));
}

std::optional<Interval> difference_interval(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return std::nullopt;
  std::vector<double> differences = Resamples(a.size(), 0).means(a);
  const std::vector<double> of_b = Resamples(b.size(), 1).means(b);
  for (std::size_t r = 0; r < differences.size(); ++r) differences[r] -= of_b[r];
  return middle_95(std::move(differences));
}

MeanCurve mean_curve(std::span<const double> values, std::size_t columns) {
  const std::size_t rows = columns == 0 ? 0 : values.size() / columns;
  MeanCurve curve;
  curve.mean.assign(columns, k_nan);
  curve.low = curve.high = curve.mean;
  if (rows == 0) return curve;
  const Resamples resamples(rows, 0);
  std::vector<double> column(rows);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < rows; ++r) column[r] = values[r * columns + c];
    curve.mean[c] = mean_of(column);
    if (std::isnan(curve.mean[c]) || rows < 2) continue;
    const Interval interval = middle_95(resamples.means(column));
    curve.low[c] = interval.low;
    curve.high[c] = interval.high;
  }
  return curve;
}

SignedRank signed_rank(std::span<const double> differences) {
  std::vector<double> nonzero;
  std::copy_if(differences.begin(), differences.end(), std::back_inserter(nonzero),
               [](double difference) { return difference != 0; });
  SignedRank result;
  result.n = nonzero.size();
  if (nonzero.empty()) return result;
  constexpr std::size_t k_most_exact = 50; // 2^50 signs, 2551 sums
  const Ranked ranked = rank_by_size(std::move(nonzero));
  result.w_plus = 0.5 * static_cast<double>(ranked.doubled_w_plus);
  result.p_two_sided = result.n <= k_most_exact ? exact_p(ranked) : approximate_p(ranked);
  return result;
}

double hedges_g_paired(std::span<const double> differences) {
  const double sd = sd_of(differences);
  if (!(sd > 0)) return k_nan;
  return bias_correction(static_cast<double>(differences.size() - 1)) * mean_of(differences) / sd;
}

double hedges_g(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return k_nan;
  const double df_a = static_cast<double>(a.size() - 1), df_b = static_cast<double>(b.size() - 1);
  const double pooled =
      std::sqrt((df_a * sd_of(a) * sd_of(a) + df_b * sd_of(b) * sd_of(b)) / (df_a + df_b));
  if (!(pooled > 0)) return k_nan;
  return bias_correction(df_a + df_b) * (mean_of(a) - mean_of(b)) / pooled;
}

} // namespace pursuit
