#include "base/memory_file.hpp"

#include <cerrno>
#include <cstring>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

[[noreturn]] void fail() {
  throw RunError(fmt::format("cannot use a file in memory: {}", std::strerror(errno)));
}

} // namespace

MemoryFile::MemoryFile() : fd_(::memfd_create("pursuit", MFD_CLOEXEC)) {
  if (fd_ < 0) fail();
  path_ = fmt::format("/proc/self/fd/{}", fd_);
}

MemoryFile::~MemoryFile() { ::close(fd_); }

void MemoryFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
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
