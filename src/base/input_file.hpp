// Files that the user named, as input or for output.
#pragma once

#include <string>

#include "base/disk.hpp"
#include "base/errors.hpp"

namespace pursuit {

// The whole file. Throws ConfigError, at `where`, if it does not exist or cannot be read: `what` says what it is ("data file"),
// `next` what to do.
std::string read_input(Disk &disk, const std::string &path, const std::string &what,
                       const Where &where = {}, const std::string &next = "");

// Throws ConfigError where a folder is: before the work whose result it is to hold.
void check_output_file(const std::string &path);

} // namespace pursuit
