// When a training has diverged: against data whose norms are known, and against the very targets of the trials.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "task/divergence.hpp"
#include "task/trial.hpp"

namespace pursuit {
namespace {

// |z| = 100 day + 10 contrast + condition + 1, times the root of 149; the last sample, which no loss sees, is far off.
Behavior known_behavior() {
  Behavior behavior;
  behavior.sha256 = "known";
  for (int day = 0; day < 3; ++day) {
    Day one;
    one.target_direction_deg = 90.0 * day;
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      for (std::size_t c = 0; c < 6; ++c) {
        const double speed =
            100.0 * day + 10.0 * static_cast<double>(contrast) + static_cast<double>(c) + 1;
        Trace &trace = one.traces[contrast][c];
        trace.hvel.assign(k_samples, 0.6 * speed);
        trace.vvel.assign(k_samples, 0.8 * speed);
        for (int i = 0; i < k_target_begin; ++i) trace.hvel[static_cast<std::size_t>(i)] = 1e6;
        trace.hvel.back() = 1e6;
      }
    }
    behavior.days.push_back(std::move(one));
  }
  return behavior;
}

RunSpec spec_of(Mode mode, int stage, std::int64_t n_trials) {
  RunSpec spec;
  spec.mode = mode;
  spec.stage = stage;
  spec.settings.n_trials = n_trials;
  spec.seed = 11;
  spec.data_sha256 = "known";
  return spec;
}

LossSummary ends_with(double mean) { return {1, 1, mean}; }

TEST(Divergence, ATargetHasTheNormThatALossSees) {
  const TargetNorms norms = target_norms(known_behavior());
  ASSERT_EQ(norms.of.size(), 3u);
  // 149 sums of squares in double: a relative error of 149 eps at most.
  EXPECT_NEAR(norms.of[2][1][3], 214 * std::sqrt(149.0), 214 * 13 * 149 * 2.3e-16);
  EXPECT_NEAR(norms.of[0][0][0], std::sqrt(149.0), 13 * 149 * 2.3e-16);
}

// Every kind of training draws its own targets: of the last 200 trials of these lengths, or all if there are fewer.
TEST(Divergence, TheMeanIsThatOfTheTargetsShown) {
  const Behavior behavior = known_behavior();
  const TargetNorms norms = target_norms(behavior);
  for (const RunSpec &run :
       {spec_of(Mode::activation, 1, 7), spec_of(Mode::activation, 1, 523),
        spec_of(Mode::activation, 2, 200), spec_of(Mode::prior_input, 1, 201)}) {
    const std::int64_t end = run.settings.n_trials;
    const std::int64_t begin = std::max<std::int64_t>(0, end - 200);
    double sum = 0;
    for (std::int64_t trial = begin; trial < end; ++trial) {
      const std::uint32_t index = static_cast<std::uint32_t>(trial);
      const Trial shown = make_trial(behavior, run, index, draw_trial(behavior, run, index));
      double square = 0;
      for (std::size_t i = 0; i < 149; ++i)
        square += shown.z[i] * shown.z[i] + shown.z[150 + i] * shown.z[150 + i];
      sum += std::sqrt(square);
    }
    const double mean = sum / static_cast<double>(end - begin);
    EXPECT_DOUBLE_EQ(mean_target_norm(norms, run), mean) << end;
    EXPECT_EQ(is_diverged(norms, run, ends_with(1.5 * mean_target_norm(norms, run))), false) << end;
    EXPECT_EQ(is_diverged(norms, run, ends_with(1.5001 * mean)), true) << end;
    EXPECT_EQ(is_diverged(norms, run, ends_with(0.1)), false) << end;
  }
}

TEST(Divergence, IsNotKnownWithoutTheDataAndNotThereWithoutTrials) {
  const TargetNorms norms = target_norms(known_behavior());
  RunSpec run = spec_of(Mode::activation, 1, 7);
  EXPECT_EQ(is_diverged(norms, run, std::nullopt), std::nullopt);
  run.data_sha256 = "other";
  EXPECT_EQ(is_diverged(norms, run, ends_with(1e9)), std::nullopt);
  run.settings.n_trials = 0;
  EXPECT_EQ(is_diverged(norms, run, std::nullopt), false);
  EXPECT_EQ(is_diverged(TargetNorms{}, run, std::nullopt), false);
}

} // namespace
} // namespace pursuit
