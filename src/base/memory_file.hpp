// A file that has a path but lives in memory: for libraries that only read and write files by name.
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
  void append(std::string_view bytes);
  std::string bytes() const;

private:
  int fd_ = -1;
  std::string path_;
};

} // namespace pursuit
