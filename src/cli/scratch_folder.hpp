// A new empty folder among the machine's temporary ones, removed with all in it at the end of its
// life.
#pragma once

#include <filesystem>

namespace pursuit {

class ScratchFolder {
public:
  ScratchFolder(); // throws RunError where none can be made
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder &) = delete;
  ScratchFolder &operator=(const ScratchFolder &) = delete;

  const std::filesystem::path &path() const { return path_; }
  void keep() { keep_ = true; } // it stays

private:
  std::filesystem::path path_;
  bool keep_ = false;
};

} // namespace pursuit
