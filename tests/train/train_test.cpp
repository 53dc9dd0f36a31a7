// The training loop: whatever happens between two trials, the numbers are those of an undisturbed
// training.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/errors.hpp"
#include "small_runs.hpp"

namespace pursuit {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

void expect_same(const Network &a, const Network &b) {
  EXPECT_EQ(a.w, b.w);
  EXPECT_EQ(a.w_in, b.w_in);
  EXPECT_EQ(a.w_out, b.w_out);
  EXPECT_EQ(a.b_out, b.b_out);
  EXPECT_EQ(a.activation.input_gain, b.activation.input_gain);
  EXPECT_EQ(a.activation.threshold, b.activation.threshold);
  EXPECT_EQ(a.activation.response_gain, b.activation.response_gain);
}

void expect_same(const TrainOutcome &a, const TrainOutcome &b) {
  EXPECT_EQ(a.losses, b.losses);
  EXPECT_EQ(a.stopped, b.stopped);
  EXPECT_EQ(a.error, b.error);
  expect_same(a.network, b.network);
}

class Train : public testing::Test {
protected:
  std::unique_ptr<Engine> engine_ = make_engine({"reference"});
  SteppingClock clock_{0};

  std::vector<TrainOutcome> run(std::vector<TrainItem> items, const TrainHooks &hooks = {}) {
    return outcomes_of(*engine_, std::move(items), hooks, clock_);
  }
  TrainOutcome alone(const RunSpec &spec) { return run({item_of(spec)}).at(0); }
};

TEST_F(Train, GivesALossForEveryTrialAndTheSameBytesTwice) {
  const TrainOutcome outcome = alone(small_spec());
  EXPECT_EQ(outcome.losses.size(), 12u);
  EXPECT_FALSE(outcome.stopped);
  EXPECT_EQ(outcome.error, "");
  expect_same(outcome, alone(small_spec()));
  EXPECT_NE(outcome.losses, alone(small_spec(2)).losses);
}

TEST_F(Train, PackGivesTheBytesOfEachRunAlone) {
  const std::vector<TrainOutcome> pack = run({item_of(small_spec(1)), item_of(small_spec(2))});
  expect_same(pack.at(0), alone(small_spec(1)));
  expect_same(pack.at(1), alone(small_spec(2)));
}

TEST_F(Train, RunWithoutTrialsIsItsInitialNetwork) {
  const TrainOutcome outcome = alone(small_spec(1, 0));
  EXPECT_TRUE(outcome.losses.empty());
  EXPECT_FALSE(outcome.stopped);
  expect_same(outcome.network, initial_network(small_spec()));
}

TEST_F(Train, ResumedTrainingGivesTheBytesOfAnUninterruptedOne) {
  const TrainOutcome whole = alone(small_spec());
  for (int trials : {1, 5, 11}) {
    expect_same(run({item_after(*engine_, small_spec(), trials)}).at(0), whole);
  }
}

TEST_F(Train, Stage2ResumesToTheSameBytesAndKeepsItsWeights) {
  const Network parent = alone(small_spec()).network;
  RunSpec spec = small_spec();
  spec.stage = 2;
  spec.settings.activation = Activation::threshold;
  const TrainOutcome whole = run({item_of(spec, parent)}).at(0);
  EXPECT_EQ(whole.network.w, parent.w);
  EXPECT_EQ(whole.network.w_in, parent.w_in);
  EXPECT_EQ(whole.network.w_out, parent.w_out);
  EXPECT_EQ(whole.network.b_out, parent.b_out);
  EXPECT_NE(whole.network.activation.threshold, parent.activation.threshold);
  TrainItem item = item_of(spec, parent);
  TrainHooks hooks;
  int trials = 4;
  hooks.stop_requested = [&] { return --trials == 0; };
  hooks.checkpoint = [&](const Checkpoint &checkpoint) {
    item.state = checkpoint.state;
    item.losses = checkpoint.losses;
  };
  run({item}, hooks);
  expect_same(run({item}).at(0), whole);
}

// After a crash the checkpoints of one pack may be from different trials.
TEST_F(Train, PackGoesOnFromDifferentTrials) {
  std::vector<TrainItem> items{item_after(*engine_, small_spec(1), 7), item_of(small_spec(2)),
                               item_after(*engine_, small_spec(3), 3)};
  const std::vector<TrainOutcome> outcomes = run(items);
  for (std::size_t i = 0; i < 3; ++i) expect_same(outcomes.at(i), alone(small_spec(i + 1)));
}

// Runs of 12, 3 and 7 trials, and one of 5 that joins after the fourth trial of the others.
TEST_F(Train, RunsThatEndAndJoinInTheMiddleHaveTheBytesOfEachAlone) {
  const std::vector<RunSpec> specs = {small_spec(1), small_spec(2, 3), small_spec(3, 7),
                                      small_spec(4, 5)};
  std::vector<std::string> events;
  TrainHooks hooks;
  int boundaries = 0;
  hooks.joining = [&]() -> std::vector<TrainItem> {
    if (boundaries++ != 4) return {};
    events.push_back("join");
    return {item_of(specs[3])};
  };
  hooks.ended = [&](std::size_t item, const TrainOutcome &) {
    events.push_back("end " + std::to_string(item));
  };
  const std::vector<TrainOutcome> outcomes =
      run({item_of(specs[0]), item_of(specs[1]), item_of(specs[2])}, hooks);
  EXPECT_EQ(events, (std::vector<std::string>{"end 1", "join", "end 2", "end 3", "end 0"}));
  ASSERT_EQ(outcomes.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) expect_same(outcomes[i], alone(specs[i]));
}

TEST_F(Train, ARunMayJoinWhenTheOthersHaveJustEnded) {
  TrainHooks hooks;
  bool joined = false;
  bool ended = false;
  hooks.ended = [&](std::size_t, const TrainOutcome &) { ended = true; };
  hooks.joining = [&]() -> std::vector<TrainItem> {
    if (!ended || std::exchange(joined, true)) return {};
    return {item_of(small_spec(2))};
  };
  const std::vector<TrainOutcome> outcomes = run({item_of(small_spec(1, 2))}, hooks);
  ASSERT_EQ(outcomes.size(), 2u);
  expect_same(outcomes[1], alone(small_spec(2)));
}

// A third of a second passes with each trial, and an hour outside of the training.
TEST_F(Train, WhatIsDoneBetweenTrialsIsNotInTheRates) {
  FakeEngine engine;
  FakeClock clock;
  TrainHooks hooks;
  hooks.stop_requested = [&] {
    clock.now_s += 0.5;
    return false;
  };
  hooks.joining = [&]() -> std::vector<TrainItem> {
    clock.now_s += 3600;
    return {};
  };
  hooks.progress = [](std::size_t, const TrainProgress &progress) {
    EXPECT_EQ(progress.trials_per_s, 2) << progress.trial;
  };
  outcomes_of(engine, {item_of(small_spec())}, hooks, clock);
}

TEST_F(Train, WhatDoesNotFitTogetherIsTrainedOneAfterTheOther) {
  FakeEngine engine;
  engine.one_size = true;
  RunSpec other = small_spec(2);
  other.settings.N = 5;
  TrainHooks hooks;
  std::vector<std::size_t> ended;
  hooks.ended = [&](std::size_t item, const TrainOutcome &outcome) {
    EXPECT_EQ(outcome.losses.size(), 12u);
    ended.push_back(item);
  };
  outcomes_of(engine, {item_of(small_spec(1)), item_of(other), item_of(small_spec(3))}, hooks,
              clock_);
  EXPECT_EQ(ended, (std::vector<std::size_t>{0, 2, 1}));
}

TEST_F(Train, ARunThatFindsNoMemoryFailsAlone) {
  FakeEngine engine;
  engine.memory_for = 1;
  const std::vector<TrainOutcome> outcomes =
      outcomes_of(engine, {item_of(small_spec(1)), item_of(small_spec(2))}, {}, clock_);
  EXPECT_EQ(outcomes.at(0).losses.size(), 12u);
  EXPECT_EQ(outcomes.at(0).error, "");
  EXPECT_EQ(outcomes.at(1).error, "not enough memory for a network of N = 6");
}

TEST_F(Train, StopAfterTheLastTrialIsAFinishedRun) {
  int trials = 12;
  TrainHooks hooks;
  hooks.stop_requested = [&] { return --trials == 0; };
  const TrainOutcome outcome = run({item_of(small_spec())}, hooks).at(0);
  EXPECT_FALSE(outcome.stopped);
  EXPECT_EQ(outcome.losses.size(), 12u);
}

// Trials after which checkpoints are written, a trial taking a second and a checkpoint `cost_s`.
std::vector<std::size_t> checkpointed_trials(double every_s, double cost_s, std::int64_t n_trials) {
  FakeEngine engine;
  FakeClock clock;
  TrainHooks hooks;
  hooks.checkpoint_every_s = every_s;
  hooks.stop_requested = [&] {
    clock.now_s += 1;
    return false;
  };
  hooks.writes_beside = false;
  std::vector<std::size_t> at;
  hooks.checkpoint = [&](const Checkpoint &checkpoint) {
    EXPECT_EQ(static_cast<std::size_t>(checkpoint.state.updates), checkpoint.losses.size());
    clock.now_s += cost_s;
    at.push_back(checkpoint.losses.size());
  };
  outcomes_of(engine, {item_of(small_spec(1, n_trials))}, hooks, clock);
  return at;
}

using Trials = std::vector<std::size_t>;

TEST_F(Train, CheckpointsWhenTheirTimeHasCome) {
  EXPECT_EQ(checkpointed_trials(10, 0, 35), (Trials{10, 20, 30}));
}

TEST_F(Train, CheckpointsTakeAHundredthOfTheTimeAtMost) {
  EXPECT_EQ(checkpointed_trials(2, 0.125, 30), (Trials{2, 15, 28})) << "12.5 s apart";
}

TEST_F(Train, ThirtySecondsAreLostAtMostWhateverACheckpointCosts) {
  EXPECT_EQ(checkpointed_trials(10, 5, 75), (Trials{10, 40, 70}));
  EXPECT_EQ(checkpointed_trials(40, 5, 90), (Trials{40, 80})) << "or what was asked for";
}

TEST_F(Train, ReportsAtMostFourTimesASecondAndAtTheEnd) {
  FakeEngine engine;
  SteppingClock clock(0.03125); // exact in binary: 8 trials are a quarter of a second
  TrainHooks hooks;
  std::vector<TrainProgress> reports;
  hooks.progress = [&](std::size_t, const TrainProgress &p) { reports.push_back(p); };
  outcomes_of(engine, {item_of(small_spec(1, 20))}, hooks, clock);
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[0].trial, 8);
  EXPECT_EQ(reports[0].loss, 107);
  EXPECT_EQ(reports[0].trials_per_s, 32);
  EXPECT_EQ(reports[2].trial, 20);
}

