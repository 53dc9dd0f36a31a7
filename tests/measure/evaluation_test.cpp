#include "measure/evaluation.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "base/noise.hpp"
#include "base/sha256.hpp"
#include "engine/fused/instruction_set.hpp"
#include "measure/bias.hpp"
#include "measure/direction_error.hpp"
#include "measure/evaluation_file.hpp"
#include "measure/measure.hpp"
#include "measure/shuffle.hpp"
#include "support/simd_choice.hpp"
#include "train/train.hpp"

namespace pursuit {
namespace {

// A network that follows: every output is what the input was, low-pass filtered by tau. Unit 0 carries +h, 1 -h, 2 +v,
// 3 -v; there is no recurrence, and tanh is nearly straight for such small rates.
Model follower(double seed = 7) {
  Model model;
  model.network.n = 4;
  model.network.tau_ms = 10;
  model.network.w.assign(16, 0);
  const double w = 0.01;
  model.network.w_in = {w, -w, 0, 0, 0, 0, w, -w};
  model.network.w_out = {100, 0, -100, 0, 0, 100, 0, -100};
  model.network.activation.input_gain.assign(4, 1);
  model.network.activation.threshold.assign(4, 0);
  model.network.activation.response_gain.assign(4, 1);
  model.format = k_model_format;
  model.seed = static_cast<std::int64_t>(seed);
  model.settings.noise_recurrent = 0;
  model.settings.noise_input = 0;
  return model;
}

Evaluation evaluated(const Model &model, Evaluate settings = {10, 50, 0}) {
  return evaluate(model, std::string(64, 'a'), synthetic_behavior(1), settings).value();
}

// x0 has SD 0.01 and decays by (1 - 1/10)^t: at 100 ms nothing of it is left, and the follower's direction is the
// stimulus's but for tanh's bend, which at 0.01 is 3e-5 of it.
TEST(Evaluate, AFollowerHasNoBiasAndTheJittersSpread) {
  const Evaluation evaluation = evaluated(follower(), {200, 50, 0});
  const Measures measures = measure(evaluation);
  EXPECT_NEAR(measures.bias->high, 0, 0.01);
  EXPECT_NEAR(measures.bias->low, 0, 0.01);
  // 200 draws of SD 7: known to 7 / sqrt(400) = 0.35; three of those.
  EXPECT_NEAR(measures.direction_sd->high, 7, 1.05);
  EXPECT_EQ(measures.silent_units, 4); // its rates are below 0.01 / 100
}

TEST(Evaluate, ConditionsShareTheirNoise) {
  const Evaluation evaluation = evaluated(follower());
  const std::vector<double> minus = trial_directions_deg(evaluation.cues[0].conditions[0][0]);
  const std::vector<double> plus = trial_directions_deg(evaluation.cues[0].conditions[0][2]);
  for (std::size_t i = 0; i < minus.size(); ++i) EXPECT_NEAR(plus[i] - minus[i], 30, 0.01);
  EXPECT_EQ(std::set<double>(minus.begin(), minus.end()).size(), 10u); // each trial has its own
}

TEST(Evaluate, NetworksOfASeedShareTheirNoiseAndOthersDoNot) {
  const auto directions = [](double seed) {
    return trial_directions_deg(evaluated(follower(seed)).cues[0].conditions[0][1]);
  };
  EXPECT_EQ(directions(7), directions(7));
  EXPECT_NE(directions(7), directions(8));
}

TEST(Evaluate, TuningHasNoJitterAndCoversTheCircle) {
  Model model = follower();
  for (double &w : model.network.w_in) w *= 50;
  for (double &w : model.network.w_out) w /= 50;
  const std::vector<double> tuning = evaluated(model).cues[0].tuning[0];
  ASSERT_EQ(tuning.size(), 4u * 24);
  const double peak = tuning[0];
  for (std::size_t k = 0; k < 24; ++k) {
    // tanh of 0.5 cos: unit 0 answers to the horizontal part, by half a wave.
    const double drive = 0.5 * std::cos(15.0 * static_cast<double>(k) * M_PI / 180);
    EXPECT_NEAR(tuning[4 * k], std::max(0.0, std::tanh(drive)), 2e-3) << k;
  }
  EXPECT_NEAR(peak, std::tanh(0.5), 2e-3);
}

TEST(Evaluate, EveryDayShowsItsTargetDirectionWithoutJitter) {
  const Behavior behavior = synthetic_behavior(1);
  const Evaluation evaluation = evaluated(follower());
  ASSERT_EQ(evaluation.days.target_deg.size(), behavior.days.size());
  for (std::size_t contrast = 0; contrast < 2; ++contrast) {
    const std::vector<double> errors = direction_errors_deg(evaluation.days, contrast);
    ASSERT_EQ(errors.size(), behavior.days.size());
    for (std::size_t day = 0; day < errors.size(); ++day) {
      EXPECT_EQ(evaluation.days.target_deg[day], behavior.days[day].target_direction_deg);
      // tanh's bend, and what single precision leaves of the input: jitter would be 7.
      EXPECT_NEAR(errors[day], 0, 0.01) << day;
    }
  }
  EXPECT_NEAR(measure(evaluation).direction_error->low, 0, 0.01);
}

// Two days of one direction differ, because each has noise of its own; the contrasts share it.
TEST(Evaluate, EveryDayHasNoiseOfItsOwn) {
  Model model = follower();
  model.settings.noise_input = 0.2;
  Behavior behavior = synthetic_behavior(1);
  for (Day &day : behavior.days) day.target_direction_deg = 30;
  const DayOutcome days = evaluate(model, "", behavior, {20, 50, 0}).value().days;
  const std::vector<double> &high = days.velocity[0];
  EXPECT_EQ(std::set<double>(high.begin(), high.end()).size(), 2 * behavior.days.size());
  for (std::size_t i = 0; i < high.size(); ++i) {
    const double direction = i % 2 == 0 ? std::cos(M_PI / 6) : std::sin(M_PI / 6);
    // The follower is straight but for tanh's bend at 0.015, 1e-4 of it.
    EXPECT_NEAR(high[i] - days.velocity[1][i], (1 - model.settings.amplitude_low) * direction,
                1e-3);
  }
}

TEST(DirectionError, IsTakenAroundTheCircle) {
  const auto at = [](double deg) {
    return std::array{std::cos(deg * M_PI / 180), std::sin(deg * M_PI / 180)};
  };
  DayOutcome days;
  days.target_deg = {0, 175, 350, 90};
  for (const double output_deg : {-5.0, -175.0, 20.0}) {
    for (const double part : at(output_deg)) days.velocity[1].push_back(0.3 * part);
  }
  days.velocity[1].insert(days.velocity[1].end(), {0, 0}); // at rest
  const std::vector<double> errors = direction_errors_deg(days, 1);
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_NEAR(errors[0], -5, 1e-9);
  EXPECT_NEAR(errors[1], 10, 1e-9);
  EXPECT_NEAR(errors[2], 30, 1e-9);
  EXPECT_TRUE(std::isnan(errors[3]));
}

// The cue that pulls it to the right is off: a wide block has none.
TEST(Evaluate, DaysHaveNoCue) {
  Model model = follower();
  model.network.k = 3;
  model.mode = "prior_input";
  for (const double w : {0.05, 0.0, 0.0, 0.0}) model.network.w_in.push_back(w);
  EXPECT_NEAR(measure(evaluated(model)).direction_error->low, 0, 0.01);
}

TEST(Evaluate, APriorInputNetworkIsEvaluatedWithAndWithoutItsCue) {
  Model model = follower();
  model.network.k = 3;
  model.mode = "prior_input";
  for (const double w : {0.05, 0.0, 0.0, 0.0})
    model.network.w_in.push_back(w); // the cue drives unit 0
  const Evaluation evaluation = evaluated(model);
  ASSERT_EQ(evaluation.cues.size(), 2u);
  EXPECT_EQ(evaluation.cues[0].cue, 0.1);
  EXPECT_EQ(evaluation.cues[1].cue, 0);
  const Measures measures = measure(evaluation);
  EXPECT_GT(measures.bias->low, 1); // pulled to the right
  EXPECT_NEAR(measures.bias_without_cue->low, 0, 0.01);
}

TEST(Evaluate, AnUntrainedNetworkSaysWhyItHasNoDirection) {
  Model model = follower();
  model.network.w_out.assign(8, 0);
  const Measures measures = measure(evaluated(model));
  EXPECT_TRUE(std::isnan(measures.bias->high));
  EXPECT_FALSE(measures.null_because.empty());
  EXPECT_FALSE(measured_value({}, measures, "bias", "high"));
  EXPECT_NEAR(*measured_value({}, measures, "behaviour_bias", "low"), 3, 1e-9);
}

TEST(Evaluate, AnOutputThatIsNotFiniteIsAnError) {
  Model model = follower();
  model.network.w_out[0] = 3e38;
  model.network.w_in[0] = 3e38;
  model.network.w_out[2] = 3e38;
  model.network.b_out = 3e38;
  EXPECT_THROW(evaluated(model), RunError);
}

TEST(Evaluate, StopsBetweenTrials) {
  int asked = 0;
  const std::optional<Evaluation> stopped =
      evaluate(follower(), "", synthetic_behavior(1), {1000, 50, 0}, [&] { return ++asked > 3; });
  EXPECT_FALSE(stopped);
  EXPECT_EQ(asked, 4);
}

Model stage_2() {
  Model model = follower();
  model.stage = 2;
  model.settings.activation = Activation::input_gain;
  model.network.activation.input_gain = {1, 3, 2, 2};
  return model;
}

// Gains of the horizontal axis do not matter at the centre; those of the vertical one turn the eye: with gain 2 on v and 1
// on +h the follower overshoots.
TEST(Evaluate, ShufflesPermuteTheTrainedParameter) {
  const Evaluation evaluation = evaluated(stage_2(), {10, 50, 120});
  ASSERT_TRUE(evaluation.shuffle);
  const std::vector<double> biases = shuffled_biases_deg(*evaluation.shuffle, 0);
  ASSERT_EQ(biases.size(), 120u);
  EXPECT_GT(std::set<double>(biases.begin(), biases.end()).size(), 3u);
  const Measures measures = measure(evaluation);
  EXPECT_LT(measures.bias->high, -5);
  EXPECT_NEAR(measures.uniform_bias->high, 0, 0.01); // equal gains turn nothing
}

TEST(Evaluate, AStage1HasNothingToShuffle) {
  EXPECT_FALSE(evaluated(follower(), {10, 50, 10}).shuffle);
}

TEST(Shuffle, KeepsTheValuesAndIsDrawnFromTheSeed) {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<double> once = shuffled(values, 1, 0);
  EXPECT_EQ(once, shuffled(values, 1, 0));
  EXPECT_NE(once, shuffled(values, 1, 1));
  EXPECT_NE(once, shuffled(values, 2, 0));
  EXPECT_EQ(std::multiset<double>(once.begin(), once.end()),
            std::multiset<double>(values.begin(), values.end()));
}

// Every value comes to every place equally often: 6000 shuffles of 3, 1000 of each order, SD 29; five of those.
TEST(Shuffle, AllOrdersAreAlikeOften) {
  std::map<std::vector<double>, int> counts;
  for (std::uint32_t i = 0; i < 6000; ++i) ++counts[shuffled({1, 2, 3}, 3, i)];
  ASSERT_EQ(counts.size(), 6u);
  for (const auto &[order, count] : counts) EXPECT_NEAR(count, 1000, 145);
}

TEST(EvaluationFile, ReadsWhatItWrites) {
  for (const std::int64_t shuffles : {0, 2}) {
    const Evaluation evaluation = evaluated(stage_2(), {3, 20, shuffles});
    const std::string bytes = evaluation_bytes(evaluation);
    const Evaluation read = read_evaluation(bytes, "e.mat");
    EXPECT_EQ(evaluation_bytes(read), bytes);
    EXPECT_EQ(measures_json(measure(read)), measures_json(measure(evaluation)));
  }
}

// 37 units with recurrence, and gains as a stage 2 leaves them.
Model some_network() {
  Model model = stage_2();
  RunSpec spec;
  spec.settings.N = 37;
  spec.settings.tau_ms = 30;
  model.network = initial_network(spec);
  std::vector<float> normals(3 * 37);
  fill_normals({1, Purpose::evaluation, 0, 3}, normals);
  for (std::size_t i = 0; i < 37; ++i) {
    model.network.w_out[2 * i] = 0.1 * static_cast<double>(normals[i]);
    model.network.w_out[2 * i + 1] = 0.1 * static_cast<double>(normals[37 + i]);
    model.network.activation.input_gain[i] = 1 + 0.1 * static_cast<double>(normals[74 + i]);
  }
  return model;
}

TEST(EvaluationFile, AnotherFileIsAnErrorThatNamesTheFault) {
  const std::string bytes = evaluation_bytes(evaluated(follower(), {3, 20, 0}));
  EXPECT_THROW(read_evaluation(bytes.substr(0, bytes.size() / 2), "e.mat"), RunError);
  try {
    read_evaluation(model_bytes(follower()), "m.mat");
    FAIL() << "a model was read as an evaluation";
  } catch (const RunError &error) {
    EXPECT_NE(std::string(error.what()).find("m.mat: format"), std::string::npos) << error.what();
  }
}

// The bits of an evaluation, on every machine and under every instruction set: a change here is seen, deliberate, and a
// new format.
TEST(EvaluationFile, HasTheSameBytesUnderEveryInstructionSet) {
  for (const fused::Passes *passes : fused::usable_passes()) {
    const SimdChoice choice(passes->name);
    EXPECT_EQ(sha256_hex(evaluation_bytes(evaluated(some_network(), {3, 50, 2}))).substr(0, 16),
              "488c454ce167a57b")
        << passes->name;
  }
}

} // namespace
} // namespace pursuit
