#include "store/verify_run.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "plan/describe.hpp"
#include "store/evaluation_record.hpp"
#include "store/model.hpp"
#include "store/model_claim.hpp"
#include "store/recorded_files.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Of one that is done.
ModelClaim claim_of(const RunResult &run) { return {*run.model, run.loss}; }

// Where both have a value: another version may know a measure more. Another machine's C library may differ in the last
// digits of a fit.
bool are_same(const std::optional<double> &a, const std::optional<double> &b) {
  constexpr double k_close = 1e-6;
  if (!a || !b) return true;
  if (std::isnan(*a) || std::isnan(*b)) return std::isnan(*a) == std::isnan(*b);
  return std::abs(*a - *b) <= k_close * std::max(1.0, std::abs(*a));
}

bool are_same(const Measures &a, const Measures &b) {
  const auto is_same = [&](const Measure &row) {
    if (row.single != nullptr) return are_same(a.*row.single, b.*row.single);
    if (row.by_contrast == nullptr || !(a.*row.by_contrast) || !(b.*row.by_contrast)) return true;
    const ByContrast &left = *(a.*row.by_contrast), &right = *(b.*row.by_contrast);
    return are_same(left.high, right.high) && are_same(left.low, right.low);
  };
  return std::all_of(measure_table().begin(), measure_table().end(), is_same);
}

// In what a record and its file differ, in words; "" where they agree.
std::string difference_of(const EvaluationRecord &record, const EvaluationRecord &file) {
  std::vector<const char *> what;
  if (record.model_sha256 != file.model_sha256) what.push_back("model");
  if (evaluation_hash(record.key) != evaluation_hash(file.key)) what.push_back("settings");
  if (!are_same(record.measures, file.measures)) what.push_back("measures");
  return fmt::format("{}", fmt::join(what, ", "));
}

class RunCheck {
public:
  RunCheck(RunLook &look, const ManifestRun &run, const std::optional<RunSpec> &settings)
      : look_(look), run_(run), folder_(run_folder(look.output_dir, run.id)) {
    if (settings)
      spec_ = &*settings;
    else if (look.manifest.is_there)
      spec_ = &run.spec;
  }

  void all() {
    read_result();
    if (!run_.model)
      note_news();
    else if (agree())
      check_model(*run_.model);
    else
      settle();
    check_evaluations();
  }

private:
  void read_result();
  void note_news();
  bool agree() const;
  void settle();
  void check_model(const ModelFile &file);
  void check_origin(const Model &model, const fs::path &path);
  void check_losses(const Model &model);
  void check_diverged(const Model &model);
  void check_evaluations();
  Measures check_evaluation(const fs::path &path, const EvaluationRecord &record);

  void damaged(const fs::path &path, std::string what, std::string next) {
    look_.findings.add(Finding::Kind::damaged, path, std::move(what), std::move(next));
  }
  // Once: it is to be moved away, whatever else it says.
  void blame_result(std::string what) {
    if (is_result_blamed_) return;
    is_result_blamed_ = true;
    damaged(folder_ / "result.json", std::move(what),
            fmt::format("the model is intact: move this file away, then {}", look_.makes_again()));
  }
  bool is_result_done() const { return result_ && result_->state == RunState::done; }

  RunLook &look_;
  const ManifestRun &run_;
  fs::path folder_;
  const RunSpec *spec_ = nullptr; // nullptr: not known
  std::optional<RunRecord> result_;
  bool is_result_blamed_ = false;
};

// With a finding where it should be there and cannot be used.
void RunCheck::read_result() {
  const fs::path path = folder_ / "result.json";
  look_.findings.look_at(path, "move it away, then " + look_.makes_again(), [&] {
    if (!run_.model && !look_.disk.exists(path)) return;
    look_.findings.count_file();
    result_ = pursuit::read_result(look_.disk, look_.output_dir, run_.id);
    if (!result_)
      look_.findings.add(Finding::Kind::missing, path, "it is not there", look_.makes_again());
  });
}

// Another experiment may have trained it since; so it is no fault.
void RunCheck::note_news() {
  if (!look_.manifest.is_final || !is_result_done()) return;
  look_.findings.add(Finding::Kind::note, look_.manifest.path,
                     fmt::format("it says that run {} is {}, and its result.json that it is done",
                                 short_id(run_.id), to_text(run_.state)),
                     fmt::format("{} takes that in", look_.manifest.start));
}

// Seconds and attempts may differ between manifest and result.json: another experiment may have trained the run since.
bool RunCheck::agree() const {
  return !result_ ||
         (is_result_done() && difference_of(claim_of(run_), claim_of(*result_)).empty());
}

// The model file decides.
void RunCheck::settle() {
  const bool done = is_result_done();
  const std::string what = done ? difference_of(claim_of(run_), claim_of(*result_)) : "state";
  if (done && is_borne_out(look_.disk, look_.output_dir, claim_of(*result_))) {
    look_.doubts.disagrees(run_.id, what);
    return check_model(*result_->model);
  }
  if (is_borne_out(look_.disk, look_.output_dir, claim_of(run_))) {
    blame_result(fmt::format("it does not agree with the manifest and the model on: {}", what));
  } else if (done) {
    damaged(folder_ / "result.json",
            fmt::format("it and the manifest do not agree on: {}, and the model file bears out "
                        "neither",
                        what),
            fmt::format("move it away, then {}", look_.trains_again(run_.id)));
    is_result_blamed_ = true;
  }
  check_model(*run_.model);
}

