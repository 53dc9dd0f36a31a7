#include "store/proved_runs.hpp"

#include "base/errors.hpp"
#include "store/garbage.hpp"
#include "store/manifest.hpp"
#include "store/model.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace {

RunRecord record_of(const ManifestRun &run,
                    const std::map<std::string, std::string> &sha256_of_model) {
  RunRecord record;
  record.state = RunRecord::State::done;
  record.model = *run.model;
  record.parent_sha256 = run.spec.parent_file.sha256;
  const auto parent = sha256_of_model.find(run.spec.parent_id);
  if (parent != sha256_of_model.end()) record.parent_sha256 = parent->second;
  record.loss = run.loss;
  record.diverged = run.diverged;
  record.seconds = run.seconds;
  record.pack = run.pack;
  record.attempts_json = attempts_json(run.attempts);
  return record;
}

void add_runs(const Manifest &manifest, std::map<std::string, RunRecord> &listed) {
  std::map<std::string, std::string> sha256_of_model;
  for (const ManifestRun &run : manifest.runs) {
    if (run.model) sha256_of_model[run.id] = run.model->sha256;
  }
  for (const ManifestRun &run : manifest.runs) {
    if (run.state == RunState::done && run.model)
      listed.emplace(run.id, record_of(run, sha256_of_model));
  }
}

} // namespace

void ProvedRuns::read_manifests() {
  listed_.emplace();
  for (const std::string &name : experiments(disk_, output_dir_)) {
    try {
      const std::optional<std::string> text = disk_.read(output_dir_ / name / "manifest.json");
      if (text) add_runs(parse_manifest(*text), *listed_);
    } catch (const RunError &) { // it proves nothing
    }
  }
}

std::optional<RunRecord> ProvedRuns::find(const RunSpec &spec, const std::string &id) {
  if (!has_models_) has_models_ = disk_.exists(output_dir_ / "models" / "pursuit");
  if (!*has_models_ || !disk_.exists(output_dir_ / model_path(spec, id))) return std::nullopt;
  if (!listed_) read_manifests();
  const auto found = listed_->find(id);
  if (found == listed_->end() || found->second.model.path != model_path(spec, id))
    return std::nullopt;
  RunRecord record = found->second;
  record.file = model_file_state(disk_, output_dir_, record.model);
  if (record.file != RunRecord::FileState::intact) return std::nullopt;
  return record;
}

} // namespace pursuit
