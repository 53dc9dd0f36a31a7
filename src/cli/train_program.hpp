// pursuit-train as seen from pursuit-run: where it is, and what it answers. What needs LibTorch or
// CUDA is asked of it.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace pursuit {

// pursuit-train beside this program. Throws RunError if it is not there.
std::filesystem::path train_program();

struct Answer {
  int exit_code = 0; // 128 + signal when it was killed
  std::string out;
};
// Runs a program to its end with stdin closed and stderr passed through, or dropped; returns its
// stdout. `environment` is added to this process's own.
Answer ask(const std::vector<std::string> &command,
           const std::vector<std::pair<std::string, std::string>> &environment, bool quiet);

} // namespace pursuit
