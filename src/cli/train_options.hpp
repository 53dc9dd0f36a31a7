// The flags of pursuit-train: those of the reference's train.py, and ours (SPEC section 2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.hpp"
#include "experiment/experiment.hpp"

namespace pursuit {

struct TrainOptions {
  // Flags of parameters, by key, as written; and what they set.
  std::map<std::string, std::optional<std::string>> written;
  std::vector<Assignment> assigned;
  std::string mode;
  std::int64_t stage = 0;
  std::string output_dir;
  std::optional<int> gpu;
  double gpu_fraction = 0.9;
  std::optional<std::string> pretrained_path;
  std::optional<std::uint64_t> seed;
  std::string data = "synthetic";
  std::string device = "auto";
  std::string engine = "auto";
  bool resume = false;
  // What pursuit-run asks of this program.
  bool worker = false;
  bool describe = false;
  std::string replay_case, replay_output;
  bool version = false;

  // What the flag of a parameter sets; nullptr: it is not there.
  const ParameterValue *given(std::string_view key) const;
};

// The flag of a parameter as the reference has it, where it has one: "--decay_taus".
std::string flag_of(const Parameter &parameter);

// False: --help has been printed. Throws ConfigError with every fault of the flags, before any
// work.
bool parse_train_options(const Arguments &arguments, TrainOptions &options);

} // namespace pursuit
