#include "store/verify.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "plan/describe.hpp"
#include "store/evaluation_record.hpp"
#include "store/journal.hpp"
#include "store/model.hpp"
#include "store/past_runs.hpp"
#include "store/recorded_files.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

bool same_loss(const std::optional<LossSummary> &a, const std::optional<LossSummary> &b) {
  if (!a || !b) return !a && !b;
  return a->first == b->first && a->last == b->last && a->mean_last_200 == b->mean_last_200;
}

// Seconds and attempts may differ: another experiment may have trained the run again since.
bool agree(const ManifestRun &run, const RunRecord &result) {
  return result.state == RunRecord::State::done && result.model.path == run.model->path &&
         result.model.sha256 == run.model->sha256 && result.model.bytes == run.model->bytes &&
         same_loss(result.loss, run.loss);
}

class Verifier {
public:
  Verifier(Disk &disk, const VerifyPlace &place) : disk_(disk), place_(place) {}

  Verification all() && {
    read_manifest();
    for (const RecordedFile &file : recorded_) check_recorded(file);
    for (const ManifestRun &run : runs_) check_run(run);
    check_journal();
    list_foreign();
    return std::move(result_);
  }

private:
  void read_manifest();
  void take_runs_of_output_dir(const std::string &fault);
  void check_recorded(const RecordedFile &file);
  void check_model(const RecordedFile &file, const std::string &bytes);
  void check_run(const ManifestRun &run);
  void check_settings(const ManifestRun &run);
  void check_result(const ManifestRun &run);
  void check_evaluations(const ManifestRun &run);
  void check_journal();
  void list_foreign();
  void list_foreign_of_runs();

  void add(Finding::Kind kind, const fs::path &path, std::string what, std::string next = "") {
    const fs::path relative = path.lexically_relative(place_.output_dir);
    const bool inside = !relative.empty() && *relative.begin() != "..";
    result_.findings.push_back(
        {kind, inside ? relative.string() : path.string(), std::move(what), std::move(next)});
  }
  // The bytes of a file that should be there, or a finding.
  std::optional<std::string> read(const fs::path &path, const std::string &next);
  std::string trains_again(const std::string &id) const {
    return fmt::format("`{}` trains run {} again", place_.run_command, short_id(id));
  }
  std::string next_for(const RecordedFile &file) const;

  Disk &disk_;
  const VerifyPlace &place_;
  Verification result_;
  std::vector<RecordedFile> recorded_;
  std::vector<ManifestRun> runs_;
  std::map<std::string, const ManifestRun *> by_id_;
};

void Verifier::read_manifest() {
  const fs::path path = place_.folder / "manifest.json";
  const std::optional<std::string> text =
      read(path, fmt::format("`{}` writes it anew and keeps the models", place_.run_command));
  try {
    if (!text) throw RunError("");
    runs_ = parse_manifest(*text).runs;
    recorded_ = recorded_files(*text);
  } catch (const RunError &error) {
    take_runs_of_output_dir(error.what());
  }
  for (const ManifestRun &run : runs_) by_id_[run.id] = &run;
}

// The manifest is lost, what the runs' own folders say is not.
void Verifier::take_runs_of_output_dir(const std::string &fault) {
  if (!fault.empty()) {
    add(Finding::Kind::damaged, place_.folder / "manifest.json", fault,
        fmt::format("`{}` writes it anew and keeps the models", place_.run_command));
  }
  for (const PastRun &past : read_past_runs(disk_, place_.output_dir)) {
    ManifestRun run;
    run.id = past.id;
    if (past.spec) run.spec = *past.spec;
    if (past.result.state == RunRecord::State::done) {
      run.state = RunState::done;
      run.model = past.result.model;
      run.loss = past.result.loss;
      recorded_.push_back({run.model->path, run.model->sha256, run.model->bytes, "model", run.id});
    }
    runs_.push_back(std::move(run));
  }
}

