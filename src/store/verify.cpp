#include "store/verify.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "plan/describe.hpp"
#include "store/evaluation_record.hpp"
#include "store/finding_list.hpp"
#include "store/foreign_files.hpp"
#include "store/model.hpp"
#include "store/model_claim.hpp"
#include "store/past_runs.hpp"
#include "store/recorded_files.hpp"
#include "store/records.hpp"
#include "store/verify_folder.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

ModelClaim claim_of(const ManifestRun &run) { return {*run.model, run.loss}; }
ModelClaim claim_of(const RunRecord &result) { return {result.model, result.loss}; }

// In all values that both have: another version may know a measure more.
bool are_same(const Measures &a, const Measures &b) {
  for (const MeasureColumn &column : measure_columns()) {
    const std::optional<double> left = measured_value({}, a, column);
    const std::optional<double> right = measured_value({}, b, column);
    if (left && right && *left != *right) return false;
  }
  return true;
}

// At most so many runs are named of a manifest that is wrong about all of them.
constexpr std::size_t k_most_named = 3;

class Verifier : FindingList {
public:
  Verifier(Disk &disk, const VerifyPlace &place)
      : FindingList(disk, place.output_dir), disk_(disk), place_(place) {}

  Verification all() && {
    read_manifest();
    for (const ManifestRun &run : runs_) read_settings(run);
    for (const RecordedFile &file : recorded_) check_recorded(file);
    for (const ManifestRun &run : runs_) check_run(run);
    check_manifest();
    check_journal(disk_, place_, *this);
    check_kept_manifests(disk_, place_, ids(), *this);
    list_foreign();
    return std::move(*this).result();
  }

private:
  void read_manifest();
  void take_runs_of_output_dir(const std::string &fault);
  void check_id(ManifestRun &run);
  void read_settings(const ManifestRun &run);
  void check_recorded(const RecordedFile &file);
  bool is_known_otherwise(const RecordedFile &file);
  void check_file(const RecordedFile &file);
  void check_bytes(const RecordedFile &file, const std::string &bytes);
  void check_model(const RecordedFile &file, const std::string &bytes);
  void check_losses(const std::string &id, const Model &model);
  void check_run(const ManifestRun &run);
  std::optional<RunRecord> read_result(const ManifestRun &run);
  void check_result(const ManifestRun &run);
  void note_news(const ManifestRun &run, const std::optional<RunRecord> &result);
  void settle(const ManifestRun &run, const RunRecord &result);
  void check_evaluations(const ManifestRun &run);
  void check_manifest();
  std::set<std::string> ids() const;
  void list_foreign();

  // The manifest says of a run what the other files do not.
  void disagrees(const std::string &id, const std::string &what) {
    if (std::find(wrong_of_.begin(), wrong_of_.end(), short_id(id)) == wrong_of_.end())
      wrong_of_.push_back(short_id(id));
    wrong_in_.insert(what);
  }
  std::string writes_manifest() const {
    return fmt::format("`{}` writes it anew and keeps the models", place_.run_command);
  }
  std::string trains_again(const std::string &id) const {
    return fmt::format("`{}` trains run {} again", place_.run_command, short_id(id));
  }
  std::string next_for(const RecordedFile &file) const;

  Disk &disk_;
  const VerifyPlace &place_;
  std::vector<RecordedFile> recorded_;
  std::vector<ManifestRun> runs_;
  std::map<std::string, const ManifestRun *> by_id_;
  bool has_manifest_ = false, is_final_ = false;
  std::map<std::string, RunSpec> settings_; // by run id: of each run.json that is whole
  std::vector<std::string> wrong_of_;       // runs of which the manifest is wrong
  std::set<std::string> wrong_in_;          // in what
  // Runs of which no two records differ in what they claim of the model, and whether there is a result.json among them.
  std::map<std::string, bool> agreed_;
};

void Verifier::read_manifest() {
  const fs::path path = place_.folder / "manifest.json";
  const std::optional<std::string> text = read(path, writes_manifest());
  try {
    if (!text) throw RunError("");
    Manifest manifest = parse_manifest(*text);
    runs_ = std::move(manifest.runs);
    is_final_ = manifest.state != "running";
    recorded_ = recorded_files(*text);
    has_manifest_ = true;
    for (ManifestRun &run : runs_) check_id(run);
  } catch (const RunError &error) {
    take_runs_of_output_dir(error.what());
  }
  for (const ManifestRun &run : runs_) by_id_[run.id] = &run;
}

// The manifest is lost, what the runs' own folders say is not.
void Verifier::take_runs_of_output_dir(const std::string &fault) {
  if (!fault.empty()) {
    add(Finding::Kind::damaged, place_.folder / "manifest.json", fault, writes_manifest());
  }
  std::vector<PastRun> pasts;
  look_at(place_.output_dir / "runs", "",
          [&] { pasts = read_past_runs(disk_, place_.output_dir); });
  for (const PastRun &past : pasts) {
    ManifestRun run;
    run.id = past.id;
    if (past.spec) run.spec = *past.spec;
    if (past.result.state == RunRecord::State::done) {
      run.state = RunState::done;
      run.model = past.result.model;
      run.loss = past.result.loss;
    }
    runs_.push_back(std::move(run));
  }
}

