// Model files made elsewhere, named by a pattern.
#pragma once

#include <string>
#include <vector>

#include "base/errors.hpp"

namespace pursuit {

struct MatchedFiles {
  std::vector<std::string> paths; // sorted by their bytes, whatever the locale
  bool searches_too_much =
      false;          // the pattern leads through more folders than any collection of models has
  std::string denied; // the first place where this user may not look; empty: none
};

// The files (no folders) that match a glob pattern with *, ? and [..]. A relative pattern starts at the file that says it
// (`said`), or at the current folder if an option says it. Not for two threads at once.
MatchedFiles matching_files(const std::string &pattern, const Where &said);

} // namespace pursuit
