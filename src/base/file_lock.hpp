// A lock that lives and dies with the process that holds it: flock(2) on a file. Whether it is held
// only the kernel says; the file's text names the holder for people, and is stale once it is gone.
// The file stays where it is: removing it while others wait would let two of them hold it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pursuit {

class FileLock {
public:
  // Makes the folder and the file. nullopt: somebody else holds it, be it another FileLock of this
  // process. Throws RunError where the file cannot be written or its file system has no locks.
  static std::optional<FileLock> try_take(const std::filesystem::path &path);
  // One that another process has taken and passed on by its descriptor: it is held while either of them holds it.
  static FileLock inherited(int fd) { return FileLock(fd); }
  ~FileLock();
  FileLock(FileLock &&other) noexcept;
  FileLock &operator=(FileLock &&other) noexcept;

  int fd() const { return fd_; }

  // Whether some living process holds it. Needs no right to write, and changes nothing.
  static bool is_held(const std::filesystem::path &path);
  // "pid 4711 on lab3 since 2026-02-11T18:12:02Z", as the last holder wrote it.
  static std::string holder(const std::filesystem::path &path);

private:
  explicit FileLock(int fd) : fd_(fd) {}
  void let_go();

  int fd_; // -1: moved from
};

// What locks on `path` do not promise there, as a notice; empty on local file systems and NFSv4.
std::string weak_locks(const std::filesystem::path &path);
// The type of the file system ("ext4", "nfs4") of a device in the text of /proc/self/mountinfo:
//   36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/sda1 rw
// The last mount of it counts. Empty where it is not listed.
std::string file_system_type(std::string_view mountinfo, unsigned major, unsigned minor);
// For people: what a type of file system keeps from locks on it; empty where all is well.
std::string weakness_of(std::string_view file_system_type);

} // namespace pursuit
