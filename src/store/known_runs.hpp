// RUN of the command line where it may also be an earlier one: of the manifest, or, when the
// experiment no longer asks for it, of runs/.
#pragma once

#include <string>

#include "base/disk.hpp"
#include "store/experiment_folder.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// A run that no manifest lists, from its own folder; its stage's name is not known: "". Throws
// ConfigError where it is damaged.
ManifestRun past_manifest_run(Disk &disk, const std::filesystem::path &output_dir,
                              const std::string &id);

// The manifest's run whose id starts with `start`, else the one of runs/. Throws ConfigError as
// find_id does.
ManifestRun find_known_run(Disk &disk, const ExperimentFolder &place, const Manifest &manifest,
                           const std::string &start);

} // namespace pursuit
