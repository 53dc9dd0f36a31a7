#include "store/known_runs.hpp"
#include "store/find_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "plan/describe.hpp"
#include "store/judge_diverged.hpp"
#include "store/past_runs.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace {

bool any_starts_with(const Manifest &manifest, const std::string &start) {
  return std::any_of(manifest.runs.begin(), manifest.runs.end(),
                     [&](const ManifestRun &run) { return run.id.starts_with(start); });
}

} // namespace

ManifestRun past_manifest_run(Disk &disk, const std::filesystem::path &output_dir,
                              const std::string &id) {
  const PastRun past = read_past_run(disk, output_dir, id);
  if (!past.spec) {
    throw ConfigError(fmt::format("runs/{} cannot be read: {}", id,
                                  past.fault.empty() ? "it has no run.json" : past.fault));
  }
  ManifestRun run;
  run.id = id;
  run.spec = *past.spec;
  run.result() = past.result.result();
  if (run.state == RunState::pending) run.state = RunState::interrupted;
  if (run.state != RunState::done) run.model.reset();
  run.log = (run_folder("", id) / "log.txt").string();
  return run;
}

ManifestRun find_known_run(Disk &disk, const ExperimentFolder &place, const Manifest &manifest,
                           const std::string &start) {
  if (start.empty() || any_starts_with(manifest, start)) return find_run(manifest, start);
  std::vector<NamedRun> past;
  for (const std::string &id : recorded_ids(disk, place.output_dir)) {
    if (id.starts_with(start)) past.push_back({id, "asked for by an earlier experiment"});
  }
  if (past.empty()) return find_run(manifest, start); // says what there is
  ManifestRun run = past_manifest_run(disk, place.output_dir, find_id(past, start));
  judge_diverged(disk, manifest, run);
  return run;
}

} // namespace pursuit
