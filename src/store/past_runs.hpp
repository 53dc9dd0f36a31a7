// What runs/ holds: every run that was ever started with an output_dir, whichever experiment asked
// for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "plan/plan.hpp"

namespace pursuit {

// Whether a folder's name in runs/ is a run's id: 64 lower-case hex digits.
bool is_run_id(const std::string &name);

// Ids in runs/, sorted.
std::vector<std::string> recorded_ids(Disk &disk, const std::filesystem::path &output_dir);

struct PastRun {
  std::string id;
  std::optional<RunSpec> spec; // of run.json
  RunRecord result;       // state pending: no result.json; its model file has not been looked at
  std::string fault;      // what of the two is damaged, or empty
  bool is_denied = false; // no damage: this user may not read one of them
};
// Run `id`; damage is in `fault`, never thrown.
PastRun read_past_run(Disk &disk, const std::filesystem::path &output_dir, const std::string &id);
std::vector<PastRun> read_past_runs(Disk &disk, const std::filesystem::path &output_dir);

// Whether a file of that name in a run's folder is one that the program writes there
// (also for an instant, before it is renamed).
bool is_run_file(const std::string &full_name);

} // namespace pursuit
