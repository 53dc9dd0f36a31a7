// The text of --version, of both programs.
#pragma once

#include <string>

namespace pursuit {

// Version, git commit, numerics names and library versions, a line each.
std::string version_text(const std::string &program);

} // namespace pursuit
