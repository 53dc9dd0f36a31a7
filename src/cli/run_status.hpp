// What `status` shows: the manifest, and how far the running runs are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/experiment_folder.hpp"
#include "store/manifest.hpp"
#include "store/run_progress.hpp"

namespace pursuit {

struct RunStatus {
  Manifest manifest;
  std::map<std::string, ProgressNote> progress; // of running runs, by id
  std::optional<double> left_s;                 // until all is done; none: nobody knows
};

// `manifest`: experiment_folder.hpp's read_manifest. Reads, and changes nothing.
RunStatus read_status(Disk &disk, const ExperimentFolder &place, Manifest manifest);

// The unfinished and the failed runs: running ones first, then failed ones, then what is still to come.
std::vector<const ManifestRun *> unfinished_runs(const RunStatus &status);

// For people without a terminal, or who look once: counts, and a line per unfinished or failed run. `brief`: what is pending
// or skipped is counted by stage.
std::string status_text(const RunStatus &status, bool brief);

// For --watch: no more than `lines` lines, none wider than `columns`. Counts, then running runs, as many as there is room
// for; then failed ones; what is pending or skipped is counted by stage. `note`: what is waited for, or empty.
std::vector<std::string> status_screen(const RunStatus &status, const std::string &note,
                                       int columns, int lines);

// {name, state, updated, counts, left_s, running: [{id, stage, trial, n_trials, loss, trials_per_s, left_s, updated}],
// unfinished: [as in the manifest]}, on one line or indented.
std::string status_json(const RunStatus &status, bool indented);

} // namespace pursuit
