// status --watch: the status again and again, until the run has ended.
#pragma once

#include <optional>
#include <string>

namespace pursuit {

// Draws on a terminal; elsewhere prints the status whenever it has changed, with `json` an object a line. Waits where
// nothing runs yet, or no more. Returns the exit code: 0, or 128 + the signal that ended it; the terminal is as before.
// Throws ConfigError and RunError as find_place and read_manifest.
int watch_status(const std::string &where, const std::optional<std::string> &output_dir, bool json);

} // namespace pursuit
