#include "base/file_calls.hpp"

#include <cerrno>
#include <cstdio>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace pursuit {

namespace {

class RealFileCalls final : public FileCalls {
public:
  int open(const std::string &path, int flags, mode_t mode) override {
    return ::open(path.c_str(), flags, mode);
  }
  int close(int fd) override { return ::close(fd); }
  ssize_t read(int fd, char *buffer, std::size_t size) override { return ::read(fd, buffer, size); }
  ssize_t pread(int fd, char *buffer, std::size_t size, off_t offset) override {
    return ::pread(fd, buffer, size, offset);
  }
  ssize_t write(int fd, const char *bytes, std::size_t size) override {
    return ::write(fd, bytes, size);
  }
  int ftruncate(int fd, off_t size) override { return ::ftruncate(fd, size); }
  int fstat(int fd, struct stat *about) override { return ::fstat(fd, about); }
  int stat(const std::string &path, struct stat *about) override {
    return ::stat(path.c_str(), about);
  }
  int fsync(int fd) override { return ::fsync(fd); }
  int flock(int fd, int operation) override { return ::flock(fd, operation); }
  int rename(const std::string &from, const std::string &to) override {
    return ::rename(from.c_str(), to.c_str());
  }
  int link(const std::string &from, const std::string &to) override {
    return ::link(from.c_str(), to.c_str());
  }
  int unlink(const std::string &path) override { return ::unlink(path.c_str()); }
  int mkdir(const std::string &path, mode_t mode) override { return ::mkdir(path.c_str(), mode); }

  int list(const std::string &folder, std::vector<std::string> &names) override {
    DIR *stream = ::opendir(folder.c_str());
    if (stream == nullptr) return -1;
    while (const dirent *entry = ::readdir(stream)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    return ::closedir(stream);
  }

  long long free_bytes(const std::string &folder) override {
    struct statvfs about {};
    if (::statvfs(folder.c_str(), &about) != 0) return -1;
    return static_cast<long long>(about.f_bavail) * static_cast<long long>(about.f_frsize);
  }
};

} // namespace

FileCalls &real_file_calls() {
  static RealFileCalls calls;
  return calls;
}

} // namespace pursuit
