#include "measure/tuning.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace pursuit {
namespace {

constexpr double k_rad = std::numbers::pi / 180;
constexpr std::size_t k_directions = 24;

// (N, K): unit i answers 0.4 + 0.3 cos(stimulus - preferred_i), where preferred_i is NaN with 0.
std::vector<double> rates_of(const std::vector<double> &preferred_deg) {
  const std::size_t n = preferred_deg.size();
  std::vector<double> rates(n * k_directions);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < k_directions; ++k) {
      const double apart = 15.0 * static_cast<double>(k) - preferred_deg[i];
      rates[i + n * k] = std::isnan(apart) ? 0 : 0.4 + 0.3 * std::cos(apart * k_rad);
    }
  }
  return rates;
}

TEST(Tuning, PreferredDirectionIsThePeakOfACosine) {
  const std::vector<double> truth = {0, 37.5, 180, -120, 15};
  const std::vector<double> found = preferred_directions_deg(rates_of(truth), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_NEAR(found[i], truth[i], 1e-11);
}

TEST(Tuning, AUnitThatAnswersToAllAlikeHasNone) {
  EXPECT_TRUE(std::isnan(preferred_direction_deg(std::vector<double>(k_directions, 0.7))));
}

TEST(Tuning, SilentUnitsAreCountedAndPreferNothing) {
  std::vector<double> rates = rates_of({NAN, 90, NAN});
  rates[2 + 3 * 5] = 0.011; // unit 2 speaks once
  EXPECT_EQ(silent_units(rates, 3), (std::vector<bool>{true, false, false}));
  EXPECT_TRUE(std::isnan(preferred_directions_deg(rates, 3)[0]));
  rates[2 + 3 * 5] = 0.0099;
  EXPECT_TRUE(silent_units(rates, 3)[2]);
}

TEST(Tuning, InputDirectionIsThatOfTheWeights) {
  const std::vector<double> w_in = {1, 0, -1, 0, 1, 0}; // unit 0 right, 1 up, 2 left
  EXPECT_EQ(input_directions_deg(w_in, 3), (std::vector<double>{0, 90, 180}));
}

// Units that prefer stimuli of the grid: each bin holds exactly the cosine at its centre.
TEST(Tuning, PopulationCurveIsTheUnitsOwnCosine) {
  const std::vector<double> preferred = {0, 45, -90, 180, 165};
  const TuningCurve curve = population_tuning(rates_of(preferred), preferred);
  EXPECT_EQ(curve.units, 5u);
  ASSERT_EQ(curve.angle_deg.size(), k_directions);
  EXPECT_EQ(curve.angle_deg.front(), -165);
  EXPECT_EQ(curve.angle_deg.back(), 180);
  for (std::size_t b = 0; b < k_directions; ++b) {
    EXPECT_NEAR(curve.rate[b], 0.4 + 0.3 * std::cos(curve.angle_deg[b] * k_rad), 1e-12);
  }
}

TEST(Tuning, PopulationCurveLeavesOutUnitsWithoutDirection) {
  const std::vector<double> rates = rates_of({0, NAN});
  const TuningCurve curve = population_tuning(rates, std::vector<double>{0, NAN});
  EXPECT_EQ(curve.units, 1u);
  EXPECT_NEAR(curve.rate[11], 0.7, 1e-12); // at 0 degrees
}

} // namespace
} // namespace pursuit
