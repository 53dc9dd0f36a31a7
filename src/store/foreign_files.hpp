// What lies among our files and is named by no record.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/disk.hpp"

namespace pursuit {

struct ForeignFiles {
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> denied; // folders that cannot be read, and why
};

// In models/ and runs/ of an output folder. `ids`: of the runs whose folders are looked into; `models`: paths of theirs,
// relative to output_dir.
ForeignFiles foreign_files(Disk &disk, const std::filesystem::path &output_dir,
                           const std::set<std::string> &ids, std::set<std::string> models);

} // namespace pursuit
