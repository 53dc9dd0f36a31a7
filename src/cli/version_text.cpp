#include "cli/version_text.hpp"

#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/version.hpp"
#include "engine/engine_table.hpp"

namespace pursuit {

namespace {

// Those that are known without a module.
std::string numerics_text() {
  std::vector<std::string_view> names;
  for (const EngineRow &row : engine_table()) {
    if (!row.numerics.empty()) names.push_back(row.numerics);
  }
  return fmt::format("{}", fmt::join(names, " "));
}

} // namespace

std::string version_text(const std::string &program) {
  const std::string commit = program_commit();
  std::string text = fmt::format("{} {}\ncommit {}{}\nnumerics {}\n", program, program_version(),
                                 commit.empty() ? "unknown" : commit,
                                 program_dirty() == true ? " (with changes)" : "", numerics_text());
  for (const std::pair<std::string, std::string> &library : library_versions()) {
    text += fmt::format("{} {}\n", library.first, library.second);
  }
  return text;
}

} // namespace pursuit
