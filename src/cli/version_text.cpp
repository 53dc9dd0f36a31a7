#include "cli/version_text.hpp"

#include <fmt/format.h>

#include "base/version.hpp"

namespace pursuit {

std::string version_text(const std::string &program) {
  const std::string commit = program_commit();
  std::string text =
      fmt::format("{} {}\ncommit {}{}\nnumerics fused-1 reference-1 reference-double-1\n", program,
                  program_version(), commit.empty() ? "unknown" : commit,
                  program_dirty() == true ? " (with changes)" : "");
  for (const std::pair<std::string, std::string> &library : library_versions()) {
    text += fmt::format("{} {}\n", library.first, library.second);
  }
  return text;
}

} // namespace pursuit
