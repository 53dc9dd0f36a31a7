// The recorded file, where it is (PURSUIT_TEST_DATA): what NOTICE.md says of it.
#include <gtest/gtest.h>

#include <cmath>

#include "support/outside.hpp"
#include "task/behavior.hpp"
#include "task/trial.hpp"

namespace pursuit {
namespace {

class Recorded : public testing::Test {
protected:
  void SetUp() override {
    const std::filesystem::path path = test_data() / "data" / "behavior_data.mat";
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << "NOT TESTED: no recorded data at " << path << " (PURSUIT_TEST_DATA)";
    }
    behavior_ = read_behavior(read_file(path), path);
  }
  const Trace &wide(Contrast contrast) const {
    return behavior_.days[0].traces[static_cast<std::size_t>(contrast)][0];
  }
  static double seen_norm(const Trace &trace) {
    double sum = 0;
    for (std::size_t t = 150; t < 299; ++t) {
      sum += trace.hvel[t] * trace.hvel[t] + trace.vvel[t] * trace.vvel[t];
    }
    return std::sqrt(sum);
  }
  Behavior behavior_;
};

TEST_F(Recorded, Has28DaysTheFirstAtZero) {
  EXPECT_EQ(behavior_.sha256, "9214feeda07c561f9073c30f81be946ae01ad453ecc18418e78b0808f798901e");
  ASSERT_EQ(behavior_.days.size(), 28u);
  EXPECT_EQ(behavior_.days[0].target_direction_deg, 0);
  EXPECT_EQ(behavior_.days[1].target_direction_deg, 30);
  EXPECT_EQ(behavior_.days[27].target_direction_deg, 330);
}

TEST_F(Recorded, TargetsHaveTheKnownNorms) {
  EXPECT_NEAR(seen_norm(wide(Contrast::high)), 6.13028, 5e-6); // the digits that are given
  EXPECT_NEAR(seen_norm(wide(Contrast::low)), 2.68723, 5e-6);
}

TEST_F(Recorded, PriorIsShownIn2Point7PercentOfPriorInputTrials) {
  RunSpec spec;
  spec.mode = Mode::prior_input;
  constexpr std::uint32_t k_trials = 200000;
  int shown = 0;
  for (std::uint32_t trial = 0; trial < k_trials; ++trial) {
    shown += draw_trial(behavior_, spec, trial).condition != Condition::wide;
  }
  const double p = 0.75 / 28;                                    // 0.0268
  EXPECT_NEAR(shown, k_trials * p, 5 * std::sqrt(k_trials * p)); // 5 standard deviations
}

} // namespace
} // namespace pursuit
