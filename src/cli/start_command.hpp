// The command that starts an experiment again, for a message to name.
#pragma once

#include <optional>
#include <string>

#include "base/disk.hpp"
#include "store/experiment_folder.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// With the file that the manifest was made from, its --set, and what else it cannot have from that file: the data, the
// engine, the output folder (`output_dir`: as given to this verb). Of a file without a manifest: the file and `output_dir`.
std::string start_command(Disk &disk, const ExperimentFolder &place,
                          const std::optional<Manifest> &manifest,
                          const std::optional<std::string> &output_dir);

} // namespace pursuit
