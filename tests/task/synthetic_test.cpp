// Synthetic behaviour: the same bytes for ever, and the truth it promises.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/sha256.hpp"
#include "task/synthetic.hpp"

namespace pursuit {
namespace {

const Trace &trace(const Day &day, Contrast contrast, Condition condition) {
  return day.traces[static_cast<std::size_t>(contrast)][static_cast<std::size_t>(condition)];
}

// As SPEC section 9 measures it: direction of the mean velocity over the last 50 ms.
double direction_deg(const Trace &t) {
  double h = 0, v = 0;
  for (std::size_t i = k_samples - 50; i < k_samples; ++i) {
    h += t.hvel[i];
    v += t.vvel[i];
  }
  return std::atan2(v, h) * 180 / 3.14159265358979323846;
}

double bias_deg(const Day &day, Contrast contrast) {
  const double plus = direction_deg(trace(day, contrast, Condition::narrow_plus15));
  const double minus = direction_deg(trace(day, contrast, Condition::narrow_minus15));
  return 15 - (plus - minus) / 2;
}

double seen_norm(const Trace &t) {
  double sum = 0;
  for (std::size_t i = k_target_begin; i < 299; ++i) {
    sum += t.hvel[i] * t.hvel[i] + t.vvel[i] * t.vvel[i];
  }
  return std::sqrt(sum);
}

TEST(Synthetic, BytesOfSeed1AreThoseOfTheFirstVersion) {
  const Behavior behavior = synthetic_behavior(1);
  EXPECT_TRUE(behavior.synthetic);
  EXPECT_EQ(behavior.sha256, "75103572d730048b9656ab06a49b96668349cd952c34697fda420e04a6b3af4a");
  EXPECT_EQ(behavior.sha256, sha256_hex(behavior_bytes(behavior.days)));
}

TEST(Synthetic, IsReadBackFromItsFile) {
  const Behavior behavior = synthetic_behavior(5);
  const Behavior read = read_behavior(behavior_bytes(behavior.days), "synthetic.mat");
  EXPECT_EQ(read.sha256, behavior.sha256);
  EXPECT_EQ(trace(read.days.at(27), Contrast::low, Condition::narrow).hvel,
            trace(behavior.days.at(27), Contrast::low, Condition::narrow).hvel);
}

TEST(Synthetic, BiasTowardThePriorIs0HighAnd3Low) {
  for (std::uint64_t seed : {1u, 2u, 99u}) {
    const Day day = synthetic_days(seed)[0];
    EXPECT_NEAR(bias_deg(day, Contrast::high), 0, 1e-9); // rounding of atan2
    EXPECT_NEAR(bias_deg(day, Contrast::low), 3, 1e-9);
  }
}

TEST(Synthetic, DirectionsAreDistinctAndOnlyDay0IsZero) {
  for (std::uint64_t seed : {1u, 2u, 99u}) {
    const std::vector<Day> days = synthetic_days(seed);
    ASSERT_EQ(days.size(), 28u);
    std::set<double> directions;
    for (const Day &day : days) directions.insert(day.target_direction_deg);
    EXPECT_EQ(directions.size(), 28u);
    EXPECT_EQ(days[0].target_direction_deg, 0);
    EXPECT_GT(*directions.begin(), -1);
    EXPECT_LT(*directions.rbegin(), 360);
  }
}

TEST(Synthetic, SeedChangesDirectionsAndTraces) {
  const std::vector<Day> a = synthetic_days(1), b = synthetic_days(2);
  int same = 0;
  for (std::size_t d = 1; d < a.size(); ++d) {
    same += a[d].target_direction_deg == b[d].target_direction_deg;
  }
  EXPECT_LT(same, 10);
  EXPECT_NE(trace(a[0], Contrast::high, Condition::wide).hvel,
            trace(b[0], Contrast::high, Condition::wide).hvel);
}

TEST(Synthetic, TargetsHaveTheNormsOfTheRecordedOnes) {
  for (const Day &day : synthetic_days(3)) {
    EXPECT_NEAR(seen_norm(trace(day, Contrast::high, Condition::wide)), 6.13, 1e-9); // rounding
    EXPECT_NEAR(seen_norm(trace(day, Contrast::low, Condition::wide)), 2.69, 1e-9);
    EXPECT_LT(seen_norm(trace(day, Contrast::high, Condition::narrow)), 6.0);
  }
}

TEST(Synthetic, EyesWaitAndThenSpeedUpInTheDaysDirection) {
  for (const Day &day : synthetic_days(4)) {
    const Trace &wide = trace(day, Contrast::high, Condition::wide);
    double last = 0;
    for (std::size_t t = 0; t < k_samples; ++t) {
      const double speed = std::hypot(wide.hvel[t], wide.vvel[t]);
      EXPECT_GE(speed, last);
      if (t < 150) {
        EXPECT_EQ(speed, 0);
      }
      last = speed;
    }
    const double off = std::remainder(direction_deg(wide) - day.target_direction_deg, 360);
    EXPECT_NEAR(off, 0, 1e-9); // rounding of atan2
  }
}

} // namespace
} // namespace pursuit