TEST_F(Train, DeviceRunsAheadOf64TrialsAtMost) {
  FakeEngine engine;
  SteppingClock clock(0);
  const std::vector<TrainOutcome> outcomes =
      outcomes_of(engine, {item_of(small_spec(1, 300))}, {}, clock);
  EXPECT_EQ(engine.most_pending, 64);
  EXPECT_EQ(outcomes.at(0).losses.size(), 300u);
  EXPECT_EQ(outcomes.at(0).losses.back(), 399);
}

TEST_F(Train, LossThatIsNotFiniteFailsItsRunAndNamesTheTrial) {
  FakeEngine engine;
  engine.loss = [](std::size_t network, std::int64_t trial) {
    return network == 1 && trial >= 4 ? k_nan : 1.0;
  };
  const std::vector<TrainOutcome> outcomes =
      outcomes_of(engine, {item_of(small_spec(1)), item_of(small_spec(2))}, {}, clock_);
  EXPECT_EQ(outcomes.at(0).error, "");
  EXPECT_EQ(outcomes.at(0).losses.size(), 12u);
  EXPECT_EQ(outcomes.at(1).error, "trial 5: the loss is not finite");
}

TEST_F(Train, StopsWhenEveryRunHasFailed) {
  FakeEngine engine;
  engine.loss = [](std::size_t, std::int64_t) { return k_nan; };
  const std::vector<TrainOutcome> outcomes =
      outcomes_of(engine, {item_of(small_spec(1, 100000))}, {}, clock_);
  EXPECT_EQ(outcomes.at(0).losses.size(), 64u);
  EXPECT_FALSE(outcomes.at(0).stopped);
}

