// A forward pass alone: that of the training, without a trace.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "cases.hpp"
#include "engine/engine.hpp"

namespace pursuit {
namespace {

class Simulated : public testing::TestWithParam<std::string> {};

Activity simulated(const std::string &engine, const Network &network, const Trial &trial) {
  Activity activity;
  make_engine({engine})->simulate(network)->run({&trial, 1}, {&activity, 1});
  return activity;
}

// The same function of the same values: not one bit apart.
TEST_P(Simulated, OutputsAreThoseOfAnUpdate) {
  for (const int channels : {2, 3}) {
    const TrainingState state = some_state(37, channels, ActivationSet());
    const GivenTrial given = some_trial(37, channels);
    const std::unique_ptr<Engine> engine = make_engine({GetParam()});
    const std::unique_ptr<GivenTraining> training = start_given(*engine, {state});
    training->update({&given.trial, 1});
    const Activity activity = simulated(GetParam(), state.network, given.trial);
    EXPECT_EQ(activity.o, training->last_update(0).o);
  }
}

TEST_P(Simulated, RatesAreTheActivationOfTheStates) {
  const TrainingState state = some_state(16, 2, ActivationSet());
  const GivenTrial given = some_trial(16, 2);
  const std::unique_ptr<Engine> engine = make_engine({GetParam()});
  const std::unique_ptr<GivenTraining> training = start_given(*engine, {state});
  training->update({&given.trial, 1});
  const std::vector<double> x = training->last_update(0).x;
  const Activity activity = simulated(GetParam(), state.network, given.trial);
  ASSERT_EQ(activity.r.size(), x.size());
  for (std::size_t at = 0; at < x.size(); ++at) {
    const std::size_t i = at % 16;
    const double c = std::tanh(state.network.activation.input_gain[i] * x[at] -
                               state.network.activation.threshold[i]);
    // tanh in single precision is within 2 ulp, its argument within one rounding: 4 times 6e-8.
    EXPECT_NEAR(activity.r[at], state.network.activation.response_gain[i] * std::max(0.0, c), 3e-7);
  }
}

TEST_P(Simulated, ARunLeavesNothingForTheNext) {
  const TrainingState state = some_state(16, 2, ActivationSet());
  const GivenTrial first = some_trial(16, 2, 1), second = some_trial(16, 2, 2);
  const std::unique_ptr<Engine> engine = make_engine({GetParam()});
  const std::unique_ptr<Simulation> simulation = engine->simulate(state.network);
  Activity activity;
  simulation->run({&second.trial, 1}, {&activity, 1});
  simulation->run({&first.trial, 1}, {&activity, 1});
  EXPECT_EQ(activity.o, simulated(GetParam(), state.network, first.trial).o);
}

// Trials with noise of their own and with the same, in turn in one simulation.
TEST_P(Simulated, TrialsTogetherAreThoseOneByOne) {
  for (const int channels : {2, 3}) {
    const TrainingState state = some_state(37, channels, ActivationSet());
    std::vector<GivenTrial> given;
    for (std::uint64_t i = 0; i < 3; ++i) given.push_back(some_trial(37, channels, 1 + i));
    const std::unique_ptr<Simulation> simulation =
        make_engine({GetParam()})->simulate(state.network);
    const std::vector<std::vector<std::size_t>> turns = {
        {0, 0, 0}, {0, 1, 0}, {1, 0, 2}, {2, 2, 1, 0, 0}, {1}};
    for (const std::vector<std::size_t> &noises : turns) {
      std::vector<Trial> trials;
      for (std::size_t i = 0; i < noises.size(); ++i) {
        trials.push_back(given[i % 3].trial);
        trials.back().noise = given[noises[i]].trial.noise;
      }
      std::vector<Activity> activities(trials.size());
      simulation->run(trials, activities);
      for (std::size_t i = 0; i < trials.size(); ++i) {
        const Activity alone = simulated(GetParam(), state.network, trials[i]);
        EXPECT_EQ(activities[i].o, alone.o) << i;
        EXPECT_EQ(activities[i].r, alone.r) << i;
      }
    }
  }
}

TEST_P(Simulated, EachTrialNeedsAnActivity) {
  const TrainingState state = some_state(3, 2, ActivationSet());
  const std::vector<Trial> trials(2, some_trial(3, 2).trial);
  std::vector<Activity> one(1);
  EXPECT_THROW(make_engine({GetParam()})->simulate(state.network)->run(trials, one), InternalError);
}

TEST_P(Simulated, NeedsNoTarget) {
  const TrainingState state = some_state(3, 2, ActivationSet());
  GivenTrial given = some_trial(3, 2);
  const Activity with = simulated(GetParam(), state.network, given.trial);
  given.trial.z.clear();
  EXPECT_EQ(simulated(GetParam(), state.network, given.trial).r, with.r);
}

INSTANTIATE_TEST_SUITE_P(Engines, Simulated,
                         testing::Values("fused", "reference", "reference-double"),
                         [](const testing::TestParamInfo<std::string> &engine) {
                           std::string name = engine.param;
                           std::erase(name, '-');
                           return name;
                         });

// 150 steps of sums over 250 terms, each rounded at 6e-8: sqrt(250) 6e-8 a step, remembered for tau / dt = 20 steps:
// 2e-5. Outputs and rates are around 1.
TEST(Simulation, FusedIsTheReference) {
  const TrainingState state = some_state(250, 3, ActivationSet());
  const GivenTrial given = some_trial(250, 3);
  const Activity fused = simulated("fused", state.network, given.trial);
  const Activity reference = simulated("reference-double", state.network, given.trial);
  for (std::size_t i = 0; i < fused.o.size(); ++i) EXPECT_NEAR(fused.o[i], reference.o[i], 2e-5);
  for (std::size_t i = 0; i < fused.r.size(); ++i) EXPECT_NEAR(fused.r[i], reference.r[i], 2e-5);
}

} // namespace
} // namespace pursuit
