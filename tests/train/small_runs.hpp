// Small runs for the training's tests, and an engine that makes its losses up.
#pragma once

#include <functional>
#include <map>
#include <new>
#include <utility>

#include <gtest/gtest.h>

#include "engine/packed_training.hpp"
#include "support/clocks.hpp"
#include "train/checkpoint.hpp"
#include "train/train.hpp"

namespace pursuit {

inline const Behavior &small_behavior() {
  static const Behavior behavior = synthetic_behavior(1);
  return behavior;
}

inline RunSpec small_spec(std::uint64_t seed = 1, std::int64_t n_trials = 12) {
  RunSpec spec;
  spec.settings.N = 6;
  spec.settings.tau_ms = 20;
  spec.settings.n_trials = n_trials;
  spec.settings.learning_rate = 1e-3;
  spec.seed = seed;
  return spec;
}

inline TrainItem item_of(const RunSpec &spec, const std::optional<Network> &parent = std::nullopt) {
  return {"id" + std::to_string(spec.seed), spec, first_state(spec, parent), {}};
}

// What became of each run, in the order in which they came.
inline std::vector<TrainOutcome> outcomes_of(Engine &engine, std::vector<TrainItem> items,
                                             TrainHooks hooks, Clock &clock) {
  std::map<std::size_t, TrainOutcome> ended;
  hooks.ended = [&, then = hooks.ended](std::size_t item, TrainOutcome outcome) {
    if (then) then(item, outcome);
    EXPECT_TRUE(ended.emplace(item, std::move(outcome)).second) << item << " ended twice";
  };
  train(engine, small_behavior(), std::move(items), hooks, clock);
  std::vector<TrainOutcome> outcomes;
  for (auto &[item, outcome] : ended) outcomes.push_back(std::move(outcome));
  return outcomes;
}

// An engine whose trainings count updates and make up losses: 100 + trial, NaN where told.
class FakeEngine : public Engine {
public:
  std::function<double(std::size_t network, std::int64_t trial)> loss =
      [](std::size_t, std::int64_t trial) { return 100.0 + static_cast<double>(trial); };
  bool one_size = false;            // networks of another size do not fit
  std::size_t memory_for = 1 << 20; // networks
  std::function<std::string()> not_finite = [] { return ""; };
  std::int64_t most_pending = 0; // updates between two looks at the losses

  std::string numerics() const override { return "fake-1"; }
  std::string describe() const override { return "fake"; }
  std::unique_ptr<Training> start() override;
};

class FakeTraining final : public PackedTraining {
public:
  explicit FakeTraining(FakeEngine &engine) : engine_(engine) {}
  bool fits(const TrainingState &state) const override {
    return !engine_.one_size || states_.empty() ||
           states_.begin()->second.network.n == state.network.n;
  }
  TrainingState state(MemberId member) override { return states_.at(member); }
  LastUpdate last_update(MemberId) override { return {}; }

private:
  void put_in(MemberId member, const TrainingState &state) override {
    if (states_.size() == engine_.memory_for) throw std::bad_alloc();
    states_.emplace(member, state);
  }
  void take_out(MemberId member) override { states_.erase(member); }
  void update(std::span<const Shown> shown) override {
    ++pending_;
    for (const Shown &one : shown)
      record(one.member,
             engine_.loss(static_cast<std::size_t>(one.member), states_.at(one.member).updates++));
  }
  void collect_losses() override {
    engine_.most_pending = std::max(engine_.most_pending, std::exchange(pending_, 0));
  }
  std::string not_finite(MemberId) override { return engine_.not_finite(); }

  FakeEngine &engine_;
  std::map<MemberId, TrainingState> states_;
  std::int64_t pending_ = 0;
};

inline std::unique_ptr<Training> FakeEngine::start() {
  return std::make_unique<FakeTraining>(*this);
}

// Stops after `trials` trials and goes on from the bytes of the checkpoint.
inline TrainItem item_after(Engine &engine, const RunSpec &spec, int trials,
                            const std::optional<Network> &parent = std::nullopt) {
  SteppingClock clock(0);
  TrainItem item = item_of(spec, parent);
  std::string bytes;
  TrainHooks hooks;
  hooks.stop_requested = [&trials] { return --trials == 0; };
  hooks.checkpoint = [&](const Checkpoint &checkpoint) { bytes = checkpoint_bytes(checkpoint); };
  const TrainOutcome outcome = outcomes_of(engine, {item}, hooks, clock).at(0);
  EXPECT_TRUE(outcome.stopped);
  const Checkpoint checkpoint = parse_checkpoint(bytes);
  item.state = checkpoint.state;
  item.losses = checkpoint.losses;
  return item;
}

} // namespace pursuit