// A silent unit's weights are never read, so that no loss shows them.
TEST_F(Train, ParameterThatIsNotFiniteFailsTheRunThoughLossesAreFinite) {
  FakeEngine engine;
  engine.not_finite = [] { return "w"; };
  const std::vector<TrainOutcome> outcomes =
      outcomes_of(engine, {item_of(small_spec())}, {}, clock_);
  EXPECT_EQ(outcomes.at(0).error, "trial 12: w is not finite");
}

// The hook is called by another thread here.
TEST_F(Train, StoppedRunsHaveTheirLastCheckpointWhenTheyEnd) {
  TrainHooks hooks;
  std::map<std::string, std::int64_t> trials; // of the checkpoints
  hooks.checkpoint = [&](const Checkpoint &checkpoint) {
    trials[checkpoint.run_id] = checkpoint.state.updates;
  };
  hooks.checkpoint_every_s = 0;
  int stops_after = 9;
  hooks.stop_requested = [&] { return --stops_after == 0; };
  hooks.ended = [&](std::size_t item, const TrainOutcome &outcome) {
    EXPECT_TRUE(outcome.stopped);
    EXPECT_EQ(trials["id" + std::to_string(item + 1)], 9);
  };
  outcomes_of(*engine_, {item_of(small_spec(1)), item_of(small_spec(2))}, hooks, clock_);
}

