// What a trained network does on trials of its own, nothing trained: the raw material of every measure and figure.
//
// Trials (SPEC section 9). The prior's conditions: contrast {high, low} x direction {-15, 0, +15} around day 0's, each
// `trials` times, with the run's direction jitter, input noise and recurrent noise. Tuning: 24 directions (0, 15, .. 345
// degrees) per contrast without jitter, each max(1, trials / 10) times; only the mean is kept. A prior_input network does
// all of it twice: with the prior's cue (0.1), and with cue 0 for comparison. Days: what stage 1 learns, every day's target
// direction per contrast, each max(1, trials / 10) times; without jitter, so that an output is compared with what was
// shown, and without the cue, as in a wide block.
// Noise is drawn from (seed, trial) with purposes of its own: networks of a seed share it, so that they are compared pair
// by pair, and so do the conditions, so that a difference between them is not of their noise. Only days have noise of
// their own, each: several have the same direction, and would be the same trials.
//
// The forward pass is always that of the fused engine, whatever trained the network, and all sums are in a fixed order:
// an Evaluation has the same bits everywhere. Angles are taken later (measure/bias.hpp), by the C library's functions,
// which differ between machines in the last bits.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "experiment/experiment.hpp"
#include "store/model.hpp"
#include "task/behavior.hpp"

namespace pursuit {

inline constexpr int k_outcome_ms = k_steps - 1; // outputs: one a millisecond, t = 1..149
inline constexpr std::array<double, 3> k_offsets_deg = {-15, 0, 15};
inline constexpr int k_tuning_directions = 24; // k * 15 degrees
inline constexpr int k_state_every_ms = 5;     // states are kept at t = 4, 9, .. 149
inline constexpr int k_state_times = k_steps / k_state_every_ms;

// One contrast and one direction. All arrays column-major.
struct ConditionOutcome {
  std::vector<double> velocity_mean; // (149, 2): horizontal, vertical; over trials
  std::vector<double> velocity_sd;   // (149, 2): over trials, n - 1; 0 for one trial
  std::vector<double> heading; // (149, 2): mean over trials of o / |o| (a trial at rest adds 0)
  std::vector<double> trial_velocity; // (trials, 2): each trial's mean over the window
  std::vector<double> rate;           // (N): mean over trials and window
  std::vector<double> state;          // (N, 30): mean rate over trials at t = 4, 9, .. 149 ms
};
using ConditionOutcomes = std::array<ConditionOutcome, 3>; // as k_offsets_deg

// Everything with one value of the prior's cue.
struct CueOutcome {
  double cue = 0;
  std::array<ConditionOutcomes, 2> conditions; // [contrast]
  std::array<std::vector<double>, 2> tuning;   // [contrast] (N, 24): mean rate in the window
};

// What follows the target of each day of the behaviour.
struct DayOutcome {
  std::vector<double> target_deg; // (days)
  // [contrast] (2, days): {horizontal, vertical} of the output, mean over the window and trials.
  std::array<std::vector<double>, 2> velocity;
};

// Directions with another trained parameter in place of the network's own, for stage 2 (measure/shuffle.hpp). Mean unit
// vectors over trials: horizontal and vertical at -15 degrees, then at +15.
struct ShuffleOutcome {
  std::array<std::vector<double>, 2>
      shuffled; // [contrast] (4, shuffles): permuted, max(1, trials / 10) trials each
  std::array<std::vector<double>, 2>
      uniform; // [contrast] (4): every unit has the mean, `trials` trials
};

struct Evaluation {
  Evaluate settings; // experiment/experiment.hpp
  std::uint64_t seed = 1;
  double noise_recurrent = 0, noise_input = 0, noise_direction_deg = 0, amplitude_low = 0;
  double centre_deg = 0; // day 0's target direction
  std::string model_sha256, data_sha256;
  int n = 0;
  std::vector<CueOutcome> cues; // [0]: as trained; [1]: prior_input, without the cue
  DayOutcome days;
  std::optional<ShuffleOutcome> shuffle;
  // Of the model, so that an evaluation can be read alone.
  ActivationSet activation;      // the trained parameters; empty in stage 1
  std::vector<double> parameter; // (N, as many) their values, in the order of their table
  std::vector<double> w_in;      // (N, 2): weights from the stimulus
  // Of the behaviour on day 0: [contrast][narrow_minus15, narrow_plus15], {horizontal, vertical}:
  // mean over the window of what outputs are compared with.
  std::array<std::array<std::array<double, 2>, 2>, 2> behaviour_velocity{};

  // (N) the values of a trained parameter.
  std::vector<double> values_of(Activation trained) const;
};

inline constexpr const char *k_evaluation_engine = "fused";

// `model.seed` is that of the noise; `model_sha256` is only recorded. A stop that is asked for is seen between two
// trials: nothing then. Throws RunError where an output is not finite.
std::optional<Evaluation> evaluate(const Model &model, const std::string &model_sha256,
                                   const Behavior &behavior, const Evaluate &settings,
                                   const std::function<bool()> &stop_requested = {});

} // namespace pursuit
