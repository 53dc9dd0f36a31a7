// The system calls that a Disk is made of. Each returns what the call of its name in POSIX returns
// and sets errno; a test's own ones fail, tear, or are the last before the power goes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

namespace pursuit {

class FileCalls {
public:
  virtual ~FileCalls() = default;

  virtual int open(const std::string &path, int flags, mode_t mode) = 0;
  virtual int close(int fd) = 0;
  virtual ssize_t read(int fd, char *buffer, std::size_t size) = 0;
  virtual ssize_t pread(int fd, char *buffer, std::size_t size, off_t offset) = 0;
  virtual ssize_t write(int fd, const char *bytes, std::size_t size) = 0;
  virtual int ftruncate(int fd, off_t size) = 0;
  virtual int fstat(int fd, struct stat *about) = 0;
  virtual int stat(const std::string &path, struct stat *about) = 0;
  virtual int fsync(int fd) = 0;
  virtual int flock(int fd, int operation) = 0;
  virtual int rename(const std::string &from, const std::string &to) = 0;
  virtual int link(const std::string &from, const std::string &to) = 0;
  virtual int unlink(const std::string &path) = 0;
  virtual int mkdir(const std::string &path, mode_t mode) = 0;
  // Names in a folder, in any order, without "." and ".."; -1 where it cannot be read.
  virtual int list(const std::string &folder, std::vector<std::string> &names) = 0;
  // Bytes this process may still write to the file system of that folder; -1: unknown.
  virtual long long free_bytes(const std::string &folder) = 0;
};

// Those of the machine. One object, no state.
FileCalls &real_file_calls();

} // namespace pursuit
