// pursuit-train as seen from pursuit-run: where it is, and what it answers. What needs LibTorch or
// CUDA is asked of it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pursuit {

// pursuit-train beside this program. Throws RunError if it is not there.
std::filesystem::path train_program();

struct Answer {
  int exit_code = 0; // 128 + signal when it was killed
  std::string out;
};
enum class Stderr { passed_on, dropped, with_stdout };
// Runs a program to its end with stdin closed; returns its stdout. `environment` is added to this process's own, of which
// variables whose names begin with `not_passed_on` are left out; empty: none are.
Answer ask(const std::vector<std::string> &command,
           const std::vector<std::pair<std::string, std::string>> &environment, Stderr its_stderr,
           std::string_view not_passed_on = {});

} // namespace pursuit
