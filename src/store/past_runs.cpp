#include "store/past_runs.hpp"

#include <algorithm>
#include <array>

#include "base/errors.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace fs = std::filesystem;

bool is_run_id(const std::string &name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::string> recorded_ids(Disk &disk, const fs::path &output_dir) {
  std::vector<std::string> ids = disk.list(output_dir / "runs");
  std::erase_if(ids, [](const std::string &name) { return !is_run_id(name); });
  return ids;
}

namespace {

template <class Read> void note_faults(PastRun &run, Read read) {
  const auto add = [&](const RunError &error) {
    run.fault += (run.fault.empty() ? "" : "; ") + std::string(error.what());
  };
  try {
    read();
  } catch (const PermissionError &error) {
    run.is_denied = true;
    add(error);
  } catch (const RunError &error) {
    add(error);
  }
}

} // namespace

PastRun read_past_run(Disk &disk, const fs::path &output_dir, const std::string &id) {
  PastRun run;
  run.id = id;
  note_faults(run, [&] { run.spec = read_run(disk, output_dir, id); });
  note_faults(run, [&] { run.result = read_result(disk, output_dir, id).value_or(RunRecord{}); });
  return run;
}

std::vector<PastRun> read_past_runs(Disk &disk, const fs::path &output_dir) {
  std::vector<PastRun> runs;
  for (const std::string &id : recorded_ids(disk, output_dir))
    runs.push_back(read_past_run(disk, output_dir, id));
  return runs;
}

namespace {

// A crash leaves "result.json.4711.tmp" of what was to become result.json.
std::string without_crash_mark(const std::string &name) {
  constexpr std::string_view k_end = ".tmp";
  if (!name.ends_with(k_end)) return name;
  const std::string rest = name.substr(0, name.size() - k_end.size());
  const std::size_t dot = rest.find_last_not_of("0123456789");
  return dot != std::string::npos && rest[dot] == '.' ? rest.substr(0, dot) : name;
}

} // namespace

bool is_run_file(const std::string &full_name) {
  const std::string name = without_crash_mark(full_name);
  static constexpr std::array k_names = {"run.json", "result.json", "attempts.jsonl",
                                         "log.txt",  "checkpoint",  "progress.json",
                                         "lock"};
  if (std::find(k_names.begin(), k_names.end(), name) != k_names.end()) return true;
  return name.starts_with("evaluation") && (name.ends_with(".mat") || name.ends_with(".json"));
}

} // namespace pursuit
