// A file with everything it includes, as one tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

struct LoadedTree {
  Value root;                        // a mapping, without `include`
  std::string file_sha256;           // of the file itself
  std::vector<std::string> included; // every other file that was read
};

// Reads `file` and, below its own keys, the files that its `include` names (relative to the file
// that says them; they may include others). nullopt if one of them cannot be read; then the
// faults say why.
std::optional<LoadedTree> load_tree(Disk &disk, const std::string &file, Faults &faults);

// A path that a value of the tree names: relative to the file that says it; relative to the current
// folder if an option says it.
std::string resolved_path(const std::string &path, const Where &said);

} // namespace pursuit
