// What a training keeps, freezes and repeats.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/errors.hpp"
#include "cases.hpp"

namespace pursuit {
namespace {

void expect_same(const Tensors &a, const Tensors &b) {
  EXPECT_EQ(a.w, b.w);
  EXPECT_EQ(a.w_in, b.w_in);
  EXPECT_EQ(a.w_out, b.w_out);
  EXPECT_EQ(a.b_out, b.b_out);
  EXPECT_EQ(a.activation, b.activation);
}

void expect_same(const TrainingState &a, const TrainingState &b) {
  EXPECT_EQ(a.network.w, b.network.w);
  EXPECT_EQ(a.network.w_in, b.network.w_in);
  EXPECT_EQ(a.network.w_out, b.network.w_out);
  EXPECT_EQ(a.network.b_out, b.network.b_out);
  EXPECT_EQ(a.network.activation.input_gain, b.network.activation.input_gain);
  EXPECT_EQ(a.network.activation.threshold, b.network.activation.threshold);
  EXPECT_EQ(a.network.activation.response_gain, b.network.activation.response_gain);
  EXPECT_EQ(a.updates, b.updates);
  EXPECT_EQ(a.beta1_power, b.beta1_power);
  EXPECT_EQ(a.beta2_power, b.beta2_power);
  expect_same(a.m, b.m);
  expect_same(a.v, b.v);
}

Trial drawn_trial(int k, std::uint64_t seed, std::uint32_t trial) {
  Trial result = some_trial(1, k, seed + trial).trial;
  result.noise = {seed, trial, 0.01, {}, {}};
  return result;
}

void train_trials(GivenTraining &training, const std::vector<std::uint64_t> &seeds,
                  std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t t = begin; t < end; ++t) {
    std::vector<Trial> trials;
    for (std::uint64_t seed : seeds) trials.push_back(drawn_trial(2, seed, t));
    training.update(trials);
  }
}

class EveryTraining : public testing::TestWithParam<const char *> {
protected:
  // The value as the engine holds it.
  static double in_engine(double value) {
    return std::string(GetParam()) == "reference-double"
               ? value
               : static_cast<double>(static_cast<float>(value));
  }
  std::unique_ptr<Engine> engine_ = make_engine({GetParam()});
};
INSTANTIATE_TEST_SUITE_P(Engines, EveryTraining,
                         testing::Values("reference", "reference-double", "fused"));

TEST_P(EveryTraining, NetworkHasTheSameBitsAloneAndInAPack) {
  std::vector<TrainingState> pack;
  for (std::uint64_t seed : {1u, 2u, 3u}) pack.push_back(some_state(9, 2, ActivationSet(), seed));
  const std::unique_ptr<GivenTraining> together = start_given(*engine_, pack);
  train_trials(*together, {1, 2, 3}, 0, 4);
  const std::vector<std::vector<double>> losses = together->take_losses();
  for (std::size_t i = 0; i < pack.size(); ++i) {
    const std::unique_ptr<GivenTraining> alone = start_given(*engine_, {pack[i]});
    train_trials(*alone, {i + 1}, 0, 4);
    EXPECT_EQ(alone->take_losses().at(0), losses.at(i));
    expect_same(alone->state(0), together->state(i));
  }
}

TEST_P(EveryTraining, GoingOnFromAStateIsGoingOn) {
  for (ActivationSet trained : every_training()) {
    const TrainingState start = some_state(5, 2, trained);
    const std::unique_ptr<GivenTraining> whole = start_given(*engine_, {start});
    train_trials(*whole, {1}, 0, 7);
    const std::unique_ptr<GivenTraining> first = start_given(*engine_, {start});
    train_trials(*first, {1}, 0, 3);
    const std::unique_ptr<GivenTraining> second = start_given(*engine_, {first->state(0)});
    train_trials(*second, {1}, 3, 7);
    expect_same(whole->state(0), second->state(0));
  }
}

TEST_P(EveryTraining, Stage2ChangesItsParametersAndNothingElse) {
  for (ActivationSet trained : all_activation_sets()) {
    const std::unique_ptr<GivenTraining> training =
        start_given(*engine_, {some_state(6, 2, trained)});
    const Network before = training->state(0).network;
    train_trials(*training, {1}, 0, 5);
    const Network after = training->state(0).network;
    EXPECT_EQ(after.w, before.w);
    EXPECT_EQ(after.w_in, before.w_in);
    EXPECT_EQ(after.w_out, before.w_out);
    EXPECT_EQ(after.b_out, before.b_out);
    for (const ActivationParameter &row : k_activation_parameters)
      EXPECT_EQ(after.activation[row.which] != before.activation[row.which],
                trained.contains(row.which))
          << name_of(trained) << ": " << row.name;
  }
}

// Each update of a bounded training is that of the unbounded one from the same state, clipped; the moments are the same.
TEST_P(EveryTraining, BoundsClipWhatIsTrainedAfterEachUpdate) {
  for (ActivationSet trained :
       {ActivationSet(Activation::threshold), set_of_bits(3), set_of_bits(7)}) {
    TrainingState state = some_state(6, 2, trained);
    for (std::uint32_t t = 0; t < 4; ++t) {
      state.limits = {};
      const std::unique_ptr<GivenTraining> free = start_given(*engine_, {state});
      const Activation threshold = Activation::threshold;
      // Within reach of one update, 1e-4, of some units.
      state.limits.least[threshold] = state.network.activation.threshold[0] - 5e-5;
      state.limits.most[threshold] = state.network.activation.threshold[1] + 5e-5;
      const std::unique_ptr<GivenTraining> bounded = start_given(*engine_, {state});
      train_trials(*free, {1}, t, t + 1);
      train_trials(*bounded, {1}, t, t + 1);
      const TrainingState a = free->state(0), b = bounded->state(0);
      EXPECT_EQ(a.m.activation, b.m.activation);
      EXPECT_EQ(a.v.activation, b.v.activation);
      EXPECT_EQ(a.network.activation.input_gain, b.network.activation.input_gain);
      for (std::size_t i = 0; i < 6; ++i) {
        const double least = in_engine(state.limits.least[threshold]);
        const double most = in_engine(state.limits.most[threshold]);
        const double moved = a.network.activation.threshold[i];
        EXPECT_EQ(b.network.activation.threshold[i], moved < least ? least : std::min(moved, most));
      }
      EXPECT_EQ(b.limits.least, state.limits.least);
      state = b;
    }
  }
}

TEST_P(EveryTraining, FirstUpdateWithoutReadoutLeavesWAndWInBitUnchanged) {
  TrainingState state = with_plain_activation(some_state(8, 2, ActivationSet()));
  state.network.w_out.assign(16, 0.0);
  state.network.b_out = 0;
  const std::unique_ptr<GivenTraining> training = start_given(*engine_, {state});
  train_trials(*training, {1}, 0, 1);
  const Network after = training->state(0).network;
  EXPECT_EQ(after.w, state.network.w);
  EXPECT_EQ(after.w_in, state.network.w_in);
  EXPECT_NE(after.w_out, state.network.w_out);
  EXPECT_NE(after.b_out, 0);
}

TEST_P(EveryTraining, LossesAreTakenOnce) {
  const std::unique_ptr<GivenTraining> training =
      start_given(*engine_, {some_state(2, 2, ActivationSet())});
  train_trials(*training, {1}, 0, 3);
  EXPECT_EQ(training->take_losses().at(0).size(), 3u);
  EXPECT_EQ(training->take_losses(), (std::vector<std::vector<double>>(1)));
}

TEST_P(EveryTraining, LastUpdateHasTheShapesOfReplay) {
  const std::unique_ptr<GivenTraining> training =
      start_given(*engine_, {some_state(3, 2, ActivationSet())});
  train_trials(*training, {1}, 0, 1);
  const LastUpdate last = training->last_update(0);
  EXPECT_EQ(last.o.size(), 149u * 2);
  EXPECT_EQ(last.x.size(), 3u * 150);
  EXPECT_EQ(last.gradients.w.size(), 9u);
  EXPECT_EQ(last.gradients.w_in.size(), 6u);
  EXPECT_EQ(last.gradients.w_out.size(), 6u);
  EXPECT_EQ(last.gradients.activation, ActivationTensors());
}

TEST_P(EveryTraining, TrialOfTheWrongSizeIsABug) {
  const std::unique_ptr<GivenTraining> training =
      start_given(*engine_, {some_state(3, 3, ActivationSet())});
  EXPECT_THROW(train_trials(*training, {1}, 0, 1), InternalError); // two inputs, not three
}

// SPEC section 5, in long double: a_t = lr sqrt(1-b2^t)/(1-b1^t), epsilon outside the correction.
TEST(Adam, IsTensorFlows1) {
  const std::unique_ptr<Engine> engine = make_engine({"reference-double"});
  const TrainingState start = some_state(4, 2, ActivationSet());
  const std::unique_ptr<GivenTraining> training = start_given(*engine, {start});
  std::vector<long double> p(start.network.w.begin(), start.network.w.end()), m(16), v(16);
  for (std::uint32_t t = 1; t <= 5; ++t) {
    train_trials(*training, {1}, t - 1, t);
    const std::vector<double> g = training->last_update(0).gradients.w;
    const long double rate = 1e-3L * std::sqrt(1 - std::pow(0.999L, t)) / (1 - std::pow(0.9L, t));
    for (std::size_t i = 0; i < p.size(); ++i) {
      m[i] += (g[i] - m[i]) * 0.1L;
      v[i] += (g[i] * static_cast<long double>(g[i]) - v[i]) * 0.001L;
      p[i] -= rate * m[i] / (std::sqrt(v[i]) + 1e-8L);
    }
  }
  // 1 - 0.999 in double is off by 1e-17 of 1e-3: 1e-14 of a step of 1e-3, five times; then rounding.
  const std::vector<double> w = training->state(0).network.w;
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(w[i], static_cast<double>(p[i]), 1e-15);
}

// A silent unit's column of W has gradient 0: its moments die out and never turn subnormal, and its
// weights stay.
class SilentUnit : public testing::TestWithParam<const char *> {};
INSTANTIATE_TEST_SUITE_P(SingleEngines, SilentUnit, testing::Values("reference", "fused"));

TEST_P(SilentUnit, MomentsBecomeZero) {
  TrainingState state = with_plain_activation(some_state(2, 2, ActivationSet()));
  state.network.w_in = {1, 0, 1, 0};
  state.network.w = {0, 0, 0.5, 0};
  state.m.w = {0, 0, 2e-38, 2e-38};
  state.v.w = {0, 0, 1.176e-38, 1.176e-38};
  state.m.w_in = state.v.w_in = std::vector<double>(4);
  state.m.w_out = state.v.w_out = std::vector<double>(4);
  const std::unique_ptr<GivenTraining> training = start_given(*make_engine({GetParam()}), {state});
  GivenTrial given = some_trial(2, 2);
  for (std::size_t i = 1; i < given.addend.size(); i += 2)
    given.addend[i] = -0.5f; // unit 1 stays below 0
  given.x0[1] = -0.5f;
  for (int t = 0; t < 10; ++t) training->update(std::span<const Trial>(&given.trial, 1));
  const TrainingState after = training->state(0);
  EXPECT_EQ(after.m.w[2], 0);
  EXPECT_EQ(after.v.w[2], 0);
  EXPECT_EQ(after.network.w[2], 0.5);
}

// NaN must not vanish in the clip.
TEST_P(EveryTraining, NanInWShowsInTheLoss) {
  TrainingState state = some_state(4, 2, ActivationSet());
  state.network.w[5] = std::numeric_limits<double>::quiet_NaN();
  const std::unique_ptr<GivenTraining> training =
      start_given(*engine_, {with_plain_activation(state)});
  train_trials(*training, {1}, 0, 1);
  EXPECT_TRUE(std::isnan(training->take_losses().at(0).at(0)));
}

} // namespace
} // namespace pursuit
