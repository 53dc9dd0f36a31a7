// bytes -> Experiment. Grammar: SPEC section 3, "pursuit-experiment/1" (version history: 1 is the
// first).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "experiment/experiment.hpp"

namespace pursuit {

// Options of the command line that change what the file says.
struct ExperimentOptions {
  std::vector<std::string> sets;         // "PATH=VALUE", applied in order
  std::optional<std::string> output_dir; // --output_dir
  std::optional<std::string> data;       // --data FILE|synthetic, relative to the current folder
};

// Reads the file, its includes and the options. Throws ConfigError with every fault found, each
// with its place.
Experiment read_experiment(Disk &disk, const std::string &file, const ExperimentOptions &options);

// Where an experiment's results lie. All else in the file may be wrong, or name what is gone: who
// only reads results needs no more of it.
struct Destination {
  std::string name, output_dir;
  std::string resolved_json;      // as of an Experiment, but unchecked
  std::optional<DataSource> data; // nothing where it is wrong or gone
};
Destination read_destination(Disk &disk, const std::string &file,
                             const std::optional<std::string> &output_dir);

} // namespace pursuit
