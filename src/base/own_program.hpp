// The program that is running.
#pragma once

#include <filesystem>

namespace pursuit {

// Its path, links resolved, also where /proc is not mounted. Empty if nothing says it.
std::filesystem::path own_program();

} // namespace pursuit
