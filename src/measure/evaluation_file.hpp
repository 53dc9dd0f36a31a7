// evaluation.mat: format "pursuit-evaluation/2", MATLAB v5. Version history: 1 is the first; 2 adds day_target_deg and
// day_velocity. A file of version 1 is not read: its network is evaluated again.
//
// Variables: format, numerics, model_sha256, data_sha256, activation (char); seed, trials, window_ms, shuffles, N
// (int64); noise_recurrent, noise_input, noise_direction, amplitude_low, centre_deg (double); offsets_deg (3, 1),
// tuning_deg (24, 1), time_ms (149, 1), state_time_ms (30, 1), cue (C, 1);
//   velocity_mean, velocity_sd, heading   (149, 2, 3, 2, C) double: time, {horizontal, vertical}, offset, {high, low}, cue
//   trial_velocity                        (trials, 2, 3, 2, C) double
//   rate                                  (N, 3, 2, C) single
//   state                                 (N, 30, 3, 2, C) single
//   tuning                                (N, 24, 2, C) single
//   day_target_deg (D, 1), day_velocity (2, D, 2) double: {horizontal, vertical}, day, {high, low}
//   parameter (N, 1) double, or (0, 1) in stage 1, or (N, as many as activation names) where several were trained; w_in (N, 2) double
//   behaviour_velocity (2, 2, 2): {horizontal, vertical}, {narrow_minus15, narrow_plus15}, {high, low}
//   shuffled_heading (2, 2, shuffles, 2), uniform_heading (2, 2, 2): {horizontal, vertical}, {-15, +15}, [shuffle],
//   {high, low}; only where the trained parameter was shuffled
// A trailing dimension of 1 is absent in MATLAB.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "measure/evaluation.hpp"
#include "store/evaluation_record.hpp"

namespace pursuit {

inline constexpr const char *k_evaluation_numerics = "fused-1"; // of the forward pass

// The same bytes for the same evaluation: no time, no host.
std::string evaluation_bytes(const Evaluation &evaluation);
// Throws RunError naming the path and the variable.
Evaluation read_evaluation(std::string_view bytes, const std::filesystem::path &path);

} // namespace pursuit
