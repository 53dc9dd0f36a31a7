// Which finished runs do not enter statistics: those that diverged (task/divergence.hpp), and those trained from one that
// did. They are done and kept, and every count that leaves them out says so.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "store/manifest.hpp"

namespace pursuit {

// Ids of such runs.
std::unordered_set<std::string> left_out(const std::vector<ManifestRun> &runs);

// "2 that diverged or were trained from one that did"; `count` at least 1.
std::string left_out_text(std::size_t count);

} // namespace pursuit
