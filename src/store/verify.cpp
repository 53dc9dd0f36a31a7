#include "store/verify.hpp"

#include <map>
#include <set>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "store/finding_list.hpp"
#include "store/foreign_files.hpp"
#include "store/manifest_contradiction.hpp"
#include "store/past_runs.hpp"
#include "store/recorded_files.hpp"
#include "store/records.hpp"
#include "store/verify_folder.hpp"
#include "store/verify_run.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Verifier {
public:
  Verifier(Disk &disk, const VerifyPlace &place, const Recomputed &recomputed)
      : disk_(disk), place_(place),
        findings_(disk, place.output_dir), look_{disk,
                                                 place.output_dir,
                                                 recomputed,
                                                 {place.folder / "manifest.json",
                                                  fmt::format("`{}`", place.run_command)},
                                                 findings_} {}

  Verification all() && {
    read_manifest();
    for (const ManifestRun &run : runs_) {
      if (std::optional<RunSpec> spec = check_settings(look_, run))
        settings_[run.id] = std::move(*spec);
    }
    for (const RecordedFile &file : recorded_) check_recorded(file);
    for (const ManifestRun &run : runs_) check_run(look_, run, settings_of(run.id));
    check_manifest();
    check_journal(disk_, place_, findings_);
    check_kept_manifests(disk_, place_, look_.recomputed, ids(), findings_);
    list_foreign();
    return std::move(findings_).result();
  }

private:
  void read_manifest();
  void take_manifest(const std::string &text);
  void take_runs_of_output_dir();
  void check_id(ManifestRun &run);
  std::optional<RunSpec> settings_of(const std::string &id) const;
  void check_recorded(const RecordedFile &file);
  bool is_known_otherwise(const RecordedFile &file);
  void check_manifest();
  void contradict(const std::string &what) {
    if (!what.empty()) contradiction_ += (contradiction_.empty() ? "" : "; ") + what;
  }
  std::set<std::string> ids() const;
  void list_foreign();
  std::string next_for(const RecordedFile &file) const;
  std::string writes_manifest() const {
    return look_.manifest.start + " writes it anew and keeps the models";
  }

  Disk &disk_;
  const VerifyPlace &place_;
  FindingList findings_;
  RunLook look_;
  std::vector<RecordedFile> recorded_;
  std::vector<ManifestRun> runs_;
  std::map<std::string, RunSpec> settings_; // by run id: of each run.json that is whole
  std::string contradiction_;               // in the manifest, or between it and its folder, or ""
};

void Verifier::read_manifest() {
  const fs::path &path = look_.manifest.path;
  if (const std::optional<std::string> text = findings_.read(path, writes_manifest())) {
    try {
      return take_manifest(*text);
    } catch (const OtherManifestVersion &error) {
      findings_.add(Finding::Kind::unreadable, path, error.what(),
                    fmt::format("the program that wrote it reads it; {} keeps it beside a new one, "
                                "and all models",
                                look_.manifest.start));
    } catch (const RunError &error) {
      findings_.add(Finding::Kind::damaged, path, error.what(), writes_manifest());
    }
  }
  take_runs_of_output_dir();
}

void Verifier::take_manifest(const std::string &text) {
  Manifest manifest = parse_manifest(text);
  recorded_ = recorded_files(text);
  look_.manifest.is_there = true;
  look_.manifest.is_final = manifest.state != "running";
  contradict(contradiction_in(manifest));
  if (manifest.name != place_.folder.filename().string())
    contradict(fmt::format("it is of the experiment \"{}\", which is not its folder's name",
                           manifest.name));
  const std::string end = place_.live ? "" : journal_end(disk_, place_);
  if (look_.manifest.is_final && !end.empty() && end != manifest.state)
    contradict(
        fmt::format("its state is \"{}\", and the last start ended \"{}\"", manifest.state, end));
  runs_ = std::move(manifest.runs);
  for (ManifestRun &run : runs_) check_id(run);
}

