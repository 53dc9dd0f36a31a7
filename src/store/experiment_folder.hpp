// WHERE of the command line: an experiment's folder and its manifest.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.hpp"
#include "experiment/experiment.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// What the experiment file asks for, whatever else is wrong in it.
struct FileRequest {
  std::string resolved_json;      // as Experiment::resolved_json
  std::optional<DataSource> data; // nothing where it cannot be read
};

// Canonical, however WHERE was given (base/canonical_path.hpp): `.`, a link and the file name the same place.
struct ExperimentFolder {
  std::filesystem::path output_dir;
  std::filesystem::path folder;          // <output_dir>/<name>
  std::string file = {};                 // the experiment file, where WHERE was one
  std::optional<FileRequest> asked = {}; // by that file as it is now
};

// `where`: an experiment file (then with `output_dir` as given to run), or an experiment's folder.
// Throws ConfigError.
ExperimentFolder find_experiment_folder(Disk &disk, const std::string &where,
                                        const std::optional<std::string> &output_dir);

// The manifest as it is true now: after a crash the file may still say running; the lock decides.
Manifest read_manifest(Disk &disk, const ExperimentFolder &place);

// Whether a living process runs the experiment.
bool is_live(const ExperimentFolder &place);

} // namespace pursuit