std::optional<std::string> Verifier::read(const fs::path &path, const std::string &next) {
  try {
    std::optional<std::string> bytes = disk_.read(path);
    if (!bytes) add(Finding::Kind::missing, path, "it is not there", next);
    if (bytes) ++result_.files;
    if (bytes) result_.bytes += bytes->size();
    return bytes;
  } catch (const RunError &error) {
    add(Finding::Kind::damaged, path, error.what(), next);
    return std::nullopt;
  }
}

std::string Verifier::next_for(const RecordedFile &file) const {
  if (file.part == "data" || file.part == "parent_file") {
    return fmt::format("bring back the file with SHA-256 {}; with another one, `{}` trains what "
                       "depends on it anew",
                       file.sha256, place_.run_command);
  }
  if (file.part == "model") return trains_again(file.run);
  return fmt::format("`{}` makes it again", place_.run_command);
}

// A file of another size need not be read.
void Verifier::check_recorded(const RecordedFile &file) {
  const fs::path path = located(place_.output_dir, file.path);
  const std::optional<std::uint64_t> size = disk_.size(path);
  if (size && file.bytes && *size != *file.bytes) {
    add(Finding::Kind::damaged, path, fmt::format("it has {} bytes, not {}", *size, *file.bytes),
        next_for(file));
    return;
  }
  const std::optional<std::string> bytes = read(path, next_for(file));
  if (!bytes) return;
  const std::string sha256 = sha256_hex(*bytes);
  if (sha256 != file.sha256) {
    add(Finding::Kind::damaged, path, fmt::format("its SHA-256 is {}, not {}", sha256, file.sha256),
        next_for(file));
  } else if (file.part == "model") {
    check_model(file, *bytes);
  }
}

// The right bytes may still be those of another run, where a record was changed with them.
void Verifier::check_model(const RecordedFile &file, const std::string &bytes) {
  const fs::path path = located(place_.output_dir, file.path);
  try {
    const Model model = read_model(bytes, file.path);
    const ManifestRun &run = *by_id_.at(file.run);
    const auto compare = [&](const char *name, const std::string &found,
                             const std::string &expected) {
      if (found == expected) return;
      add(Finding::Kind::damaged, path,
          fmt::format("its {} is {}, its record's {}", name, found, expected),
          trains_again(file.run));
    };
    compare("run_id", model.run_id, run.id);
    compare("numerics", model.numerics, run.spec.numerics);
    compare("data_sha256", model.data_sha256, run.spec.data_sha256);
  } catch (const RunError &error) {
    add(Finding::Kind::damaged, path, error.what(), trains_again(file.run));
  }
}

void Verifier::check_run(const ManifestRun &run) {
  check_settings(run);
  check_result(run);
  check_evaluations(run);
}

void Verifier::check_settings(const ManifestRun &run) {
  const fs::path path = run_folder(place_.output_dir, run.id) / "run.json";
  const std::string next =
      fmt::format("remove the result.json beside it, then {}", trains_again(run.id));
  if (run.state != RunState::done && !disk_.exists(path)) return; // not begun
  ++result_.files;
  try {
    if (!pursuit::read_run(disk_, place_.output_dir, run.id))
      add(Finding::Kind::missing, path, "it is not there", next);
  } catch (const RunError &error) {
    add(Finding::Kind::damaged, path, error.what(), next);
  }
}

void Verifier::check_result(const ManifestRun &run) {
  const fs::path path = run_folder(place_.output_dir, run.id) / "result.json";
  if (run.state != RunState::done && !disk_.exists(path)) return;
  ++result_.files;
  try {
    const std::optional<RunRecord> result = pursuit::read_result(disk_, place_.output_dir, run.id);
    if (!result) {
      add(Finding::Kind::missing, path, "it is not there", trains_again(run.id));
    } else if (run.model && !agree(run, *result)) {
      add(Finding::Kind::damaged, path, "it and the manifest do not agree on model or losses",
          fmt::format("remove it, then {}", trains_again(run.id)));
    }
  } catch (const RunError &error) {
    add(Finding::Kind::damaged, path, error.what(), trains_again(run.id));
  }
}

