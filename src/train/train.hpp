// RunSpec + parent -> a trained model, or a reason why not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "engine/engine.hpp"
#include "plan/plan.hpp"
#include "store/model.hpp"
#include "task/behavior.hpp"

namespace pursuit {

// Initial values from the seed: W = gain/sqrt(N) randn, W_in = randn/sqrt(k), W_out = 0, b_out = 0
// (SPEC section 5).
Network initial_network(const RunSpec &spec);

// The first state of a run: of initial_network, or of the parent's network (stage 2: its weights,
// the activation parameters neutral).
TrainingState first_state(const RunSpec &spec, const std::optional<Network> &parent);

// Clips what is trained to its limits, as each update does: before the first one.
void clip(TrainingState &state);

struct TrainProgress {
  std::int64_t trial = 0; // trials done
  double loss = 0;        // of the last one
  double trials_per_s = 0;
};

// One run of a pack.
struct TrainItem {
  std::string id;
  RunSpec spec;
  TrainingState state;        // where it starts: first_state, or a checkpoint's
  std::vector<double> losses; // of the trials done before (a checkpoint's)
};

// Called between trials.
struct TrainHooks {
  // At most a few times a second.
  std::function<void(std::size_t item, const TrainProgress &)> progress;
  // True: stop after this trial (SIGTERM, SIGINT).
  std::function<bool()> stop_requested;
  // Asked for when `checkpoint_every_s` has passed, and when it stops; less often where it would take
  // more than 1% of the time, but at least every 30 s if asked to. May be empty.
  std::function<void(std::size_t item, const TrainingState &, const std::vector<double> &losses)>
      checkpoint;
  double checkpoint_every_s = 30;
};

struct TrainOutcome {
  bool stopped = false; // by stop_requested: not finished
  Network network;
  std::vector<double> losses; // trials done, in order
  std::string error;          // not empty: the run failed (a loss or a parameter is not finite)
};

// Trains a pack side by side; outcome i belongs to item i. Runs of a pack agree in mode, stage, N and
// n_trials, and in the activation too unless they are siblings (Engine::start).
std::vector<TrainOutcome> train(Engine &engine, const Behavior &behavior,
                                std::vector<TrainItem> items, const TrainHooks &hooks,
                                Clock &clock);

} // namespace pursuit
