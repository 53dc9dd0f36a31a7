#include "measure/bias.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>

#include <gtest/gtest.h>

#include "measure/onset.hpp"

namespace pursuit {
namespace {

constexpr double k_rad = std::numbers::pi / 180;
constexpr double k_rounding_deg = 1e-12; // see circular_test.cpp

// An eye that moves at `deg` with speed 1 in every trial and at every ms.
ConditionOutcome steady(double deg, std::size_t trials) {
  ConditionOutcome outcome;
  outcome.trial_velocity.assign(trials, std::cos(deg * k_rad));
  outcome.trial_velocity.insert(outcome.trial_velocity.end(), trials, std::sin(deg * k_rad));
  outcome.heading.assign(k_outcome_ms, std::cos(deg * k_rad));
  outcome.heading.insert(outcome.heading.end(), k_outcome_ms, std::sin(deg * k_rad));
  outcome.velocity_mean = outcome.heading;
  return outcome;
}

TEST(Bias, FollowingTheStimulusIsZeroAndStayingAtTheCentreIsFifteen) {
  EXPECT_EQ(bias_deg(15, -15), 0);
  EXPECT_EQ(bias_deg(0, 0), 15);
  EXPECT_EQ(bias_deg(10, -10), 5);
  EXPECT_EQ(bias_deg(20, -20), -5);
}

TEST(Bias, DoesNotCareWhereTheCentreIs) {
  EXPECT_NEAR(bias_deg(-170, 170), 5, k_rounding_deg);
  EXPECT_NEAR(bias_deg(52, 28), 3, k_rounding_deg);
}

TEST(Bias, OfANetworkIsThatOfItsDirections) {
  const ConditionOutcomes conditions = {steady(-11, 7), steady(2, 7), steady(13, 7)};
  EXPECT_NEAR(bias_deg(conditions), 3, k_rounding_deg);
  EXPECT_NEAR(bias_deg(conditions, 20, 120), 3, k_rounding_deg);
  EXPECT_NEAR(mean_direction_deg(conditions[1]), 2, k_rounding_deg);
  for (double bias : bias_time_course_deg(conditions)) EXPECT_NEAR(bias, 3, k_rounding_deg);
}

TEST(Bias, OfAnObserverIsTheShareOfThePrior) {
  EXPECT_EQ(observer_bias_deg(0, 10), 0);
  EXPECT_EQ(observer_bias_deg(10, 10), 7.5);
  EXPECT_NEAR(observer_bias_deg(5, 10), 3, k_rounding_deg); // 15 * 25 / 125
  EXPECT_NEAR(k_prior_sd_deg * k_prior_sd_deg, (15.0 * 15 + 0 + 15.0 * 15) / 3, 1e-12);
}

// By construction 0 and 3 degrees (task/synthetic.hpp).
TEST(Bias, OfSyntheticBehaviourIsWhatItWasMadeWith) {
  const Behavior behavior = synthetic_behavior(1);
  for (const std::int64_t window_ms : {1, 50, 149}) {
    EXPECT_NEAR(behaviour_bias_deg(behavior, Contrast::high, window_ms), 0, k_rounding_deg);
    EXPECT_NEAR(behaviour_bias_deg(behavior, Contrast::low, window_ms), 3, k_rounding_deg);
  }
}

TEST(Bias, OfRecordedBehaviourIsThatOfTheStudy) {
  const char *folder = std::getenv("PURSUIT_TEST_DATA");
  const std::string path =
      std::string(folder == nullptr ? "../shared" : folder) + "/data/behavior_data.mat";
  std::ifstream file(path, std::ios::binary);
  if (!file) GTEST_SKIP() << path << " is not here";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const Behavior behavior = read_behavior(bytes, path);
  // The traces are rotated by 15 and 12 degrees to within 1e-15.
  EXPECT_NEAR(behaviour_bias_deg(behavior, Contrast::high, 50), 0, 1e-9);
  EXPECT_NEAR(behaviour_bias_deg(behavior, Contrast::low, 50), 3, 1e-9);
}

TEST(Onset, IsWhereTheSpeedPassesATenthOfItsMaximumForGood) {
  std::vector<double> horizontal(100), vertical(100, 0.0);
  for (std::size_t i = 0; i < 100; ++i) horizontal[i] = i < 40 ? 0 : static_cast<double>(i - 40);
  // The maximum is 59, a tenth of it 5.9: reached at sample 46. An early blip does not count.
  horizontal[10] = 30;
  EXPECT_EQ(onset_sample(horizontal, vertical), 46u);
  EXPECT_EQ(onset_sample(horizontal, vertical, 0.5), 70u);
}

TEST(Onset, AnEyeAtRestHasNone) {
  const std::vector<double> still(20, 0.0);
  EXPECT_FALSE(onset_sample(still, still));
}

TEST(Onset, OpenLoopEndsAfterAHundredMsOrWithTheTrial) {
  EXPECT_EQ(open_loop_window(20, 149).begin, 20u);
  EXPECT_EQ(open_loop_window(20, 149).end, 120u);
  EXPECT_EQ(open_loop_window(80, 149).end, 149u);
}

} // namespace
} // namespace pursuit
