// What is true of an experiment that nobody runs any more, though its manifest says so.
#pragma once

#include <filesystem>

#include "base/disk.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// Takes into `manifest`, in memory only, what happened after it was last written: the journal's
// lines, and where these did not fit on the disk the runs' own results. Then nothing is running.
void bring_up_to_date(Disk &disk, const std::filesystem::path &output_dir,
                      const std::filesystem::path &folder, Manifest &manifest);

} // namespace pursuit
