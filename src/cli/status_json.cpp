#include <nlohmann/json.hpp>

#include "base/byte_json.hpp"
#include "cli/run_status.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(const std::optional<double> &value) {
  return value ? Json(*value) : Json(nullptr);
}

Json counts_json(const ManifestCounts &counts) {
  Json json;
  for (const ManifestCount &row : k_manifest_counts) json[row.name] = counts.*row.member;
  return json;
}

Json running_json(const ManifestRun &run, const ProgressNote &note) {
  return {{"id", run.id},
          {"stage", run.stage},
          {"trial", note.trial},
          {"n_trials", note.n_trials},
          {"loss", number_or_null(note.loss)},
          {"trials_per_s", note.trials_per_s},
          {"left_s", number_or_null(note.left_s)},
          {"updated", note.updated}};
}

} // namespace

std::string status_json(const RunStatus &status, bool indented) {
  const Manifest &manifest = status.manifest;
  Json running = Json::array();
  Json unfinished = Json::array();
  for (const ManifestRun *run : unfinished_runs(status)) {
    unfinished.push_back(parse_bytes<Json>(manifest_run_json(*run)));
    const auto note = status.progress.find(run->id);
    if (note != status.progress.end()) running.push_back(running_json(*run, note->second));
  }
  const Json text = {{"name", manifest.name},
                     {"state", manifest.state},
                     {"updated", manifest.updated},
                     {"counts", counts_json(count(manifest.runs))},
                     {"left_s", number_or_null(status.left_s)},
                     {"running", std::move(running)},
                     {"unfinished", std::move(unfinished)}};
  return dump_bytes(text, indented ? 2 : -1) + "\n";
}

} // namespace pursuit