std::string Verifier::next_for(const RecordedFile &file) const {
  if (file.part == "data" || file.part == "parent_file") {
    return fmt::format("bring back the file with SHA-256 {}; with another one, `{}` trains what "
                       "depends on it anew",
                       file.sha256, place_.run_command);
  }
  if (file.part == "model") return trains_again(file.run);
  if (file.part == "evaluation") return fmt::format("`{}` makes it again", place_.run_command);
  return fmt::format("`{}` draws it again", place_.report_command);
}

// The models' turn comes with their runs.
void Verifier::check_recorded(const RecordedFile &file) {
  if (file.part != "model" && !is_known_otherwise(file)) check_file(file);
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
  disagrees(own->first, is_data ? "data" : "parent_file");
  return true;
}

// A file of another size need not be read.
void Verifier::check_file(const RecordedFile &file) {
  const fs::path path = located(place_.output_dir, file.path);
  look_at(path, next_for(file), [&] {
    const std::optional<std::uint64_t> size = disk_.size(path);
    if (size && file.bytes && *size != *file.bytes) {
      add(Finding::Kind::damaged, path, fmt::format("it has {} bytes, not {}", *size, *file.bytes),
          next_for(file));
    } else if (const std::optional<std::string> bytes = read(path, next_for(file))) {
      check_bytes(file, *bytes);
    }
  });
}

void Verifier::check_bytes(const RecordedFile &file, const std::string &bytes) {
  const std::string sha256 = sha256_hex(bytes);
  if (sha256 != file.sha256) {
    add(Finding::Kind::damaged, located(place_.output_dir, file.path),
        fmt::format("its SHA-256 is {}, not {}", sha256, file.sha256), next_for(file));
  } else if (file.part == "model") {
    check_model(file, bytes);
  }
}

// The right bytes may still be those of another run, where a record was changed with them.
void Verifier::check_model(const RecordedFile &file, const std::string &bytes) {
  const fs::path path = located(place_.output_dir, file.path);
  try {
    const Model model = read_model(bytes, file.path);
    const auto compare = [&](const char *name, const std::string &found,
                             const std::string &expected) {
      if (found == expected) return;
      add(Finding::Kind::damaged, path,
          fmt::format("its {} is {}, its record's {}", name, found, expected),
          trains_again(file.run));
    };
    compare("run_id", model.run_id, file.run);
    const auto own = settings_.find(file.run);
    if (own == settings_.end() && !has_manifest_) return check_losses(file.run, model);
    const RunSpec &spec = own == settings_.end() ? by_id_.at(file.run)->spec : own->second;
    compare("numerics", model.numerics, spec.numerics);
    compare("data_sha256", model.data_sha256, spec.data_sha256);
    check_losses(file.run, model);
  } catch (const RunError &error) {
    add(Finding::Kind::damaged, path, error.what(), trains_again(file.run));
  }
}

// All records may say the same and not be true, where one that was changed was taken in by a start.
void Verifier::check_losses(const std::string &id, const Model &model) {
  const auto agreed = agreed_.find(id);
  if (agreed == agreed_.end() || has_losses(model, by_id_.at(id)->loss)) return;
  if (!agreed->second) return disagrees(id, "losses");
  add(Finding::Kind::damaged, run_folder(place_.output_dir, id) / "result.json",
      "its losses are not those in the model file",
      fmt::format("the model is intact: move this file away, then `{}` makes it again",
                  place_.run_command));
}

// An id is the hash of the settings: a manifest that says otherwise was changed. Where it was the id, the run's files lie
// under the right one.
void Verifier::check_id(ManifestRun &run) {
  const std::string right = run_id(run.spec);
  if (right == run.id) return;
  disagrees(run.id, "settings");
  look_at(place_.output_dir / "runs", "", [&] {
    if (!disk_.exists(run_folder(place_.output_dir, run.id)) &&
        disk_.exists(run_folder(place_.output_dir, right)))
      run.id = right;
  });
}

void Verifier::read_settings(const ManifestRun &run) {
  const fs::path path = run_folder(place_.output_dir, run.id) / "run.json";
  const std::string next =
      fmt::format("`{}` writes it anew and keeps the model", place_.run_command);
  look_at(path, next, [&] {
    if (run.state != RunState::done && !disk_.exists(path)) return; // not begun
    count_file();
    if (std::optional<RunSpec> spec = pursuit::read_run(disk_, place_.output_dir, run.id))
      settings_[run.id] = std::move(*spec);
    else
      add(Finding::Kind::missing, path, "it is not there", next);
  });
}

void Verifier::check_run(const ManifestRun &run) {
  check_result(run);
  check_evaluations(run);
}

