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
#include "train/checkpoint.hpp"

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

struct TrainOutcome {
  bool stopped = false; // by stop_requested: not finished
  Network network;
  std::vector<double> losses; // trials done, in order
  std::string error; // not empty: the run failed (a loss or a parameter is not finite, no memory)
  std::string no_checkpoint; // stopped, and why its checkpoint is not on the disk
};

// Called between trials. `item` counts the runs in the order in which they came, from 0.
struct TrainHooks {
  // At most a few times a second.
  std::function<void(std::size_t item, const TrainProgress &)> progress;
  // True: stop after this trial (SIGTERM, SIGINT).
  std::function<bool()> stop_requested;
  // A run has ended, or failed, or is stopped. The others go on after this.
  std::function<void(std::size_t item, TrainOutcome)> ended;
  // After the runs that end here have ended: more runs, which join those in training. What else it does is not counted as
  // time of the training.
  std::function<std::vector<TrainItem>()> joining;
  // Writes it; throws RunError. Asked for when `checkpoint_every_s` has passed, and when it stops; less often where the
  // training would stand still for more than 1% of the time, but at least every 30 s if asked to. Called by another thread,
  // one checkpoint at a time; none of a run that has ended.
  std::function<void(const Checkpoint &)> checkpoint;
  // A checkpoint could not be written.
  std::function<void(std::size_t item, const std::string &why)> no_checkpoint;
  double checkpoint_every_s = 30;
  bool writes_beside =
      true; // false: checkpoints are written between trials, in their order (tests)
};

// Trains runs side by side until none is left; each ends once, by `ended`. Those that do not fit together (Training::fits)
// are trained one after the other.
void train(Engine &engine, const Behavior &behavior, std::vector<TrainItem> items,
           const TrainHooks &hooks, Clock &clock);

} // namespace pursuit
