#include "cli/experiment_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/disk.hpp"
#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

ExperimentLock::ExperimentLock(const fs::path &folder) : path_(folder / "lock") {
  try {
    real_disk().make_folders(folder);
  } catch (const RunError &error) {
    throw ConfigError(error.what(), "choose another folder with --output_dir");
  }
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) {
    throw ConfigError(fmt::format("cannot write {}: {}", path_.string(), std::strerror(errno)),
                      "choose another folder with --output_dir");
  }
}

ExperimentLock::~ExperimentLock() { ::close(fd_); }

bool ExperimentLock::try_take() {
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) return false;
  sign();
  return true;
}

bool ExperimentLock::take() {
  if (::flock(fd_, LOCK_EX) != 0) return false;
  sign();
  return true;
}

std::string ExperimentLock::holder() const {
  return real_disk().read(path_).value_or("an unknown process");
}

void ExperimentLock::sign() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string text = fmt::format("pid {} on {}", ::getpid(), host.data());
  // The text is for people only; a full disk must not stop the run here.
  if (::ftruncate(fd_, 0) == 0) (void)!::pwrite(fd_, text.data(), text.size(), 0);
}

bool ExperimentLock::is_held(const fs::path &folder) {
  const int fd = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return held;
}

} // namespace pursuit
