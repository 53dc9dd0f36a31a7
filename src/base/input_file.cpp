#include "base/input_file.hpp"

#include <filesystem>

#include <fmt/format.h>

namespace pursuit {

std::string read_input(Disk &disk, const std::string &path, const std::string &what,
                       const Where &where, const std::string &next) {
  std::string fault = fmt::format("{} {} does not exist", what, path);
  try {
    std::optional<std::string> bytes = disk.read(path);
    if (bytes) return std::move(*bytes);
  } catch (const RunError &error) {
    fault = fmt::format("{}: {}", what, error.what());
  }
  throw ConfigError(std::vector<Complaint>{{where, fault, next}});
}

void check_output_file(const std::string &path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw ConfigError(fmt::format("{} is a folder", path), "name a file in it");
}

} // namespace pursuit
