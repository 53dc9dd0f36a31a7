// runs/<id>/progress.json, "pursuit-progress/1": how far a run is, for those who look on. It is there while the run is
// trained, replaced about twice a second by the scheduler whose worker trains it, and never synced: nothing rests on it. A
// process that was killed leaves one behind, which readers know by its time.
//
//   {"format", "trial": trials done, "n_trials", "loss": of the last trial or null, "trials_per_s", "left_s": or null,
//    "experiment": whose scheduler wrote it, "all_left_s": until all runs of that are done, or null, "updated": RFC 3339}
//
// JSON Schema: schemas/progress.schema.json. Version history: 1 is the first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.hpp"

namespace pursuit {

struct ProgressNote {
  std::int64_t trial = 0, n_trials = 0;
  std::optional<double> loss;
  double trials_per_s = 0;
  std::optional<double> left_s;
  std::string experiment;
  std::optional<double> all_left_s;
  std::string updated;
};

std::filesystem::path progress_path(const std::filesystem::path &output_dir, const std::string &id);

std::string progress_json(const ProgressNote &note);
// Throws RunError on a text that is not one.
ProgressNote parse_progress(const std::string &text);

// nullopt where there is none, or none that can be read.
std::optional<ProgressNote> read_progress(Disk &disk, const std::filesystem::path &output_dir,
                                          const std::string &id);

} // namespace pursuit
