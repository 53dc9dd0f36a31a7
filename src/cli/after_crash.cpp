#include "cli/after_crash.hpp"

#include "base/errors.hpp"
#include "store/records.hpp"
#include "store/run_event.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

RunState state_of(RunRecord::State state) {
  switch (state) {
  case RunRecord::State::done:
    return RunState::done;
  case RunRecord::State::failed:
    return RunState::failed;
  default:
    return RunState::interrupted;
  }
}

// Whether the result is of an attempt that the manifest does not know the end of.
bool is_news(const std::vector<Attempt> &of_result, const std::vector<Attempt> &known) {
  if (of_result.size() != known.size()) return of_result.size() > known.size();
  return !known.empty() && known.back().ended.empty() && !of_result.back().ended.empty();
}

void take_result(const RunRecord &result, ManifestRun &run) {
  std::vector<Attempt> attempts = parse_attempts(result.attempts_json);
  if (!is_news(attempts, run.attempts)) return;
  run.state = state_of(result.state);
  run.attempts = std::move(attempts);
  run.loss = result.loss;
  run.diverged = result.diverged;
  run.seconds = result.seconds;
  run.pack = result.pack;
  if (result.state == RunRecord::State::done) run.model = result.model;
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
