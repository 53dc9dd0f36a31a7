// A file that has a path but lives in memory: for libraries that only write files by name. Where /proc is not mounted
// it has a name in /dev/shm, or in the folder for temporary files, while this object lives.
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

class MemoryFile {
public:
  MemoryFile(); // throws RunError
  ~MemoryFile();
  MemoryFile(const MemoryFile &) = delete;
  MemoryFile &operator=(const MemoryFile &) = delete;

  // Good while this object lives.
  const std::string &path() const { return path_; }
  std::string bytes() const;

private:
  int fd_ = -1;
  std::string path_;
  bool has_name_ = false; // to be removed
};

} // namespace pursuit
