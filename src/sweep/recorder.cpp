#include "sweep/recorder.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "store/attempts.hpp"
#include "store/records.hpp"
#include "store/replaced_manifest.hpp"
#include "store/run_event.hpp"
#include "sweep/start_manifest.hpp"

namespace pursuit {

namespace {

// How often a process that does not write looks whether the one that does is still there, in
// seconds.
constexpr double k_take_over_s = 0.5;

std::string event_of(const ScheduledRun &state) {
  if (state.reused) return "run_reused";
  switch (state.state) {
  case RunState::pending:
    return "run_retried";
  case RunState::running:
    return state.elsewhere.empty() ? "run_started" : "run_elsewhere";
  case RunState::done:
    return "run_done";
  case RunState::failed:
    return "run_failed";
  case RunState::skipped:
    return "run_skipped";
  case RunState::interrupted:
    return "run_interrupted";
  }
  throw InternalError("unknown run state");
}

// What became of the whole: nothing left over, something failed, or something still to do.
std::string final_state(const ManifestCounts &counts, const std::vector<ScheduledRun> &runs) {
  const bool evaluation_failed = std::any_of(runs.begin(), runs.end(), [](const ScheduledRun &run) {
    return !run.evaluation_error.empty();
  });
  const bool evaluated = std::all_of(runs.begin(), runs.end(), [](const ScheduledRun &run) {
    return run.state != RunState::done || run.measures;
  });
  if (counts.failed > 0 || counts.skipped > 0 || evaluation_failed) return "failed";
  return counts.done == counts.total && evaluated ? "complete" : "incomplete";
}

// The figures that lie there are those of the last report until the next one.
std::vector<ManifestFigure> figures_before(Disk &disk, const std::filesystem::path &folder) {
  try {
    return parse_manifest(disk.read(folder / "manifest.json").value_or("")).figures;
  } catch (const RunError &) {
    return {};
  }
}

} // namespace

Recorder::Recorder(Disk &disk, Clock &clock, const Preparation &preparation, const Plan &plan,
                   Observer &onlooker, BecomeWriter become_writer)
    : disk_(disk), clock_(clock), preparation_(preparation), plan_(plan), onlooker_(onlooker),
      become_writer_(std::move(become_writer)),
      manifest_(start_manifest(clock, preparation, plan)) {
  manifest_.figures = figures_before(disk, preparation.folder);
  if (take_over({})) {
    write_manifest();
  } else {
    announce_replacement();
  }
}

// What becomes of the manifest of another file whose process is at work.
void Recorder::announce_replacement() {
  try {
    const std::string forecast = replacement_forecast(
        disk_, preparation_.output_dir, preparation_.folder, preparation_.graph, true);
    if (!forecast.empty()) onlooker_.message(forecast);
  } catch (const RunError &error) {
    onlooker_.message(error.what());
  }
}

// True: this process writes from now on. `runs`: what it has seen happen before.
bool Recorder::take_over(const std::vector<ScheduledRun> &runs) {
  next_take_over_s_ = clock_.monotonic_s() + k_take_over_s;
  if (!become_writer_()) return false;
  journal_.emplace(disk_, clock_, preparation_.folder / "journal.jsonl");
  const int damaged = report_damage();
  journal_->append("start",
                   fmt::format(R"("numerics":"{}","runs":{},"damaged":{})",
                               preparation_.engine.numerics, plan_.runs.size(), damaged),
                   true);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].state == RunState::pending) continue;
    append_to_journal(event_of(runs[i]), run_event_fields(manifest_.runs[i]), false);
  }
  manifest_is_old_ = true;
  return true;
}

// Damaged lines are told of once: the start that does so notes how many there were.
int Recorder::report_damage() {
  const std::filesystem::path path = preparation_.folder / "journal.jsonl";
  const JournalText journal = read_journal(disk_, path);
  if (journal.damaged > damage_known(journal)) {
    onlooker_.message(fmt::format(
        "{}: {} damaged line{}, the first is line {}; passed over: what is finished "
        "rests on the files of the runs",
        path.string(), journal.damaged, journal.damaged == 1 ? "" : "s", journal.first_damaged));
  }
  return journal.damaged;
}

void Recorder::run_changed(int run, const ScheduledRun &state) {
  const std::size_t i = static_cast<std::size_t>(run);
  ManifestRun &entry = manifest_.runs[i];
  entry.result() = state.result();
  entry.reused = state.reused;
  entry.reason = state.reason;
  manifest_is_old_ = true;
  if (has_ended(state.state) && !state.reused && !state.recorded) write_result(run, state);
  append_to_journal(event_of(state), run_event_fields(entry), false);
}

void Recorder::attempted(int run, const ScheduledRun &state) {
  note_attempt(disk_, preparation_.output_dir, plan_.graph.nodes[static_cast<std::size_t>(run)].id,
               state.attempts);
}

