// The files that a manifest names together with their SHA-256, wherever in it they stand: models,
// figures, the data, models made elsewhere.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"

namespace pursuit {

struct RecordedFile {
  std::string path; // as recorded: absolute, or relative to output_dir
  std::string sha256;
  std::optional<std::uint64_t> bytes;
  std::string part; // the key it stands under: "model", "data", "parent_file", "files", ...
  std::string run;  // id, where it belongs to one
};

// Each path once, in the manifest's order. Throws RunError where the text is no JSON object.
std::vector<RecordedFile> recorded_files(const std::string &manifest_text);

// Where a recorded path lies.
std::filesystem::path located(const std::filesystem::path &output_dir, const std::string &path);

} // namespace pursuit
