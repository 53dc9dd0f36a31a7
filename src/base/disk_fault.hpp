// Why something could not be done with a file, as people are told.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/file_calls.hpp"

namespace pursuit {

// "cannot write results/x.mat: No space left on device; 1.4 MiB needed, 0.2 MiB free in results".
// `reason`: an errno; `bytes`: the size of what was to be written, 0: no matter.
std::string disk_fault(FileCalls &calls, const char *action, const std::filesystem::path &path,
                       int reason, std::size_t bytes);

} // namespace pursuit
