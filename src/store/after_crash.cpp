#include "store/after_crash.hpp"

#include "base/errors.hpp"
#include "store/records.hpp"
#include "store/run_event.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Whether the result is of an attempt that the manifest does not know the end of.
bool is_news(const std::vector<Attempt> &of_result, const std::vector<Attempt> &known) {
  if (of_result.size() != known.size()) return of_result.size() > known.size();
  return !known.empty() && known.back().ended.empty() && !of_result.back().ended.empty();
}

void take_result(const RunRecord &result, ManifestRun &run) {
  if (!is_news(result.attempts, run.attempts)) return;
  RunResult news = result.result();
  if (news.state != RunState::done) news.model = run.model;
  news.measures = run.measures;
  run.result() = std::move(news);
}

void look_for_result(Disk &disk, const fs::path &output_dir, ManifestRun &run) {
  try {
    const std::optional<RunRecord> result = read_result(disk, output_dir, run.id);
    if (result) take_result(*result, run);
  } catch (const RunError &) {
    // Damaged: it says nothing.
  }
}

} // namespace

void bring_up_to_date(Disk &disk, const fs::path &output_dir, const fs::path &folder,
                      Manifest &manifest) {
  apply_journal(read_journal(disk, folder / "journal.jsonl"), manifest);
  for (ManifestRun &run : manifest.runs) {
    const bool open = run.state == RunState::running || run.state == RunState::pending;
    if (open) look_for_result(disk, output_dir, run);
    if (run.state == RunState::running) run.state = RunState::interrupted;
  }
  if (manifest.state == "running") manifest.state = "incomplete";
}

} // namespace pursuit
