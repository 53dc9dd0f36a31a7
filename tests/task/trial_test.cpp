// Who is shown what, how often, and what the network then gets to see.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "base/elementary.hpp"
#include "base/errors.hpp"
#include "base/noise.hpp"
#include "task/trial.hpp"

namespace pursuit {
namespace {

constexpr std::uint32_t k_trials = 60000;

const Behavior &behavior() {
  static const Behavior value = synthetic_behavior(1);
  return value;
}

RunSpec run_spec(Mode mode, int stage) {
  RunSpec spec;
  spec.mode = mode;
  spec.stage = stage;
  spec.settings.N = 5;
  spec.settings.tau_ms = 30;
  return spec;
}

struct Counts {
  std::map<int, int> day;
  std::map<Contrast, int> contrast;
  std::map<Condition, int> condition;
};

Counts count_draws(const RunSpec &spec) {
  Counts counts;
  for (std::uint32_t trial = 0; trial < k_trials; ++trial) {
    const Draw draw = draw_trial(behavior(), spec, trial);
    ++counts.day[draw.day];
    ++counts.contrast[draw.contrast];
    ++counts.condition[draw.condition];
  }
  return counts;
}

// Five standard deviations of a binomial count: the draws are fixed, so this never flickers.
void expect_share(int count, double share, const char *what) {
  EXPECT_NEAR(count, k_trials * share, 5 * std::sqrt(k_trials * share * (1 - share))) << what;
}

TEST(DrawTrial, Stage1DrawsDaysAndContrastsEvenlyAndOnlyWide) {
  const Counts counts = count_draws(run_spec(Mode::activation, 1));
  EXPECT_EQ(counts.day.size(), 28u);
  for (const auto &[day, count] : counts.day) expect_share(count, 1.0 / 28, "day");
  expect_share(counts.contrast.at(Contrast::high), 0.5, "high");
  EXPECT_EQ(counts.condition, (std::map<Condition, int>{{Condition::wide, k_trials}}));
}

TEST(DrawTrial, Stage2StaysOnDay0WithTheThreeNarrowConditions) {
  const Counts counts = count_draws(run_spec(Mode::activation, 2));
  EXPECT_EQ(counts.day, (std::map<int, int>{{0, k_trials}}));
  expect_share(counts.contrast.at(Contrast::low), 0.5, "low");
  EXPECT_EQ(counts.condition.size(), 3u);
  for (Condition c : {Condition::narrow, Condition::narrow_minus15, Condition::narrow_plus15}) {
    expect_share(counts.condition.at(c), 1.0 / 3, "condition");
  }
}

TEST(DrawTrial, PriorInputShowsThePriorInThreeOfFourTrialsWithDirection0) {
  const RunSpec spec = run_spec(Mode::prior_input, 1);
  const Counts counts = count_draws(spec);
  EXPECT_EQ(counts.day.size(), 28u);
  for (Condition c : {Condition::narrow, Condition::narrow_minus15, Condition::narrow_plus15}) {
    expect_share(counts.condition.at(c), 0.25 / 28, "condition");
  }
  expect_share(k_trials - counts.condition.at(Condition::wide), 0.75 / 28, "prior"); // 2.7%
  for (std::uint32_t trial = 0; trial < 2000; ++trial) {
    const Draw draw = draw_trial(behavior(), spec, trial);
    if (draw.day != 0) {
      ASSERT_EQ(draw.condition, Condition::wide);
    }
  }
}

TEST(DrawTrial, PriorFollowsTheDirectionNotTheDayNumber) {
  Behavior turned = behavior();
  turned.days[0].target_direction_deg = 10;
  turned.days[3].target_direction_deg = 0;
  int shown = 0;
  for (std::uint32_t trial = 0; trial < 2000; ++trial) {
    const Draw draw = draw_trial(turned, run_spec(Mode::prior_input, 1), trial);
    if (draw.condition == Condition::wide) continue;
    EXPECT_EQ(draw.day, 3);
    ++shown;
  }
  EXPECT_GT(shown, 0);
}

TEST(DrawTrial, DirectionIsTheConditionsPlusJitterOf7Degrees) {
  const RunSpec spec = run_spec(Mode::activation, 2);
  const std::map<Condition, double> centre{
      {Condition::narrow, 0}, {Condition::narrow_minus15, -15}, {Condition::narrow_plus15, 15}};
  double sum = 0, squares = 0;
  constexpr int k_count = 20000;
  for (std::uint32_t trial = 0; trial < k_count; ++trial) {
    const Draw draw = draw_trial(behavior(), spec, trial);
    const double jitter = draw.direction_deg - centre.at(draw.condition);
    sum += jitter;
    squares += jitter * jitter;
  }
  // five standard errors of a mean and of a standard deviation
  EXPECT_NEAR(sum / k_count, 0, 5 * 7 / std::sqrt(k_count));
  EXPECT_NEAR(std::sqrt(squares / k_count), 7, 5 * 7 / std::sqrt(2.0 * k_count));
}

TEST(DrawTrial, DependsOnSeedAndTrialAlone) {
  RunSpec spec = run_spec(Mode::activation, 1);
  const Draw draw = draw_trial(behavior(), spec, 41);
  spec.settings.N = 999;
  spec.settings.tau_ms = 12;
  spec.settings.gain = 2;
  EXPECT_EQ(draw_trial(behavior(), spec, 41).direction_deg, draw.direction_deg);
  spec.seed = 2;
  EXPECT_NE(draw_trial(behavior(), spec, 41).direction_deg, draw.direction_deg);
}

Draw fixed_draw(Contrast contrast, Condition condition) { return {4, contrast, condition, 30.0}; }

TEST(MakeTrial, InputIsAmplitudeTimesDirectionPlusNoiseRoundedOnce) {
  RunSpec spec = run_spec(Mode::activation, 1);
  spec.settings.amplitude_low = 0.25;
  spec.settings.noise_input = 0.5;
  const Trial trial = make_trial(behavior(), spec, 9, fixed_draw(Contrast::low, Condition::wide));
  ASSERT_EQ(trial.u.size(), 2u * 150);
  for (std::uint32_t t : {0u, 1u, 77u, 149u}) {
    const double h = 0.25 * sincos_deg(30).cos + 0.5 * normal({1, Purpose::input_noise, 9, 0}, t);
    const double v = 0.25 * sincos_deg(30).sin + 0.5 * normal({1, Purpose::input_noise, 9, 1}, t);
    EXPECT_EQ(trial.u[2 * t], static_cast<double>(static_cast<float>(h)));
    EXPECT_EQ(trial.u[2 * t + 1], static_cast<double>(static_cast<float>(v)));
  }
}

TEST(MakeTrial, HighContrastHasAmplitude1) {
  RunSpec spec = run_spec(Mode::activation, 1);
  spec.settings.noise_input = 0;
  const Trial trial = make_trial(behavior(), spec, 0, fixed_draw(Contrast::high, Condition::wide));
  EXPECT_EQ(trial.u[0], static_cast<double>(static_cast<float>(sincos_deg(30).cos)));
}

TEST(MakeTrial, CueIsTheThirdInputWithoutNoise) {
  const RunSpec spec = run_spec(Mode::prior_input, 1);
  const Trial cued = make_trial(behavior(), spec, 0, fixed_draw(Contrast::high, Condition::narrow));
  const Trial plain = make_trial(behavior(), spec, 0, fixed_draw(Contrast::high, Condition::wide));
  ASSERT_EQ(cued.u.size(), 3u * 150);
  for (std::size_t t = 0; t < 150; ++t) {
    EXPECT_EQ(cued.u[3 * t + 2], static_cast<double>(0.1f));
    EXPECT_EQ(plain.u[3 * t + 2], 0);
    EXPECT_EQ(cued.u[3 * t], plain.u[3 * t]);
  }
}

TEST(MakeTrial, TargetIsTheTracesSecondHalfWithoutJitter) {
  const RunSpec spec = run_spec(Mode::activation, 2);
  Draw draw = fixed_draw(Contrast::low, Condition::narrow_plus15);
  const Trial trial = make_trial(behavior(), spec, 0, draw);
  draw.direction_deg += 20;
  EXPECT_EQ(make_trial(behavior(), spec, 0, draw).z, trial.z);
  const Trace &trace = behavior().days[4].traces[1][4];
  ASSERT_EQ(trial.z.size(), 300u);
  for (std::size_t t = 0; t < 150; ++t) {
    EXPECT_EQ(trial.z[t], trace.hvel[150 + t]);
    EXPECT_EQ(trial.z[150 + t], trace.vvel[150 + t]);
  }
}

TEST(FillTrialNoise, DrawsFromSeedAndTrial) {
  const TrialNoise noise{7, 3, 0.02, {}, {}};
  std::vector<float> x0(5), addend(5 * 149);
  fill_trial_noise(noise, x0, addend);
  EXPECT_EQ(x0[2], 0.01f * normal({7, Purpose::initial_state, 3, 0}, 2));
  EXPECT_EQ(addend[0], 0.02f * normal({7, Purpose::recurrent_noise, 3, 1}, 0));
  EXPECT_EQ(addend[5 * 148 + 4], 0.02f * normal({7, Purpose::recurrent_noise, 3, 149}, 4));
}

TEST(FillTrialNoise, UsesWhatIsGiven) {
  std::vector<float> given_x0(5, 0.5f), given(5 * 149, -0.25f), x0(5), addend(5 * 149);
  fill_trial_noise({7, 3, 0.02, given_x0, given}, x0, addend);
  EXPECT_EQ(x0, given_x0);
  EXPECT_EQ(addend, given);
  EXPECT_THROW(
      fill_trial_noise({7, 3, 0.02, std::span<const float>(given_x0).first(4), given}, x0, addend),
      InternalError);
}

} // namespace
} // namespace pursuit
