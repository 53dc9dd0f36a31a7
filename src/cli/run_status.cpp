#include "cli/run_status.hpp"

namespace pursuit {

namespace {

// A note that is older than the attempt is what a killed process has left.
bool is_of_this_attempt(const ProgressNote &note, const ManifestRun &run) {
  if (run.attempts.empty() || !run.attempts.back().ended.empty()) return true; // trained elsewhere
  return note.updated >= run.attempts.back().started;
}

// By the newest note of a run that this experiment's own scheduler trains.
std::optional<double> time_left(const RunStatus &status) {
  const ProgressNote *newest = nullptr;
  for (const auto &[id, note] : status.progress) {
    if (note.experiment != status.manifest.name || !note.all_left_s) continue;
    if (newest == nullptr || note.updated > newest->updated) newest = &note;
  }
  return newest != nullptr ? newest->all_left_s : std::nullopt;
}

} // namespace

RunStatus read_status(Disk &disk, const ExperimentFolder &place, Manifest manifest) {
  RunStatus status;
  status.manifest = std::move(manifest);
  for (const ManifestRun &run : status.manifest.runs) {
    if (run.state != RunState::running) continue;
    const std::optional<ProgressNote> note = read_progress(disk, place.output_dir, run.id);
    if (note && is_of_this_attempt(*note, run)) status.progress.emplace(run.id, *note);
  }
  status.left_s = time_left(status);
  return status;
}

} // namespace pursuit