// The right bytes may still be those of another run, where a record was changed with them.
void RunCheck::check_model(const ModelFile &file) {
  const std::string next = look_.trains_again(run_.id);
  const std::optional<std::string> bytes =
      look_.findings.intact({file.path, file.sha256, file.bytes, "model", run_.id}, next);
  if (!bytes) return;
  const fs::path path = located(look_.output_dir, file.path);
  look_.findings.look_at(path, next, [&] {
    const Model model = read_model(*bytes, file.path);
    check_origin(model, path);
    check_losses(model);
    check_diverged(model);
  });
}

void RunCheck::check_origin(const Model &model, const fs::path &path) {
  const auto compare = [&](const char *name, const std::string &found,
                           const std::string &expected) {
    if (found == expected) return;
    damaged(path, fmt::format("its {} is {}, its record's {}", name, found, expected),
            look_.trains_again(run_.id));
  };
  compare("run_id", model.run_id, run_.id);
  if (spec_ == nullptr) return;
  compare("numerics", model.numerics, spec_->numerics);
  compare("data_sha256", model.data_sha256, spec_->data_sha256);
}

// All records may say the same and not be true, where one that was changed was taken in by a start.
void RunCheck::check_losses(const Model &model) {
  if (is_result_done() && !has_losses(model, result_->loss))
    blame_result("its losses are not those in the model file");
  if (!has_losses(model, run_.loss)) look_.doubts.disagrees(run_.id, "losses");
}

void RunCheck::check_diverged(const Model &model) {
  if (spec_ == nullptr) return;
  const std::optional<bool> right = look_.recomputed.diverged(*spec_, losses_of(model));
  if (!right) return;
  if (is_result_done() && result_->diverged.value_or(*right) != *right)
    blame_result(fmt::format("it says that the network {}, and the losses in the model file say "
                             "otherwise",
                             *right ? "did not diverge" : "diverged"));
  if (run_.diverged.value_or(*right) != *right) look_.doubts.disagrees(run_.id, "diverged");
}

void RunCheck::check_evaluations() {
  bool has_record = false, has_other_measures = false, has_same_measures = false;
  look_.findings.look_at(folder_, look_.makes_again(), [&] {
    for (const std::string &name : look_.disk.list(folder_)) {
      if (!name.starts_with("evaluation") || !name.ends_with(".json")) continue;
      has_record = true;
      look_.findings.count_file();
      look_.findings.look_at(folder_ / name, look_.makes_again(), [&] {
        const std::optional<EvaluationRecord> record =
            read_evaluation_record(look_.disk, folder_ / name);
        if (!record) throw RunError("a record of an evaluation is damaged");
        const Measures measures = check_evaluation(folder_ / name, *record);
        if (!run_.measures || !run_.model || record->model_sha256 != run_.model->sha256) return;
        (are_same(*run_.measures, measures) ? has_same_measures : has_other_measures) = true;
      });
    }
    if (run_.measures && run_.model && !has_record)
      look_.findings.add(Finding::Kind::missing, folder_ / "evaluation.json", "it is not there",
                         look_.makes_again());
  });
  if (has_other_measures && !has_same_measures) look_.doubts.disagrees(run_.id, "measures");
}

// The measures are taken again from the file; the record's where that cannot be read.
Measures RunCheck::check_evaluation(const fs::path &path, const EvaluationRecord &record) {
  const std::optional<std::string> bytes = look_.findings.intact(
      {record.file.path, record.file.sha256, record.file.bytes, "evaluation", run_.id},
      look_.makes_again());
  if (!bytes) return record.measures;
  const EvaluationRecord found = look_.recomputed.evaluation(*bytes, record.file.path);
  const std::string what = difference_of(record, found);
  if (!what.empty())
    damaged(path,
            fmt::format("it does not agree with {} on: {}",
                        fs::path(record.file.path).filename().string(), what),
            fmt::format("that file is intact: move this one away, then {}", look_.makes_again()));
  return found.measures;
}

// At most so many runs are named of a manifest that is wrong about all of them.
constexpr std::size_t k_most_named = 3;

} // namespace

void ManifestDoubts::disagrees(const std::string &id, const std::string &what) {
  if (std::find(ids_.begin(), ids_.end(), short_id(id)) == ids_.end()) ids_.push_back(short_id(id));
  what_.insert(what);
}

std::string ManifestDoubts::text() const {
  if (what_.empty()) return "";
  const auto end = ids_.begin() + static_cast<std::ptrdiff_t>(std::min(ids_.size(), k_most_named));
  std::string runs = fmt::format("{}", fmt::join(ids_.begin(), end, ", "));
  if (ids_.size() > k_most_named) runs += fmt::format(" and {} more", ids_.size() - k_most_named);
  return fmt::format("it does not agree with the runs' own files on: {} (of {})",
                     fmt::join(what_, ", "), runs);
}

std::string RunLook::trains_again(const std::string &id) const {
  return fmt::format("{} trains run {} again", manifest.start, short_id(id));
}

std::optional<RunSpec> check_settings(RunLook &look, const ManifestRun &run) {
  const fs::path path = run_folder(look.output_dir, run.id) / "run.json";
  const std::string next = look.manifest.start + " writes it anew and keeps the model";
  std::optional<RunSpec> spec;
  look.findings.look_at(path, next, [&] {
    if (run.state != RunState::done && !look.disk.exists(path)) return; // not begun
    look.findings.count_file();
    spec = read_run(look.disk, look.output_dir, run.id);
    if (!spec) look.findings.add(Finding::Kind::missing, path, "it is not there", next);
  });
  return spec;
}

void check_run(RunLook &look, const ManifestRun &run, const std::optional<RunSpec> &settings) {
  RunCheck(look, run, settings).all();
}

} // namespace pursuit