// With a finding where it should be there and cannot be used.
std::optional<RunRecord> Verifier::read_result(const ManifestRun &run) {
  const fs::path path = run_folder(place_.output_dir, run.id) / "result.json";
  std::optional<RunRecord> result;
  const std::string makes_again = fmt::format("`{}` makes it again", place_.run_command);
  look_at(path, "move it away, then " + makes_again, [&] {
    if (!run.model && !disk_.exists(path)) return;
    count_file();
    result = pursuit::read_result(disk_, place_.output_dir, run.id);
    if (!result) add(Finding::Kind::missing, path, "it is not there", makes_again);
  });
  return result;
}

// Seconds and attempts may differ between manifest and result.json: another experiment may have trained the run since.
void Verifier::check_result(const ManifestRun &run) {
  const std::optional<RunRecord> result = read_result(run);
  if (!run.model) {
    note_news(run, result);
    return;
  }
  const bool agree = !result || (result->state == RunRecord::State::done &&
                                 difference_of(claim_of(run), claim_of(*result)).empty());
  if (agree) agreed_[run.id] = result.has_value();
  if (agree)
    check_file({run.model->path, run.model->sha256, run.model->bytes, "model", run.id});
  else
    settle(run, *result);
}

// Another experiment may have trained it since; so it is no fault.
void Verifier::note_news(const ManifestRun &run, const std::optional<RunRecord> &result) {
  if (!is_final_ || !result || result->state != RunRecord::State::done) return;
  add(Finding::Kind::note, place_.folder / "manifest.json",
      fmt::format("it says that run {} is {}, and its result.json that it is done",
                  short_id(run.id), to_text(run.state)),
      fmt::format("`{}` takes that in", place_.run_command));
}

// The model file decides.
void Verifier::settle(const ManifestRun &run, const RunRecord &result) {
  const bool done = result.state == RunRecord::State::done;
  const std::string what = done ? difference_of(claim_of(run), claim_of(result)) : "state";
  if (done && is_borne_out(disk_, place_.output_dir, claim_of(result))) {
    disagrees(run.id, what);
    check_file({result.model.path, result.model.sha256, result.model.bytes, "model", run.id});
    return;
  }
  const fs::path path = run_folder(place_.output_dir, run.id) / "result.json";
  if (is_borne_out(disk_, place_.output_dir, claim_of(run))) {
    add(Finding::Kind::damaged, path,
        fmt::format("it does not agree with the manifest and the model on: {}", what),
        fmt::format("the model is intact: move this file away, then `{}` makes it again",
                    place_.run_command));
  } else if (done) {
    add(Finding::Kind::damaged, path,
        fmt::format("it and the manifest do not agree on: {}, and the model file bears out neither",
                    what),
        fmt::format("move it away, then {}", trains_again(run.id)));
  }
  check_file({run.model->path, run.model->sha256, run.model->bytes, "model", run.id});
}

void Verifier::check_evaluations(const ManifestRun &run) {
  const fs::path folder = run_folder(place_.output_dir, run.id);
  const std::string next = fmt::format("`{}` makes it again", place_.run_command);
  bool has_record = false, has_other_measures = false, has_same_measures = false;
  look_at(folder, next, [&] {
    for (const std::string &name : disk_.list(folder)) {
      if (!name.starts_with("evaluation") || !name.ends_with(".json")) continue;
      has_record = true;
      count_file();
      look_at(folder / name, next, [&] {
        const std::optional<EvaluationRecord> record = read_evaluation_record(disk_, folder / name);
        if (!record) throw RunError("a record of an evaluation is damaged");
        check_file(
            {record->file.path, record->file.sha256, record->file.bytes, "evaluation", run.id});
        if (!run.measures || !run.model || record->model_sha256 != run.model->sha256) return;
        (are_same(*run.measures, record->measures) ? has_same_measures : has_other_measures) = true;
      });
    }
    if (run.measures && run.model && !has_record)
      add(Finding::Kind::missing, folder / "evaluation.json", "it is not there", next);
  });
  if (has_other_measures && !has_same_measures) disagrees(run.id, "measures");
}

// One finding, however many runs it is wrong about.
void Verifier::check_manifest() {
  if (wrong_in_.empty()) return;
  std::string runs;
  for (std::size_t i = 0; i < std::min(wrong_of_.size(), k_most_named); ++i)
    runs += (i == 0 ? "" : ", ") + wrong_of_[i];
  if (wrong_of_.size() > k_most_named)
    runs += fmt::format(" and {} more", wrong_of_.size() - k_most_named);
  add(Finding::Kind::damaged, place_.folder / "manifest.json",
      fmt::format("it does not agree with the runs' own files on: {} (of {})",
                  fmt::join(wrong_in_, ", "), runs),
      writes_manifest());
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
  for (const fs::path &path : found.paths) add(Finding::Kind::foreign, path, "");
  for (const std::string &fault : found.denied)
    add(Finding::Kind::note, place_.output_dir, fault, "foreign files in it are not listed");
}

} // namespace

Verification verify(Disk &disk, const VerifyPlace &place) { return Verifier(disk, place).all(); }

} // namespace pursuit
