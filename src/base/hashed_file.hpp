// A file and its SHA-256, of one reading: what was checked is what is used, whoever replaces the file meanwhile.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.hpp"
#include "base/sha256.hpp"

namespace pursuit {

struct HashedFile {
  std::string bytes, sha256;
};

// Nothing if it does not exist. Throws RunError as Disk::read does.
inline std::optional<HashedFile> read_hashed(Disk &disk, const std::filesystem::path &path) {
  std::optional<std::string> bytes = disk.read(path);
  if (!bytes) return std::nullopt;
  std::string sha256 = sha256_hex(*bytes);
  return HashedFile{std::move(*bytes), std::move(sha256)};
}

} // namespace pursuit
