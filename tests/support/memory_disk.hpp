// A disk in memory, which can be full and whose files somebody else may replace.
#pragma once

#include <map>

#include "base/disk.hpp"
#include "base/errors.hpp"

namespace pursuit {

class MemoryDisk final : public Disk {
public:
  std::map<std::string, std::string> files;
  int reads = 0;
  std::string full_for;                    // writing a path that contains this fails
  std::map<std::string, std::string> then; // what somebody makes of a file once it has been read

  std::optional<std::string> read(const std::filesystem::path &path) override {
    ++reads;
    const auto found = files.find(path.string());
    if (found == files.end()) return std::nullopt;
    std::string bytes = found->second;
    if (const auto next = then.find(path.string()); next != then.end()) {
      found->second = next->second;
    }
    return bytes;
  }
  void write_whole(const std::filesystem::path &path, std::string_view bytes) override {
    if (!full_for.empty() && path.string().find(full_for) != std::string::npos) {
      throw RunError("cannot write " + path.string() + ": No space left on device");
    }
    files[path.string()] = bytes;
  }
  bool write_new(const std::filesystem::path &path, std::string_view bytes) override {
    if (exists(path)) return false;
    write_whole(path, bytes);
    return true;
  }
  void append(const std::filesystem::path &path, std::string_view bytes, bool) override {
    std::string &text = files[path.string()];
    text.resize(text.rfind('\n') + 1); // what a crash left of a line is cut
    text += bytes;
  }
  bool exists(const std::filesystem::path &path) override { return files.contains(path.string()); }
  std::optional<std::uint64_t> size(const std::filesystem::path &path) override {
    const auto found = files.find(path.string());
    return found == files.end() ? std::nullopt : std::optional<std::uint64_t>(found->second.size());
  }
  std::vector<std::string> list(const std::filesystem::path &) override { return {}; }
  void make_folders(const std::filesystem::path &) override {}
  void remove(const std::filesystem::path &path) override { files.erase(path.string()); }
  void remove_abandoned(const std::filesystem::path &) override {}
};

} // namespace pursuit
