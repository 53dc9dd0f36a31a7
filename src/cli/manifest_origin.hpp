// Whether what a verb shows is what the named file asks for.
#pragma once

#include <string>

#include "base/disk.hpp"
#include "store/experiment_folder.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// What the user must know where the place was named by a file that asks for other runs than the manifest was made for:
// it was made from another file, with --set or --data, or the file was edited since. "" otherwise. Comments, figures
// and claims make no difference.
std::string origin_notice(Disk &disk, const ExperimentFolder &place, const Manifest &manifest);

// Only what the difference is, and which kept manifest lists what the file asks for:
// "m.yaml has changed since results/m/manifest.json was made from it (...)".
std::string origin_difference(Disk &disk, const ExperimentFolder &place, const Manifest &manifest);

// read_manifest for a verb that shows it: says that notice on stderr.
Manifest read_manifest_to_show(Disk &disk, const ExperimentFolder &place);

} // namespace pursuit
