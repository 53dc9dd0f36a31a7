#include "base/memory_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail() {
  throw RunError(fmt::format("cannot use a file in memory: {}", std::strerror(errno)));
}

} // namespace

MemoryFile::MemoryFile() : fd_(::memfd_create("pursuit", MFD_CLOEXEC)) {
  if (fd_ < 0) fail();
  path_ = fmt::format("/proc/self/fd/{}", fd_);
  if (::access(path_.c_str(), F_OK) == 0) return;
  ::close(fd_);
  std::error_code ignored;
  const fs::path folders[] = {"/dev/shm", fs::temp_directory_path(ignored), "/tmp"};
  for (const fs::path &folder : folders) {
    path_ = (folder / "pursuit_XXXXXX").string();
    fd_ = ::mkostemp(path_.data(), O_CLOEXEC);
    has_name_ = fd_ >= 0;
    if (has_name_) return;
  }
  throw RunError(fmt::format(
      "/proc is not mounted, and there is no other place for a file in memory (/dev/shm, TMPDIR, "
      "/tmp): {}; mount /proc, or set TMPDIR to a folder that can be written",
      std::strerror(errno)));
}

MemoryFile::~MemoryFile() {
  ::close(fd_);
  if (has_name_) ::unlink(path_.c_str());
}

std::string MemoryFile::bytes() const {
  struct stat about {};
  if (::fstat(fd_, &about) != 0) fail();
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got =
        ::pread(fd_, text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail();
    filled += static_cast<std::size_t>(got);
  }
  return text;
}

} // namespace pursuit
