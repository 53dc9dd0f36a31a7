// A run in the middle of its training, whole: format "pursuit-checkpoint/1". Restoring it and going on
// gives the bytes of an uninterrupted training.
//
// Grammar, numbers little-endian, a text or an array preceded by its length (uint64):
//   "pursuit-checkpoint/1\n"  run id (text)  numerics (text)
//   n, k, trained, updates (int64)  tau_ms, dt_ms, learning_rate, beta1_power, beta2_power (double)
//   arrays of double: w, w_in, w_out, [b_out], input_gain, threshold, response_gain,
//                     then of m and of v: w, w_in, w_out, [b_out], activation;  losses
//   SHA-256 of all before it (64 hex digits)
// Version history: 1 is the first.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"

namespace pursuit {

struct Checkpoint {
  std::string run_id;
  std::string numerics; // of the engine that wrote it: another engine must not go on from it
  TrainingState state;
  std::vector<double> losses; // of the trials done, one per update
};

std::string checkpoint_bytes(const Checkpoint &checkpoint);

// Throws RunError, saying what is wrong, on anything but the whole bytes of a checkpoint.
Checkpoint parse_checkpoint(std::string_view bytes);

// The checkpoint, if it is whole and of this run and numerics.
std::optional<Checkpoint> parse_checkpoint(std::string_view bytes, const std::string &run_id,
                                           const std::string &numerics);

// <run_folder>/checkpoint
std::filesystem::path checkpoint_path(const std::filesystem::path &run_folder);

} // namespace pursuit
