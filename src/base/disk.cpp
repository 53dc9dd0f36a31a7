#include "base/disk.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/disk_fault.hpp"
#include "base/errors.hpp"
#include "base/file_calls.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// What a pipe or a device may give; /dev/zero never ends.
constexpr std::size_t k_most_of_a_stream = std::size_t{64} << 20;

// Every file the program reads is smaller, a model of the most units included.
constexpr off_t k_largest_file = off_t{4} << 30;

fs::path folder_of(const fs::path &path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Of a path: nothing is there, or can be.
bool is_absence(int reason) {
  return reason == ENOENT || reason == ENOTDIR || reason == ELOOP || reason == ENAMETOOLONG;
}

// Owns a file descriptor.
class Descriptor {
public:
  Descriptor(FileCalls &calls, const fs::path &path, int flags, mode_t mode = 0)
      : calls_(calls), fd_(calls.open(path, flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    const int reason = errno;
    if (fd_ >= 0) calls_.close(fd_);
    errno = reason;
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  int fd() const { return fd_; }
  bool opened() const { return fd_ >= 0; }

private:
  FileCalls &calls_;
  int fd_;
};

// "model.mat.4711-3.tmp": of process 4711, its third.
bool is_temporary(const std::string &name) {
  constexpr std::string_view k_end = ".tmp";
  if (!name.ends_with(k_end)) return false;
  const std::string stem = name.substr(0, name.size() - k_end.size());
  const std::size_t dot = stem.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == stem.size()) return false;
  return std::all_of(stem.begin() + static_cast<std::ptrdiff_t>(dot) + 1, stem.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0 || c == '-'; });
}

fs::path temporary_name(const fs::path &path) {
  static std::atomic<unsigned> count = 0;
  fs::path name = path;
  name += fmt::format(".{}-{}.tmp", ::getpid(), ++count);
  return name;
}

class CallsDisk final : public Disk {
public:
  explicit CallsDisk(FileCalls &calls) : calls_(calls) {}

  std::optional<std::string> read(const fs::path &path) override {
    const Descriptor file(calls_, path, O_RDONLY);
    if (!file.opened()) {
      if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
      fail("read", path);
    }
    struct stat about {};
    if (calls_.fstat(file.fd(), &about) != 0) fail("read", path);
    if (S_ISDIR(about.st_mode)) {
      errno = EISDIR;
      fail("read", path);
    }
    if (about.st_size > k_largest_file) {
      throw RunError(fmt::format("cannot read {}: it has {} GiB; no file of this program has more "
                                 "than {}",
                                 path.string(), about.st_size >> 30, k_largest_file >> 30));
    }
    return read_to_end(file, path, about);
  }

  void write_whole(const fs::path &path, std::string_view bytes) override {
    make_folders(folder_of(path));
    const Temporary temporary(*this, path, bytes);
    if (calls_.rename(temporary.path(), path) != 0) fail_after(temporary, "write", path);
    sync_folder(folder_of(path));
  }

  void note(const fs::path &path, std::string_view bytes) override {
    const Temporary temporary(*this, path, bytes, false);
    if (calls_.rename(temporary.path(), path) != 0) fail_after(temporary, "write", path);
  }

  bool write_new(const fs::path &path, std::string_view bytes) override {
    make_folders(folder_of(path));
    const Temporary temporary(*this, path, bytes);
    const bool linked = calls_.link(temporary.path(), path) == 0; // fails where the name is taken
    if (!linked && errno != EEXIST) fail_after(temporary, "write", path);
    temporary.remove();
    if (linked) sync_folder(folder_of(path));
    return linked;
  }

  void append(const fs::path &path, std::string_view lines, bool durable) override {
    make_folders(folder_of(path));
    const bool is_new = durable && !exists(path);
    const Descriptor file(calls_, path, O_RDWR | O_CREAT | O_APPEND, 0666);
    if (!file.opened()) fail("write", path);
    const bool alone = locked(file);
    const off_t end = end_of_lines(file, path, alone);
    try {
      // Where the file cannot be locked, nothing is cut: the unfinished line is ended instead.
      if (end < 0) write_all(file, "\n", path);
      write_all(file, lines, path);
    } catch (const RunError &) {
      if (alone) (void)calls_.ftruncate(file.fd(), end);
      throw;
    }
    if (durable && calls_.fsync(file.fd()) != 0) fail("sync", path);
    if (is_new) sync_folder(folder_of(path));
  }

  bool exists(const fs::path &path) override {
    struct stat about {};
    if (calls_.stat(path, &about) == 0) return true;
    if (!is_absence(errno)) fail("read", path);
    return false;
  }

  std::optional<std::uint64_t> size(const fs::path &path) override {
    struct stat about {};
    const bool found = calls_.stat(path, &about) == 0;
    if (!found && !is_absence(errno)) fail("read", path);
    if (!found || !S_ISREG(about.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(about.st_size);
  }

  std::vector<std::string> list(const fs::path &folder) override {
    std::vector<std::string> names;
    if (calls_.list(folder, names) != 0 && !is_absence(errno)) fail("read folder", folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  void make_folders(const fs::path &folder) override {
    if (is_folder(folder)) return;
    const fs::path above = folder_of(folder);
    if (above != folder) make_folders(above);
    if (folder.filename().empty()) return; // "a/b/" ends with an empty name
    const bool made = calls_.mkdir(folder, 0777) == 0;
    if (!made && !(errno == EEXIST && is_folder(folder))) {
      if (errno == EEXIST) errno = ENOTDIR; // what is there is a file
      fail("make folder", folder);
    }
    sync_folder(above);
  }

  void remove(const fs::path &path) override {
    if (calls_.unlink(path) != 0 && errno != ENOENT) fail("remove", path);
  }

  void remove_abandoned(const fs::path &folder) override {
    std::vector<std::string> names;
    (void)calls_.list(folder, names); // what cannot be seen stays
    for (const std::string &name : names) {
      if (!is_temporary(name)) continue;
      const fs::path path = folder / name;
      const Descriptor file(calls_, path, O_RDONLY);
      if (file.opened() && calls_.flock(file.fd(), LOCK_EX | LOCK_NB) == 0) {
        (void)calls_.unlink(path); // no promise rests on it
      }
    }
  }

private:
  // A file beside `path` with these bytes, on the disk if `durable`. It is locked as long as this object lives,
  // so that nobody takes it for abandoned.
  class Temporary {
  public:
    Temporary(CallsDisk &disk, const fs::path &path, std::string_view bytes, bool durable = true)
        : disk_(disk), path_(temporary_name(path)),
          file_(disk.calls_, path_, O_WRONLY | O_CREAT | O_EXCL, 0666) {
      if (!file_.opened()) disk_.fail("write", path, bytes.size());
      (void)disk_.locked(file_);
      try {
        disk_.write_all(file_, bytes, path);
        if (durable && disk_.calls_.fsync(file_.fd()) != 0) disk_.fail("sync", path, bytes.size());
      } catch (const RunError &) {
        remove();
        throw;
      }
    }
    const fs::path &path() const { return path_; }
    void remove() const { (void)disk_.calls_.unlink(path_); }

  private:
    CallsDisk &disk_;
    fs::path path_;
    Descriptor file_;
  };

  [[noreturn]] void fail(const char *action, const fs::path &path, std::size_t bytes = 0) {
    const int reason = errno;
    const std::string text = disk_fault(calls_, action, path, reason, bytes);
    if (reason == EACCES || reason == EPERM) throw PermissionError(text);
    throw RunError(text);
  }

  [[noreturn]] void fail_after(const Temporary &temporary, const char *action,
                               const fs::path &path) {
    const int reason = errno;
    temporary.remove();
    errno = reason;
    fail(action, path);
  }

  bool is_folder(const fs::path &path) {
    struct stat about {};
    return calls_.stat(path, &about) == 0 && S_ISDIR(about.st_mode);
  }

  bool locked(const Descriptor &file) {
    int result = -1;
    do {
      result = calls_.flock(file.fd(), LOCK_EX);
    } while (result != 0 && errno == EINTR);
    return result == 0;
  }

  std::string read_to_end(const Descriptor &file, const fs::path &path, const struct stat &about) {
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t filled = 0;
    while (true) {
      if (filled == bytes.size()) bytes.resize(filled + 4096);
      const ssize_t got = calls_.read(file.fd(), bytes.data() + filled, bytes.size() - filled);
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

  void write_all(const Descriptor &file, std::string_view bytes, const fs::path &path) {
    const std::size_t size = bytes.size();
    while (!bytes.empty()) {
      const ssize_t written = calls_.write(file.fd(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write", path, size);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  // Searched from the end on; 0 where there is none.
  off_t after_last_newline(const Descriptor &file, const fs::path &path, off_t end) {
    std::array<char, 4096> buffer;
    std::size_t size = 1; // nearly always the last byte is one
    while (end > 0) {
      const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(size));
      const ssize_t got =
          calls_.pread(file.fd(), buffer.data(), static_cast<std::size_t>(end - begin), begin);
      if (got != end - begin) fail("read", path);
      const std::string_view part(buffer.data(), static_cast<std::size_t>(got));
      const std::size_t newline = part.rfind('\n');
      if (newline != std::string_view::npos) return begin + static_cast<off_t>(newline) + 1;
      end = begin;
      size = buffer.size();
    }
    return 0;
  }

  // Where the whole lines of the file end, after cutting what follows them if `may_cut`. -1: they
  // do not end where the file does.
  off_t end_of_lines(const Descriptor &file, const fs::path &path, bool may_cut) {
    struct stat about {};
    if (calls_.fstat(file.fd(), &about) != 0) fail("write", path);
    const off_t end = after_last_newline(file, path, about.st_size);
    if (end == about.st_size) return end;
    if (!may_cut) return -1;
    if (calls_.ftruncate(file.fd(), end) != 0) fail("mend", path);
    return end;
  }

  // A new name is on the disk only when its folder is. File systems that cannot sync a folder say
  // EINVAL; one that may be written but not read (EACCES) cannot be synced either.
  void sync_folder(const fs::path &folder) {
    const Descriptor descriptor(calls_, folder, O_RDONLY | O_DIRECTORY);
    if (!descriptor.opened() && errno == EACCES) return;
    if (!descriptor.opened()) fail("open folder", folder);
    if (calls_.fsync(descriptor.fd()) != 0 && errno != EINVAL) fail("sync folder", folder);
  }

  FileCalls &calls_;
};

} // namespace

Disk &real_disk() {
  static CallsDisk disk(real_file_calls());
  return disk;
}

std::unique_ptr<Disk> make_disk(FileCalls &calls) { return std::make_unique<CallsDisk>(calls); }

} // namespace pursuit
