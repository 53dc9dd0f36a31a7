#include "store/left_out.hpp"

#include <unordered_map>

#include <fmt/format.h>

namespace pursuit {

std::unordered_set<std::string> left_out(const std::vector<ManifestRun> &runs) {
  std::unordered_map<std::string, const ManifestRun *> by_name; // its id, and its model's SHA-256
  std::unordered_set<std::string> out;
  for (const ManifestRun &run : runs) {
    by_name[run.id] = &run;
    if (run.model) by_name[run.model->sha256] = &run;
    if (run.diverged.value_or(false)) out.insert(run.id);
  }
  if (out.empty()) return out;
  for (const ManifestRun &run : runs) {
    const ManifestRun *at = &run;
    for (std::size_t steps = 0; steps <= runs.size();
         ++steps) { // a hand-made one may go in a circle
      if (out.contains(at->id)) out.insert(run.id);
      const RunSpec &spec = at->spec;
      const auto parent =
          by_name.find(spec.parent_id.empty() ? spec.parent_file.sha256 : spec.parent_id);
      if (parent == by_name.end()) break;
      at = parent->second;
    }
  }
  return out;
}

std::string left_out_text(std::size_t count) {
  return count == 1 ? "1 that diverged, or was trained from one that did"
                    : fmt::format("{} that diverged, or were trained from one that did", count);
}

} // namespace pursuit
