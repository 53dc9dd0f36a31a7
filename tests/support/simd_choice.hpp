// Forces an instruction set through PURSUIT_SIMD while it lives.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace pursuit {

class SimdChoice {
public:
  explicit SimdChoice(const std::string &word) {
    if (const char *before = std::getenv(k_name)) before_ = before;
    ::setenv(k_name, word.c_str(), 1);
  }
  ~SimdChoice() {
    if (before_) {
      ::setenv(k_name, before_->c_str(), 1);
    } else {
      ::unsetenv(k_name);
    }
  }
  SimdChoice(const SimdChoice &) = delete;
  SimdChoice &operator=(const SimdChoice &) = delete;

private:
  static constexpr const char *k_name = "PURSUIT_SIMD";
  std::optional<std::string> before_;
};

} // namespace pursuit
