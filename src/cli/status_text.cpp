#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.hpp"
#include "cli/fitted_text.hpp"
#include "cli/progress_text.hpp"
#include "cli/run_status.hpp"
#include "plan/describe.hpp"

namespace pursuit {

namespace {

using Runs = std::vector<const ManifestRun *>;

// What happens now, what went wrong, what is to come.
constexpr std::array k_order = {RunState::running, RunState::failed, RunState::interrupted,
                                RunState::skipped, RunState::pending};

Runs of_state(const Runs &runs, RunState state) {
  Runs found;
  for (const ManifestRun *run : runs) {
    if (run->state == state) found.push_back(run);
  }
  return found;
}

std::string title(const Manifest &manifest) {
  return fmt::format("{}: {}, {}", manifest.name, manifest.state,
                     manifest.synthetic ? "synthetic data" : "recorded data");
}

std::string last_error(const ManifestRun &run) {
  return run.attempts.empty() ? "" : run.attempts.back().error;
}

const ProgressNote *note_of(const RunStatus &status, const ManifestRun &run) {
  const auto found = status.progress.find(run.id);
  return found == status.progress.end() ? nullptr : &found->second;
}

std::string progress_words(const ProgressNote &note) {
  std::string text = fmt::format("  trial {} of {}", note.trial, note.n_trials);
  if (note.loss) text += fmt::format(", loss {:.5f}", *note.loss);
  if (note.left_s) text += fmt::format(", about {} left", duration_text(std::ceil(*note.left_s)));
  return text;
}

std::string run_line(const RunStatus &status, const ManifestRun &run) {
  std::string text = fmt::format("{}  {:<11}  {}", short_id(run.id), to_text(run.state),
                                 run_text(run.stage, run.spec));
  if (!run.reason.empty()) text += fmt::format("  ({})", run.reason);
  if (run.state == RunState::failed) text += "  " + last_error(run);
  const ProgressNote *note = note_of(status, run);
  if (note != nullptr) text += progress_words(*note);
  return text + "\n";
}

// A run as a row beside those of its kind.
SlotRow slot_row(const RunStatus &status, const ManifestRun &run, const RunLabels &labels) {
  SlotRow row;
  const bool here = !run.attempts.empty() && run.attempts.back().ended.empty();
  row.slot = here ? run.attempts.back().device : "other";
  row.run = labels.label(run.stage, run.spec);
  row.n_trials = run.spec.settings.n_trials;
  row.loss = std::nan("");
  const ProgressNote *note = note_of(status, run);
  if (note == nullptr) return row;
  row.trial = note->trial;
  row.loss = note->loss.value_or(row.loss);
  row.trials_per_s = note->trials_per_s;
  row.left_s = note->left_s.value_or(-1);
  return row;
}

// "12 weights, 26 adapt".
std::string by_stage(const Runs &runs) {
  std::vector<std::pair<std::string, int>> counts;
  for (const ManifestRun *run : runs) {
    if (counts.empty() || counts.back().first != run->stage) counts.emplace_back(run->stage, 0);
    ++counts.back().second;
  }
  std::vector<std::string> parts;
  for (const auto &[stage, n] : counts) parts.push_back(fmt::format("{} {}", n, stage));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// The blocks of the screen, cut to what there is room for: the first has the first claim.
class Screen {
public:
  Screen(int columns, int lines)
      : columns_(std::max(columns, 1)), left_(static_cast<std::size_t>(std::max(lines, 1))) {}

  void add_head(const std::string &text) {
    for (const std::string &line : folded(text, columns_)) add(head_, line);
  }
  void add_running(const std::vector<SlotRow> &rows) {
    if (rows.empty()) return;
    const std::size_t shown =
        rows.size() <= left_ ? rows.size() : std::max<std::size_t>(left_, 2) - 1;
    std::vector<std::string> lines =
        slot_lines({rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(shown)}, columns_);
    names_ = lines.front();
    lines.erase(lines.begin());
    for (const std::string &line : lines) add(running_, line);
    if (shown < rows.size()) add(running_, fmt::format("and {} more running", rows.size() - shown));
  }
  // `reserved`: lines that shall be left after them.
  void add_failed(const std::vector<std::string> &failed, std::size_t reserved) {
    const std::size_t room = left_ - std::min(left_, reserved);
    const std::size_t shown =
        failed.size() <= room ? failed.size() : room - std::min<std::size_t>(room, 1);
    for (std::size_t i = 0; i < shown; ++i) add(rest_, failed[i]);
    if (shown < failed.size()) add(rest_, fmt::format("and {} more failed", failed.size() - shown));
  }
  void add_rest(const std::string &line) { add(rest_, line); }

  // What makes it easier to read, where there is room.
  std::vector<std::string> end(const std::string &hint) && {
    std::vector<std::string> lines = std::move(head_);
    const bool named = !names_.empty() && take();
    if (!running_.empty() && take()) lines.emplace_back();
    if (named) lines.push_back(names_);
    append(lines, running_);
    if (!rest_.empty() && take()) lines.emplace_back();
    append(lines, rest_);
    if (left_ >= 2) {
      lines.emplace_back();
      lines.push_back(fitted(hint, columns_));
    }
    return lines;
  }

private:
  bool take() {
    if (left_ == 0) return false;
    --left_;
    return true;
  }
  void add(std::vector<std::string> &block, const std::string &line) {
    if (take()) block.push_back(fitted(line, columns_));
  }
  static void append(std::vector<std::string> &lines, const std::vector<std::string> &block) {
    lines.insert(lines.end(), block.begin(), block.end());
  }

  int columns_;
  std::size_t left_; // lines that are still free
  std::vector<std::string> head_, running_, rest_;
  std::string names_; // of the running runs' columns
};

} // namespace

std::vector<const ManifestRun *> unfinished_runs(const RunStatus &status) {
  const Runs runs = in_reading_order(status.manifest);
  Runs unfinished;
  for (const RunState state : k_order) {
    for (const ManifestRun *run : of_state(runs, state)) unfinished.push_back(run);
  }
  return unfinished;
}

std::string status_text(const RunStatus &status, bool brief) {
  const ManifestCounts counts = count(status.manifest.runs);
  std::string text =
      fmt::format("{}\n{} runs: {} done ({} reused), {} running, {} pending, {} failed, {} skipped",
                  title(status.manifest), counts.total, counts.done, counts.reused, counts.running,
                  counts.pending, counts.failed, counts.skipped);
  if (counts.diverged > 0) text += fmt::format("; {} diverged", counts.diverged);
  if (status.left_s) text += fmt::format(", about {} left", duration_text(*status.left_s));
  text += "\n";
  const Runs unfinished = unfinished_runs(status);
  for (const ManifestRun *run : unfinished) {
    const bool counted = run->state == RunState::pending || run->state == RunState::skipped;
    if (!brief || !counted) text += run_line(status, *run);
  }
  for (const RunState state : {RunState::skipped, RunState::pending}) {
    const std::string counted = brief ? by_stage(of_state(unfinished, state)) : "";
    if (!counted.empty()) text += fmt::format("{}  {}\n", to_text(state), counted);
  }
  return text;
}

std::vector<std::string> status_screen(const RunStatus &status, const std::string &note,
                                       int columns, int lines) {
  const Runs runs = in_reading_order(status.manifest);
  RunLabels labels;
  for (const ManifestRun *run : runs) labels.add(run->stage, run->spec);
  Runs pending = of_state(runs, RunState::pending);
  const Runs skipped = of_state(runs, RunState::skipped);
  std::vector<SlotRow> running;
  for (const ManifestRun *run : of_state(runs, RunState::running))
    running.push_back(slot_row(status, *run, labels));
  std::vector<std::string> failed;
  for (const ManifestRun *run : of_state(runs, RunState::failed))
    failed.push_back(
        fmt::format("failed   {}: {}", labels.label(run->stage, run->spec), last_error(*run)));
  const Runs interrupted = of_state(runs, RunState::interrupted);

  Screen screen(columns, lines);
  screen.add_head(title(status.manifest));
  screen.add_head(totals_line(count(status.manifest.runs), status.left_s.value_or(-1)));
  if (!note.empty()) screen.add_head(note);
  screen.add_running(running);
  screen.add_failed(failed, (pending.empty() ? 0u : 1u) + (skipped.empty() ? 0u : 1u) +
                                (interrupted.empty() ? 0u : 1u));
  if (!interrupted.empty()) screen.add_rest("stopped  " + by_stage(interrupted));
  if (!skipped.empty()) screen.add_rest("skipped  " + by_stage(skipped));
  if (!pending.empty()) screen.add_rest("pending  " + by_stage(pending));
  return std::move(screen).end("Ctrl-C ends this view, not the training.");
}

} // namespace pursuit
