// Trials of an evaluation: a network is shown known directions, with noise of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "task/behavior.hpp"
#include "task/trial.hpp"

namespace pursuit {

// What a network was trained with, and how many inputs it has (3: the last is the prior's cue).
struct ProbeSettings {
  std::uint64_t seed = 1;
  std::size_t units = 0, channels = 2;
  double noise_recurrent = 0.01, noise_input = 0.01, noise_direction_deg = 7, amplitude_low = 0.1;
};

// All that is random in one trial, drawn from (seed, trial) with the purposes of evaluation: every network of a seed, and
// every condition, has the same.
struct ProbeNoise {
  double direction_deg = 0;
  std::vector<float> input;      // (T, 2), standard normal
  std::vector<float> x0, addend; // (N), (N, T-1): as in TrialNoise
};
ProbeNoise probe_noise(const ProbeSettings &settings, std::uint32_t trial);

struct Probe {
  Contrast contrast = Contrast::high;
  double direction_deg = 0; // of the stimulus
  double cue = 0;           // of the prior; of no meaning where there are two channels
};
// Refers to `noise`, which must outlive it. Has no target.
Trial probe_trial(const ProbeSettings &settings, const Probe &probe, const ProbeNoise &noise);

} // namespace pursuit
