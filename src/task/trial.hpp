// One trial: who is shown what, drawn from (seed, trial) alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/noise.hpp"
#include "plan/run.hpp"
#include "task/behavior.hpp"

namespace pursuit {

// What was drawn. Stage 1: any day, any contrast, wide. Stage 2: day 0, any contrast, one of the
// three narrow conditions. prior_input: any day, any contrast; on days with tgdir 0 one of wide and
// the three narrow conditions, elsewhere wide.
struct Draw {
  int day = 0; // index into Behavior::days
  Contrast contrast = Contrast::high;
  Condition condition = Condition::wide;
  double direction_deg = 0; // of the stimulus: tgdir + {0, +15, -15} + noise_direction randn
};
Draw draw_trial(const Behavior &behavior, const RunSpec &spec, std::uint32_t trial);

// Where x_0 and the recurrent noise come from: drawn from (seed, trial), or given (replay).
struct TrialNoise {
  std::uint64_t seed = 1;
  std::uint32_t trial = 0;
  double recurrent = 0.01;             // standard deviation of the addend
  std::span<const float> given_x0;     // (N); empty: draw
  std::span<const float> given_addend; // (N, T-1): column t-1 is added at step t
};

struct Trial {
  std::vector<double> u; // (k, T): input, summed in double and rounded to float once; kept as
                         // double (replay: as given)
  std::vector<double> z; // (T, 2): target
  TrialNoise noise;
};

// What is put into a network: a direction at an amplitude, in channels 0 and 1, and the prior's cue, in channel 2.
struct Stimulus {
  std::size_t channels = 2;
  double amplitude = 1, direction_deg = 0, cue = 0;
  double noise = 0; // standard deviation, channels 0 and 1
};
// u (k, T): amplitude (cos, sin)(direction) + noise normals[t + T channel], summed in double and rounded to float once.
std::vector<double> stimulus_input(const Stimulus &stimulus, std::span<const float> normals);

// Stimulus, target and noise of a draw.
Trial make_trial(const Behavior &behavior, const RunSpec &spec, std::uint32_t trial,
                 const Draw &draw);

// x0 (N) and addend (N, T-1) as TrialNoise says. addend = float(recurrent) * normal, x0 = 0.01f *
// normal, by `make_group`.
void fill_trial_noise(const TrialNoise &noise, std::span<float> x0, std::span<float> addend,
                      GroupNormals make_group = group_normals);

} // namespace pursuit
