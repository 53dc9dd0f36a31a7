// A run in the middle of its training, whole: format "pursuit-checkpoint/3". Restoring it and going on
// gives the bytes of an uninterrupted training.
//
// Grammar, numbers little-endian, a text or an array preceded by its length (uint64):
//   "pursuit-checkpoint/3\n"  run id (text)  numerics (text)
//   bytes of a number in the arrays (int64): 4 (float) where that loses nothing, else 8 (double)
//   n, k, trained, updates (int64)  tau_ms, dt_ms, learning_rate, beta1_power, beta2_power (double)
//   arrays: w, w_in, w_out, [b_out], input_gain, threshold, response_gain, then the same of m and of v, where an array
//           is empty of what is not trained                              ([b_out]: one double)
//   trained: the sum of 1 (input_gain), 2 (threshold), 4 (response_gain), of those that are; 0: the weights
//   losses (array of double)
//   SHA-256 of all before it (64 hex digits)
// Version history: 3 has any set of activation parameters trained. 2, read as well, had one: `trained` 0 the weights, 1
// input_gain, 2 threshold, 3 response_gain, and in m and v one array, that parameter's, in place of three. 1 had double
// arrays and is not read any more.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "engine/engine.hpp"
#include "plan/run.hpp"

namespace pursuit {

struct Checkpoint {
  std::string run_id;
  std::string numerics; // of the engine that wrote it: another engine must not go on from it
  TrainingState state;
  std::vector<double> losses; // of the trials done, one per update
};

std::string checkpoint_bytes(const Checkpoint &checkpoint);

// Throws RunError, saying what is wrong with "it", on anything but the whole bytes of a checkpoint.
Checkpoint parse_checkpoint(std::string_view bytes);

struct FoundCheckpoint {
  std::optional<Checkpoint> checkpoint; // whole, of this run and its numerics
  std::string fault;                    // why the one that is there is not used, or empty
};
// The checkpoint in that folder of the run. Without one the run starts at trial 0; throws PermissionError where there is
// one that this user may not read, which the next would replace.
FoundCheckpoint find_checkpoint(Disk &disk, const std::filesystem::path &run_folder,
                                const RunSpec &spec, const std::string &run_id);

// <run_folder>/checkpoint
std::filesystem::path checkpoint_path(const std::filesystem::path &run_folder);

} // namespace pursuit
