#include "base/file_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Between two tries while somebody looks.
constexpr useconds_t k_glance_us = 200;

int open_lock(const fs::path &path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd >= 0) return fd;
  throw RunError(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

[[noreturn]] void refuse(const fs::path &path, int reason) {
  throw RunError(
      fmt::format("cannot lock {}: {}; its file system has no locks, and without them two "
                  "processes would train the same run: use a folder on a local disk or "
                  "NFSv4",
                  path.string(), std::strerror(reason)));
}

// False: somebody has it in another way.
bool try_lock(int fd, int kind, const fs::path &path) {
  while (::flock(fd, kind | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) refuse(path, errno);
  }
  return true;
}

// False: somebody holds it. One who only looks shares it for an instant, where a holder does not share.
bool lock_now(int fd, const fs::path &path) {
  while (!try_lock(fd, LOCK_EX, path)) {
    if (!try_lock(fd, LOCK_SH, path)) return false;
    ::flock(fd, LOCK_UN);
    ::usleep(k_glance_us);
  }
  return true;
}

// The file that is locked may have been removed while we waited, and another one made.
bool is_still_there(int fd, const fs::path &path) {
  struct stat ours {};
  struct stat there {};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

// For people only: a full disk must not stop anything here.
void sign(int fd) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string text = fmt::format("pid {} on {} since {}\n", ::getpid(), host.data(),
                                       rfc3339(real_clock().wall_s()));
  if (::ftruncate(fd, 0) == 0) (void)!::pwrite(fd, text.data(), text.size(), 0);
}

} // namespace

std::optional<FileLock> FileLock::try_take(const fs::path &path) {
  real_disk().make_folders(path.parent_path());
  while (true) {
    FileLock lock(open_lock(path));
    if (!lock_now(lock.fd_, path)) return std::nullopt;
    if (!is_still_there(lock.fd_, path)) continue;
    sign(lock.fd_);
    return lock;
  }
}

FileLock::~FileLock() { let_go(); }

FileLock::FileLock(FileLock &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock &FileLock::operator=(FileLock &&other) noexcept {
  if (this != &other) {
    let_go();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileLock::let_go() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool FileLock::is_held(const fs::path &path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

std::string FileLock::holder(const fs::path &path) {
  std::string text;
  try {
    text = real_disk().read(path).value_or("");
  } catch (const RunError &) {
    // It is for people: who holds it is not worth an error.
  }
  text = text.substr(0, text.find('\n'));
  return text.empty() ? "another process" : text;
}

std::string file_system_type(std::string_view mountinfo, unsigned major, unsigned minor) {
  const std::string device = fmt::format(" {}:{} ", major, minor);
  std::string type;
  while (!mountinfo.empty()) {
    const std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos || line.substr(0, dash).find(device) > line.size()) continue;
    const std::string_view rest = line.substr(dash + 3);
    type = rest.substr(0, rest.find(' '));
  }
  return type;
}

std::string weakness_of(std::string_view type) {
  if (type != "nfs" && type != "9p" && type != "cifs" && type != "smb3" && type != "fuse.sshfs") {
    return "";
  }
  return fmt::format("locks on {} may hold on this machine only: do not run pursuit-run on the "
                     "same output_dir from a second machine meanwhile",
                     type == "nfs" ? "nfs before version 4" : type);
}

std::string weak_locks(const fs::path &path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return "";
  const std::string mounts = real_disk().read("/proc/self/mountinfo").value_or("");
  return weakness_of(file_system_type(mounts, major(about.st_dev), minor(about.st_dev)));
}

} // namespace pursuit
