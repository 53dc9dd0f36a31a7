// Small runs for the training's tests, and an engine that makes its losses up.
#pragma once

#include <functional>
#include <utility>

#include <gtest/gtest.h>

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

// An engine whose trainings count updates and make up losses: 100 + trial, NaN where told.
class FakeEngine : public Engine {
public:
  // Called before the losses and states are handed out.
  std::function<double(std::size_t network, std::int64_t trial)> loss =
      [](std::size_t, std::int64_t trial) { return 100.0 + static_cast<double>(trial); };
  std::function<void(TrainingState &)> change_state = [](TrainingState &) {};
  std::size_t most_pending = 0; // updates between two calls of take_losses

  std::string numerics() const override { return "fake-1"; }
  std::string describe() const override { return "fake"; }
  std::unique_ptr<Training> start(std::vector<TrainingState> pack) override;
};

class FakeTraining : public Training {
public:
  FakeTraining(FakeEngine &engine, std::vector<TrainingState> pack)
      : engine_(engine), pack_(std::move(pack)), losses_(pack_.size()) {}
  void update(std::span<const Trial>) override {
    for (std::size_t i = 0; i < pack_.size(); ++i) {
      losses_[i].push_back(engine_.loss(i, pack_[i].updates++));
    }
    engine_.most_pending = std::max(engine_.most_pending, losses_[0].size());
  }
  std::vector<std::vector<double>> take_losses() override {
    return std::exchange(losses_, std::vector<std::vector<double>>(pack_.size()));
  }
  TrainingState state(std::size_t i) override {
    TrainingState state = pack_[i];
    engine_.change_state(state);
    return state;
  }
  LastUpdate last_update(std::size_t) override { return {}; }

private:
  FakeEngine &engine_;
  std::vector<TrainingState> pack_;
  std::vector<std::vector<double>> losses_;
};

inline std::unique_ptr<Training> FakeEngine::start(std::vector<TrainingState> pack) {
  return std::make_unique<FakeTraining>(*this, std::move(pack));
}

// Stops after `trials` trials and goes on from the bytes of the checkpoint.
inline TrainItem item_after(Engine &engine, const RunSpec &spec, int trials,
                            const std::optional<Network> &parent = std::nullopt) {
  SteppingClock clock(0);
  TrainItem item = item_of(spec, parent);
  std::string bytes;
  TrainHooks hooks;
  hooks.stop_requested = [&trials] { return --trials == 0; };
  hooks.checkpoint = [&](std::size_t, const TrainingState &state,
                         const std::vector<double> &losses) {
    bytes = checkpoint_bytes({item.id, engine.numerics(), state, losses});
  };
  const TrainOutcome outcome = train(engine, small_behavior(), {item}, hooks, clock).at(0);
  EXPECT_TRUE(outcome.stopped);
  const Checkpoint checkpoint = parse_checkpoint(bytes);
  item.state = checkpoint.state;
  item.losses = checkpoint.losses;
  return item;
}

} // namespace pursuit
