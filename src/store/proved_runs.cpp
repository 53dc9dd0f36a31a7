#include "store/proved_runs.hpp"

#include <algorithm>

#include "store/kept_manifests.hpp"
#include "store/manifest.hpp"
#include "store/model.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace {

RunRecord record_of(const ManifestRun &run,
                    const std::map<std::string, std::string> &sha256_of_model) {
  RunRecord record{run.result(), RunRecord::FileState::missing};
  record.measures.reset();
  record.parent_sha256 = run.spec.parent_file.sha256;
  const auto parent = sha256_of_model.find(run.spec.parent_id);
  if (parent != sha256_of_model.end()) record.parent_sha256 = parent->second;
  return record;
}

void add_runs(const Manifest &manifest, std::map<std::string, std::vector<RunRecord>> &listed) {
  std::map<std::string, std::string> sha256_of_model;
  for (const ManifestRun &run : manifest.runs) {
    if (run.model) sha256_of_model[run.id] = run.model->sha256;
  }
  for (const ManifestRun &run : manifest.runs) {
    if (run.state != RunState::done || !run.model) continue;
    std::vector<RunRecord> &records = listed[run.id];
    const auto is_same = [&](const RunRecord &record) {
      return record.model->sha256 == run.model->sha256 && record.model->path == run.model->path;
    };
    if (std::none_of(records.begin(), records.end(), is_same))
      records.push_back(record_of(run, sha256_of_model));
  }
}

} // namespace

void ProvedRuns::read_manifests() {
  listed_.emplace();
  visit_manifests(disk_, output_dir_,
                  [&](const Manifest &manifest) { add_runs(manifest, *listed_); });
}

std::optional<RunRecord> ProvedRuns::find(const RunSpec &spec, const std::string &id) {
  if (!has_models_) has_models_ = disk_.exists(output_dir_ / "models" / "pursuit");
  if (!*has_models_ || !disk_.exists(output_dir_ / model_path(spec, id))) return std::nullopt;
  if (!listed_) read_manifests();
  for (RunRecord record : (*listed_)[id]) {
    if (record.model->path != model_path(spec, id)) continue;
    record.file = model_file_state(disk_, output_dir_, *record.model);
    if (record.file == RunRecord::FileState::intact) return record;
  }
  return std::nullopt;
}

} // namespace pursuit
