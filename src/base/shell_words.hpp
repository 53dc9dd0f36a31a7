// Commands that a user can copy from a message into a shell.
#pragma once

#include <string>

namespace pursuit {

// The word as a POSIX shell reads it back: in single quotes where it needs them.
std::string shell_quoted(const std::string &word);

// The command this process was started with, to be given again in the same folder.
std::string own_command();

} // namespace pursuit