TEST_F(Train, ACheckpointThatCannotBeWrittenIsTold) {
  TrainHooks hooks;
  hooks.checkpoint = [](const Checkpoint &checkpoint) {
    if (checkpoint.run_id == "id2") throw RunError("no room");
  };
  std::vector<std::string> told;
  hooks.no_checkpoint = [&](std::size_t item, const std::string &why) {
    told.push_back(std::to_string(item) + " " + why);
  };
  int stops_after = 4;
  hooks.stop_requested = [&] { return --stops_after == 0; };
  const std::vector<TrainOutcome> outcomes =
      outcomes_of(*engine_, {item_of(small_spec(1)), item_of(small_spec(2))}, hooks, clock_);
  EXPECT_EQ(told, (std::vector<std::string>{"1 no room"}));
  EXPECT_EQ(outcomes.at(0).no_checkpoint, "");
  EXPECT_EQ(outcomes.at(1).no_checkpoint, "no room");
}

TEST_F(Train, FailedRunIsNeverCheckpointed) {
  FakeEngine engine;
  engine.not_finite = [] { return "b_out"; };
  SteppingClock clock(1);
  TrainHooks hooks;
  hooks.checkpoint_every_s = 3;
  hooks.checkpoint = [](const Checkpoint &) {
    ADD_FAILURE() << "a checkpoint of a run that failed";
  };
  EXPECT_NE(outcomes_of(engine, {item_of(small_spec())}, hooks, clock).at(0).error, "");
}

TEST_F(Train, DivergingTrainingIsAnError) {
  RunSpec spec = small_spec();
  spec.settings.learning_rate = 1e30;
  EXPECT_NE(alone(spec).error.find("is not finite"), std::string::npos);
}

TEST_F(Train, StartWithoutItsLossesIsABug) {
  TrainItem item = item_of(small_spec());
  item.state.updates = 3;
  EXPECT_THROW(run({item}), InternalError);
}

TEST(Summarize, TakesFirstLastAndTheMeanOfTheLast200) {
  std::vector<double> losses(300);
  for (std::size_t i = 0; i < losses.size(); ++i) losses[i] = static_cast<double>(i);
  EXPECT_EQ(summarize(losses).first, 0);
  EXPECT_EQ(summarize(losses).last, 299);
  EXPECT_EQ(summarize(losses).mean_last_200, 199.5); // of 100..299
  EXPECT_EQ(summarize({4, 2}).mean_last_200, 3);
}

} // namespace
} // namespace pursuit