// The manifest is lost, what the runs' own folders say is not.
void Verifier::take_runs_of_output_dir() {
  std::vector<PastRun> pasts;
  findings_.look_at(place_.output_dir / "runs", "",
                    [&] { pasts = read_past_runs(disk_, place_.output_dir); });
  for (const PastRun &past : pasts) {
    ManifestRun run;
    run.id = past.id;
    if (past.spec) run.spec = *past.spec;
    if (past.result.state == RunState::done) {
      run.state = past.result.state;
      run.model = past.result.model;
      run.loss = past.result.loss;
    }
    runs_.push_back(std::move(run));
  }
}

// An id is the hash of the settings: a manifest that says otherwise was changed. Where it was the id, the run's files lie
// under the right one.
void Verifier::check_id(ManifestRun &run) {
  const std::string right = run_id(run.spec);
  if (right == run.id) return;
  look_.doubts.disagrees(run.id, "settings");
  findings_.look_at(place_.output_dir / "runs", "", [&] {
    if (!disk_.exists(run_folder(place_.output_dir, run.id)) &&
        disk_.exists(run_folder(place_.output_dir, right)))
      run.id = right;
  });
}

std::string Verifier::next_for(const RecordedFile &file) const {
  if (file.part == "data" || file.part == "parent_file") {
    return fmt::format("bring back the file with SHA-256 {}; with another one, {} trains what "
                       "depends on it anew",
                       file.sha256, look_.manifest.start);
  }
  return fmt::format("`{}` draws it again", place_.report_command);
}

std::optional<RunSpec> Verifier::settings_of(const std::string &id) const {
  const auto found = settings_.find(id);
  return found == settings_.end() ? std::nullopt : std::optional(found->second);
}

// The models' turn comes with their runs.
void Verifier::check_recorded(const RecordedFile &file) {
  if (file.part != "model" && !is_known_otherwise(file)) findings_.intact(file, next_for(file));
}

// Whether the runs' own settings say of the data, or of a model made elsewhere, what is true, and the manifest does not.
bool Verifier::is_known_otherwise(const RecordedFile &file) {
  if (file.part != "data" && file.part != "parent_file") return false;
  const auto own = file.run.empty() ? settings_.begin() : settings_.find(file.run);
  if (own == settings_.end()) return false;
  const RunSpec &spec = own->second;
  const bool is_data = file.part == "data";
  const std::string &sha256 = is_data ? spec.data_sha256 : spec.parent_file.sha256;
  const std::string &path = is_data ? file.path : spec.parent_file.path;
  if (sha256 == file.sha256 && path == file.path) return false;
  try {
    const std::optional<std::string> bytes = disk_.read(located(place_.output_dir, path));
    if (!bytes || sha256_hex(*bytes) != sha256) return false;
  } catch (const RunError &) {
    return false;
  }
  look_.doubts.disagrees(own->first, is_data ? "data" : "parent_file");
  return true;
}

// One finding, whatever it is wrong about.
void Verifier::check_manifest() {
  if (!look_.manifest.is_there) return;
  std::string what = look_.doubts.text();
  if (!contradiction_.empty()) what += (what.empty() ? "" : "; ") + contradiction_;
  if (!what.empty())
    findings_.add(Finding::Kind::damaged, look_.manifest.path, what, writes_manifest());
}

std::set<std::string> Verifier::ids() const {
  std::set<std::string> ids;
  for (const ManifestRun &run : runs_) ids.insert(run.id);
  return ids;
}

void Verifier::list_foreign() {
  std::set<std::string> models;
  for (const ManifestRun &run : runs_) {
    if (run.model) models.insert(run.model->path);
  }
  const ForeignFiles found = foreign_files(disk_, place_.output_dir, ids(), std::move(models));
  for (const fs::path &path : found.paths) findings_.add(Finding::Kind::foreign, path, "");
  for (const std::string &fault : found.denied)
    findings_.add(Finding::Kind::note, place_.output_dir, fault,
                  "foreign files in it are not listed");
}

} // namespace

Verification verify(Disk &disk, const VerifyPlace &place, const Recomputed &recomputed) {
  return Verifier(disk, place, recomputed).all();
}

} // namespace pursuit