void Verifier::check_evaluations(const ManifestRun &run) {
  const fs::path folder = run_folder(place_.output_dir, run.id);
  const std::vector<EvaluationRecord> records =
      evaluation_records(disk_, place_.output_dir, run.id);
  for (const EvaluationRecord &record : records) {
    check_recorded({record.file.path, record.file.sha256, record.file.bytes, "evaluation", run.id});
  }
  const std::vector<std::string> names = disk_.list(folder);
  const std::ptrdiff_t files =
      std::count_if(names.begin(), names.end(), [](const std::string &name) {
        return name.starts_with("evaluation") && name.ends_with(".json");
      });
  result_.files += static_cast<int>(files);
  if (files > static_cast<std::ptrdiff_t>(records.size())) {
    add(Finding::Kind::damaged, folder / "evaluation.json", "a record of an evaluation is damaged",
        fmt::format("`{}` makes it again", place_.run_command));
  }
}

void Verifier::check_journal() {
  const fs::path path = place_.folder / "journal.jsonl";
  const std::string next = "what is reused does not rest on it; move it away to begin a new one";
  const std::optional<std::string> text = read(path, next);
  if (!text) return;
  const JournalText journal = read_journal(disk_, path);
  if (journal.damaged > 0) {
    add(Finding::Kind::damaged, path,
        fmt::format("{} of its lines {} damaged", journal.damaged,
                    journal.damaged == 1 ? "is" : "are"),
        next);
  } else if (journal.lines.empty() && !place_.live) {
    add(Finding::Kind::damaged, path, "it has no line", next);
  }
  if (journal.whole_bytes < text->size() && !place_.live) {
    add(Finding::Kind::note, path, "its last line is torn, as a crash leaves it",
        "the next start cuts it");
  }
}

// What lies among our files and is named by no record.
void Verifier::list_foreign() {
  for (const std::string &name : disk_.list(place_.output_dir / "models")) {
    if (name != "pursuit") add(Finding::Kind::foreign, place_.output_dir / "models" / name, "");
  }
  std::set<std::string> models;
  for (const ManifestRun &run : runs_) {
    if (run.model) models.insert(run.model->path);
  }
  for (const PastRun &run : read_past_runs(disk_, place_.output_dir)) {
    if (run.spec) models.insert(model_path(*run.spec, run.id));
    models.insert(run.result.model.path);
  }
  for (const std::string &name : disk_.list(place_.output_dir / "models" / "pursuit")) {
    if (!models.contains("models/pursuit/" + name))
      add(Finding::Kind::foreign, place_.output_dir / "models" / "pursuit" / name, "");
  }
  list_foreign_of_runs();
}

void Verifier::list_foreign_of_runs() {
  for (const std::string &id : disk_.list(place_.output_dir / "runs")) {
    const fs::path folder = place_.output_dir / "runs" / id;
    if (!is_run_id(id)) {
      add(Finding::Kind::foreign, folder, "");
      continue;
    }
    if (!by_id_.contains(id)) continue; // another experiment's
    for (const std::string &name : disk_.list(folder)) {
      if (!is_run_file(name)) add(Finding::Kind::foreign, folder / name, "");
    }
  }
}

} // namespace

std::string_view to_text(Finding::Kind kind) {
  switch (kind) {
  case Finding::Kind::damaged:
    return "damaged";
  case Finding::Kind::missing:
    return "missing";
  case Finding::Kind::foreign:
    return "foreign";
  case Finding::Kind::note:
    return "note";
  }
  throw InternalError("a kind of finding without a name");
}

bool is_fault(const Finding &finding) {
  return finding.kind == Finding::Kind::damaged || finding.kind == Finding::Kind::missing;
}

Verification verify(Disk &disk, const VerifyPlace &place) { return Verifier(disk, place).all(); }

} // namespace pursuit
