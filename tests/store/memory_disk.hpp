// A disk in memory.
#pragma once

#include <map>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/errors.hpp"

namespace pursuit {

class MemoryDisk final : public Disk {
public:
  std::map<std::string, std::string> files;
  int reads = 0;

  std::optional<std::string> read(const std::filesystem::path &path) override {
    ++reads;
    const auto found = files.find(path.string());
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }
  void write_whole(const std::filesystem::path &path, std::string_view bytes) override {
    files[path.string()] = bytes;
  }
  bool write_new(const std::filesystem::path &path, std::string_view bytes) override {
    return files.emplace(path.string(), bytes).second;
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

// Stands still at 2026-02-11T18:12:02Z.
class StoppedClock final : public Clock {
public:
  double monotonic_s() override { return 0; }
  double wall_s() override { return 1770833522; }
};

} // namespace pursuit
