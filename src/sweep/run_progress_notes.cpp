#include "sweep/run_progress_notes.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "store/run_progress.hpp"

namespace pursuit {

namespace {

constexpr double k_write_every_s = 0.5;
// Workers report four times a second: the speed is that of the last two or three seconds.
constexpr double k_newest_share = 0.1;

double to_tenths(double value) { return std::round(10 * value) / 10; }

std::optional<double> if_known(double seconds) {
  return seconds >= 0 ? std::optional(to_tenths(seconds)) : std::nullopt;
}

} // namespace

double seconds_left(const RunProgress &progress, std::int64_t n_trials) {
  if (!(progress.trials_per_s > 0)) return -1;
  return static_cast<double>(n_trials - progress.trial) / progress.trials_per_s;
}

RunProgress smoothed(const RunProgress &before, RunProgress now) {
  const double speed = before.trials_per_s;
  if (speed > 0 && before.from_trial == now.from_trial)
    now.trials_per_s = speed + k_newest_share * (now.trials_per_s - speed);
  return now;
}

void RunProgressNotes::progressed(const RunProgress &progress) {
  Note &note = notes_[progress.run];
  note.last = smoothed(note.last, progress);
  note.is_new = true;
  if (next_s_ < 0) next_s_ = clock_.monotonic_s() + k_write_every_s;
}

void RunProgressNotes::tick(const std::vector<ScheduledRun> &) {
  const double begin_s = clock_.monotonic_s();
  if (next_s_ < 0 || begin_s < next_s_) return;
  for (auto &[run, note] : notes_) {
    if (note.is_new) write(note);
  }
  const double took_s = clock_.monotonic_s() - begin_s;
  next_s_ = begin_s + std::max(k_write_every_s, 20 * took_s);
}

void RunProgressNotes::write(Note &note) {
  const RunProgress &last = note.last;
  const Node &node = preparation_.graph.nodes[static_cast<std::size_t>(last.run)];
  ProgressNote text;
  text.trial = last.trial;
  text.n_trials = node.spec.settings.n_trials;
  if (std::isfinite(last.loss)) text.loss = last.loss;
  text.trials_per_s = to_tenths(last.trials_per_s);
  text.left_s = if_known(seconds_left(last, text.n_trials));
  text.experiment = preparation_.experiment.name;
  text.all_left_s = if_known(left_.left_s());
  text.updated = rfc3339(clock_.wall_s());
  note.is_new = false;
  note.written = true;
  try {
    disk_.note(progress_path(preparation_.output_dir, node.id), progress_json(text));
  } catch (const RunError &) { // a full disk: whoever trains says so
  }
}

void RunProgressNotes::run_changed(int run, const ScheduledRun &) {
  const std::map<int, Note>::iterator known = notes_.find(run);
  if (known == notes_.end()) return;
  const bool written = known->second.written;
  notes_.erase(known);
  if (!written) return;
  const std::string &id = preparation_.graph.nodes[static_cast<std::size_t>(run)].id;
  try {
    disk_.remove(progress_path(preparation_.output_dir, id));
  } catch (const RunError &) { // readers know by the run's state that it is old
  }
}

} // namespace pursuit
