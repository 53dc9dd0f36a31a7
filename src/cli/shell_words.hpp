// Commands that a user can copy from a message into a shell.
#pragma once

#include <string>

namespace pursuit {

// The word as a POSIX shell reads it back: in single quotes where it needs them.
std::string shell_quoted(const std::string &word);

} // namespace pursuit
