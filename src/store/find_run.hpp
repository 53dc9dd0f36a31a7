// RUN of the command line: a run by the first digits of its id.
#pragma once

#include <string>
#include <vector>

#include "store/manifest.hpp"

namespace pursuit {

// A run as messages name it.
struct NamedRun {
  std::string id, text;
};
// The id that starts with `start`. Throws ConfigError when none or several do: with the nearest one,
// or with those there are.
std::string find_id(const std::vector<NamedRun> &runs, const std::string &start);

// The manifest's run whose id starts with `start`. Throws ConfigError as above.
const ManifestRun &find_run(const Manifest &manifest, const std::string &start);

} // namespace pursuit
