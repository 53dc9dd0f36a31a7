// What every verb shares: parsing with the project's messages, and the wall where exceptions become
// exit codes.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace pursuit {

// Exit codes of both programs (SPEC section 2).
inline constexpr int k_exit_done = 0;
inline constexpr int k_exit_failed = 1;
inline constexpr int k_exit_wrong_input = 2;
inline constexpr int k_exit_bug = 3;

using Arguments = std::vector<std::string>; // without the program's (and the verb's) name

// False: --help was asked for and has been printed. Throws ConfigError with a "did you mean" on
// anything unknown.
bool parse(CLI::App &app, const Arguments &arguments);

// Opens /dev/null where standard input, output or error is closed, so that no file of ours takes its place; a file that grows
// past a limit is an error of its write, no signal. First thing in main.
void keep_standard_streams();

// Runs `body`; ConfigError -> 2, RunError -> 1, anything else -> 3, each with its message on
// stderr. A result that could not be written to stdout is a failure too.
int guarded(const std::string &program, const std::function<int()> &body);

} // namespace pursuit
