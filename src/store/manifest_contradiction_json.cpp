#include "store/manifest_contradiction.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/byte_json.hpp"
#include "plan/describe.hpp"

namespace pursuit {

namespace {

std::string wrong_count(const Manifest &manifest) {
  if (manifest.runs.empty()) return "it lists no run";
  if (!manifest.stated_counts) return "";
  const ManifestCounts counted = count(manifest.runs);
  for (const ManifestCount &row : k_manifest_counts) {
    const int stated = (*manifest.stated_counts).*row.member, right = counted.*row.member;
    if (stated != right)
      return fmt::format("its counts say {} {}, its runs {}", stated, row.name, right);
  }
  return "";
}

std::string doubled_run(const Manifest &manifest) {
  std::set<std::string> ids;
  for (const ManifestRun &run : manifest.runs) {
    if (!ids.insert(run.id).second)
      return fmt::format("it lists run {} more than once", short_id(run.id));
  }
  return "";
}

// A stage may say less than a run does, never something else.
bool fits(const nlohmann::json &stage, const RunSpec &spec) {
  if (!stage.is_object()) return false;
  return stage.value("stage", nlohmann::json(spec.stage)) == spec.stage &&
         stage.value("mode", nlohmann::json(to_text(spec.mode))) == to_text(spec.mode);
}

std::string misplaced_run(const Manifest &manifest) {
  const auto resolved = parse_bytes<nlohmann::json>(manifest.resolved_json, false);
  const auto stages = resolved.find("stages");
  if (stages == resolved.end() || !stages->is_object()) return "";
  for (const ManifestRun &run : manifest.runs) {
    const auto stage = stages->find(run.stage);
    if (stage == stages->end() || !fits(*stage, run.spec))
      return fmt::format("run {} is not of the stage \"{}\" as `resolved` has it", short_id(run.id),
                         run.stage);
  }
  return "";
}

// One that a crash left is "running", and "incomplete" after a report, whatever its runs had come to.
bool can_be(const std::string &state, const std::vector<ManifestRun> &runs) {
  const ManifestCounts counts = count(runs);
  const bool all_measured = std::all_of(runs.begin(), runs.end(), [](const ManifestRun &run) {
    return run.state != RunState::done || run.measures;
  });
  if (state == "complete") return counts.done == counts.total && all_measured;
  if (state == "failed") return counts.failed + counts.skipped > 0 || !all_measured;
  return state == "running" || state == "incomplete";
}

std::string impossible_state(const Manifest &manifest) {
  if (can_be(manifest.state, manifest.runs)) return "";
  return fmt::format("its state is \"{}\", which its runs do not bear out", manifest.state);
}

} // namespace

std::string contradiction_in(const Manifest &manifest) {
  std::string text;
  for (const auto &find : {wrong_count, doubled_run, misplaced_run, impossible_state}) {
    const std::string found = find(manifest);
    if (!found.empty()) text += (text.empty() ? "" : "; ") + found;
  }
  return text;
}

std::string fault_in(const Manifest &manifest) {
  const std::string contradiction = contradiction_in(manifest);
  if (!contradiction.empty()) return contradiction;
  for (const ManifestRun &run : manifest.runs) {
    if (run_id(run.spec) != run.id)
      return fmt::format("the id of run {} is not the hash of its settings", short_id(run.id));
  }
  return "";
}

} // namespace pursuit
