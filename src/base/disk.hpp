// Every read and write of the program goes through this interface, so that a test can fail, tear or
// crash any call. Promise of `write_whole`: after a crash the file is either what it was or the
// whole new text, never a part.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pursuit {

class Disk {
public:
  virtual ~Disk() = default;

  // The whole file; nullopt if it does not exist. Throws RunError on any other failure, naming path
  // and reason.
  virtual std::optional<std::string> read(const std::filesystem::path &path) = 0;
  // Replaces the file atomically: new file in the same folder, fsync, rename, fsync of the folder.
  // Makes folders.
  virtual void write_whole(const std::filesystem::path &path, std::string_view bytes) = 0;
  // Like write_whole, but never replaces: false if the path is taken.
  virtual bool write_new(const std::filesystem::path &path, std::string_view bytes) = 0;
  // Appends in one write; with `durable` the bytes are on the disk when it returns.
  virtual void append(const std::filesystem::path &path, std::string_view bytes, bool durable) = 0;
  virtual bool exists(const std::filesystem::path &path) = 0;
  // Size in bytes, or nullopt if there is no such regular file.
  virtual std::optional<std::uint64_t> size(const std::filesystem::path &path) = 0;
  // Names (not paths) in a folder, sorted; empty if there is no such folder.
  virtual std::vector<std::string> list(const std::filesystem::path &folder) = 0;
  virtual void make_folders(const std::filesystem::path &folder) = 0;
  // No error if it was not there.
  virtual void remove(const std::filesystem::path &path) = 0;
};

// The machine's own file system. One object, no state.
Disk &real_disk();

} // namespace pursuit