void Recorder::withdrawn(int run, const ScheduledRun &state) {
  withdraw_attempt(disk_, preparation_.output_dir,
                   plan_.graph.nodes[static_cast<std::size_t>(run)].id, state.attempts);
}

// A failed evaluation takes nothing from the run: it is done, and the next start evaluates it.
void Recorder::run_evaluated(int run, const ScheduledRun &state) {
  ManifestRun &entry = manifest_.runs[static_cast<std::size_t>(run)];
  entry.measures = state.measures;
  manifest_is_old_ = true;
  const bool failed = !state.evaluation_error.empty();
  if (failed) {
    entry.reason = fmt::format("evaluation failed: {}", state.evaluation_error);
    onlooker_.message(fmt::format("run {} ({}) could not be evaluated: {}", entry.id.substr(0, 12),
                                  entry.stage, state.evaluation_error));
  }
  append_to_journal(failed ? "run_evaluation_failed" : "run_evaluated", run_event_fields(entry),
                    false);
}

void Recorder::write_result(int run, const ScheduledRun &state) {
  const Node &node = plan_.graph.nodes[static_cast<std::size_t>(run)];
  RunResult record = state.result();
  record.parent_sha256 = node.spec.parent_file.sha256;
  if (node.parent >= 0) {
    const std::optional<ModelFile> &parent =
        manifest_.runs[static_cast<std::size_t>(node.parent)].model;
    if (parent) record.parent_sha256 = parent->sha256;
  }
  try {
    write_record(disk_, preparation_.output_dir, node.id, record);
  } catch (const RunError &error) {
    onlooker_.message(
        fmt::format("run {} is not recorded; the next start goes on from its checkpoint: {}",
                    node.id.substr(0, 12), error.what()));
  }
}

// A journal that cannot be written stops nothing: what is reused rests on result.json.
void Recorder::append_to_journal(const std::string &event, const std::string &fields_json,
                                 bool durable) {
  if (!is_writer()) return;
  try {
    journal_->append(event, fields_json, durable);
  } catch (const RunError &error) {
    onlooker_.message(error.what());
  }
}

void Recorder::tick(const std::vector<ScheduledRun> &runs) {
  if (!is_writer() && clock_.monotonic_s() >= next_take_over_s_) {
    try {
      if (take_over(runs))
        onlooker_.message("the process that wrote the manifest has ended: this one does");
    } catch (const RunError &error) { // of the first line in the journal
      onlooker_.message(error.what());
    }
  }
  if (is_writer() && manifest_is_old_ && clock_.monotonic_s() >= next_manifest_s_) write_manifest();
}

// At most once a second, and at most a twentieth of the time however large it is.
void Recorder::write_manifest() {
  const double begin_s = clock_.monotonic_s();
  manifest_.updated = rfc3339(clock_.wall_s());
  try {
    if (has_replaced_) {
      disk_.write_whole(preparation_.folder / "manifest.json", manifest_json(manifest_));
    } else {
      const std::string notice =
          replace_manifest(disk_, preparation_.output_dir, preparation_.folder, manifest_);
      if (!notice.empty()) onlooker_.message(notice);
    }
    has_replaced_ = true;
    manifest_is_old_ = false;
  } catch (const RunError &error) {
    onlooker_.message(error.what());
  }
  const double took_s = clock_.monotonic_s() - begin_s;
  next_manifest_s_ = begin_s + std::max(1.0, 20 * took_s);
}

// Whether manifest.json says of every run of ours what we would say. One that is still written to
// may say so if it has other runs too: its writer may have long to go.
bool Recorder::is_written_by_another() const {
  Manifest other;
  try {
    other = parse_manifest(disk_.read(preparation_.folder / "manifest.json").value_or(""));
  } catch (const RunError &) {
    return false;
  }
  if (other.state == "running" && other.runs.size() <= manifest_.runs.size()) return false;
  std::map<std::string, RunState> states;
  for (const ManifestRun &run : other.runs) states[run.id] = run.state;
  return std::all_of(manifest_.runs.begin(), manifest_.runs.end(), [&](const ManifestRun &run) {
    const std::map<std::string, RunState>::const_iterator found = states.find(run.id);
    return found != states.end() && found->second == run.state;
  });
}

bool Recorder::finish(const Outcome &outcome) {
  for (std::size_t i = 0; i < outcome.runs.size(); ++i) {
    manifest_.runs[i].state = outcome.runs[i].state;
  }
  manifest_.state = final_state(count(manifest_.runs), outcome.runs);
  if (!is_writer() && is_written_by_another()) return true;
  if (!is_writer() && !take_over(outcome.runs)) return false;
  append_to_journal("end", fmt::format(R"("state":"{}")", manifest_.state), true);
  write_manifest();
  if (manifest_is_old_) {
    onlooker_.message(
        "the manifest is not up to date; the finished models are safe, and the next start "
        "writes it");
  }
  return true;
}

} // namespace pursuit
