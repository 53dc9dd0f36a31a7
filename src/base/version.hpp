// What this program was built from, for --version and the manifest.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pursuit {

std::string program_version();       // "0.1.0"
std::string program_commit();        // 40 hex digits; empty if it was not built from a git checkout
std::optional<bool> program_dirty(); // the sources differed from that commit; none: unknown
// Name and version of each library it was built with, e.g. {"fmt", "9.1.0"}. LibTorch, which only a module links, is none of them.
std::vector<std::pair<std::string, std::string>> library_versions();

} // namespace pursuit
