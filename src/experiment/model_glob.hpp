// Model files made elsewhere, named by a pattern.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/errors.hpp"

namespace pursuit {

// The files (no folders) that match a glob pattern with *, ? and [..], sorted by their bytes,
// whatever the locale. A relative pattern starts at the file that says it (`said`), or at the
// current folder if an option says it. nullopt: the pattern leads through more folders than any
// collection of models has. Not for two threads at once.
std::optional<std::vector<std::string>> matching_files(const std::string &pattern,
                                                       const Where &said);

} // namespace pursuit
