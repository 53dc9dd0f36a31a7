#include "base/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char *action, const fs::path &path) {
  const int reason = errno;
  throw RunError(fmt::format("cannot {} {}: {}", action, path.string(), std::strerror(reason)));
}

// What a pipe or a device may give; /dev/zero never ends.
constexpr std::size_t k_most_of_a_stream = std::size_t{64} << 20;

// Every file the program reads is smaller, a model of the most units included.
constexpr off_t k_largest_file = off_t{4} << 30;

// Owns a file descriptor.
class Descriptor {
public:
  Descriptor(const fs::path &path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  int fd() const { return fd_; }
  bool opened() const { return fd_ >= 0; }

private:
  int fd_;
};

void write_all(int fd, std::string_view bytes, const fs::path &path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// A rename is on the disk only when its folder is. File systems that cannot sync a folder say
// EINVAL.
void sync_folder(const fs::path &folder) {
  const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (!descriptor.opened()) fail("open folder", folder);
  if (::fsync(descriptor.fd()) != 0 && errno != EINVAL) fail("sync folder", folder);
}

fs::path folder_of(const fs::path &path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

class RealDisk final : public Disk {
public:
  std::optional<std::string> read(const fs::path &path) override {
    const Descriptor file(path, O_RDONLY);
    if (!file.opened()) {
      if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
      fail("read", path);
    }
    struct stat about {};
    if (::fstat(file.fd(), &about) != 0) fail("read", path);
    if (S_ISDIR(about.st_mode)) {
      errno = EISDIR;
      fail("read", path);
    }
    if (about.st_size > k_largest_file) {
      throw RunError(fmt::format("cannot read {}: it has {} GiB; no file of this program has more "
                                 "than {}",
                                 path.string(), about.st_size >> 30, k_largest_file >> 30));
    }
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t filled = 0;
    while (true) {
      if (filled == bytes.size()) bytes.resize(filled + 4096);
      const ssize_t got = ::read(file.fd(), bytes.data() + filled, bytes.size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("read", path);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
      if (!S_ISREG(about.st_mode) && filled > k_most_of_a_stream) {
        throw RunError(fmt::format("cannot read {}: it is no regular file, and has no end within "
                                   "{} MiB",
                                   path.string(), k_most_of_a_stream >> 20));
      }
    }
    bytes.resize(filled);
    return bytes;
  }

  void write_whole(const fs::path &path, std::string_view bytes) override {
    const fs::path temporary = write_temporary(path, bytes);
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      const int reason = errno;
      ::unlink(temporary.c_str());
      errno = reason;
      fail("write", path);
    }
    sync_folder(folder_of(path));
  }

  bool write_new(const fs::path &path, std::string_view bytes) override {
    const fs::path temporary = write_temporary(path, bytes);
    const bool linked =
        ::link(temporary.c_str(), path.c_str()) == 0; // fails where the name is taken
    const int reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    if (!linked && reason == EEXIST) return false;
    if (!linked) fail("write", path);
    sync_folder(folder_of(path));
    return true;
  }

  void append(const fs::path &path, std::string_view bytes, bool durable) override {
    const bool is_new = durable && !exists(path);
    make_folders(folder_of(path));
    const Descriptor file(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (!file.opened()) fail("write", path);
    write_all(file.fd(), bytes, path);
    if (durable && ::fdatasync(file.fd()) != 0) fail("sync", path);
    if (is_new) sync_folder(folder_of(path));
  }

  bool exists(const fs::path &path) override {
    std::error_code ignored;
    return fs::exists(path, ignored);
  }

  std::optional<std::uint64_t> size(const fs::path &path) override {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(about.st_size);
  }

  std::vector<std::string> list(const fs::path &folder) override {
    std::error_code error;
    std::vector<std::string> names;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, error)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void make_folders(const fs::path &folder) override {
    std::error_code error;
    fs::create_directories(folder, error);
    std::error_code ignored;
    if (error && !fs::is_directory(folder, ignored)) {
      throw RunError(fmt::format("cannot make folder {}: {}", folder.string(), error.message()));
    }
  }

  void remove(const fs::path &path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path);
  }

private:
  // A synced file beside `path`; its name is this process's own.
  fs::path write_temporary(const fs::path &path, std::string_view bytes) {
    make_folders(folder_of(path));
    fs::path temporary = path;
    temporary += fmt::format(".{}.tmp", ::getpid());
    const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (!file.opened()) fail("write", temporary);
    try {
      write_all(file.fd(), bytes, path);
      if (::fsync(file.fd()) != 0) fail("sync", path);
    } catch (const RunError &) {
      ::unlink(temporary.c_str());
      throw;
    }
    return temporary;
  }
};

} // namespace

Disk &real_disk() {
  static RealDisk disk;
  return disk;
}

} // namespace pursuit
