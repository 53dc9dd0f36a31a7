// Results of before there was `diverged`, and of networks whose data was not at hand when they were judged.
#pragma once

#include <optional>

#include "base/disk.hpp"
#include "store/manifest.hpp"
#include "task/divergence.hpp"

namespace pursuit {

// In memory only: `diverged` of each finished run that nobody has judged, where the manifest's data is there with the
// SHA-256 it had. Reads the data only if there is such a run.
void judge_diverged(Disk &disk, Manifest &manifest);
// The same for one run of that manifest's output folder.
void judge_diverged(Disk &disk, const Manifest &manifest, ManifestRun &run);

// Of the manifest's data, where it is there with the SHA-256 it had.
std::optional<TargetNorms> norms_of_data(Disk &disk, const Manifest &manifest);

} // namespace pursuit
