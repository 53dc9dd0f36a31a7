// A new empty folder among the machine's temporary ones, removed with all in it at the end of its life.
#pragma once

#include <filesystem>
#include <string>

namespace pursuit {

class TemporaryFolder {
public:
  // In $TMPDIR; where that is empty, gone, full or no folder, in /tmp, /var/tmp or, if it is not empty, `last_resort`
  // (made where it is missing). Throws RunError where none of them takes it, naming each and why.
  explicit TemporaryFolder(const std::filesystem::path &last_resort = {});
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  const std::filesystem::path &path() const { return path_; }
  void keep() { keep_ = true; } // it stays
  // That TMPDIR cannot be used, why, and what is used instead; empty where it is used or not set.
  const std::string &notice() const { return notice_; }

private:
  std::filesystem::path path_;
  std::string notice_;
  bool keep_ = false;
};

} // namespace pursuit
