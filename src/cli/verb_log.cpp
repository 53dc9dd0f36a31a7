// log: what a run's worker said.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/verbs.hpp"
#include "store/experiment_folder.hpp"
#include "store/known_runs.hpp"

namespace pursuit {

namespace {

// Prints what has come since `printed` bytes; returns how many there are now.
std::size_t print_new_text(const std::filesystem::path &path, std::size_t printed) {
  const std::string text = real_disk().read(path).value_or("");
  if (text.size() < printed) printed = 0; // the run has begun again
  tell_text(text.substr(printed));
  std::fflush(stdout);
  return text.size();
}

bool still_going(const ExperimentFolder &place, const std::string &id) {
  const Manifest manifest = read_manifest(real_disk(), place);
  if (manifest.state != "running") return false;
  return std::any_of(manifest.runs.begin(), manifest.runs.end(), [&](const ManifestRun &run) {
    return run.id == id && (run.state == RunState::running || run.state == RunState::pending);
  });
}

} // namespace

int verb_log(const Arguments &arguments) {
  CLI::App app{"A run's log", "pursuit-run log"};
  std::string where;
  std::string run_start;
  std::optional<std::string> output_dir;
  bool follow = false;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("run", run_start, "Start of a run id")->required()->type_name("RUN");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  app.add_flag("-f,--follow", follow, "Go on until the run has ended");
  if (!parse(app, arguments)) return k_exit_done;

  const ExperimentFolder place = find_experiment_folder(real_disk(), where, output_dir);
  const Manifest manifest = read_manifest_to_show(real_disk(), place);
  const ManifestRun run = find_known_run(real_disk(), place, manifest, run_start);
  const std::filesystem::path path = place.output_dir / run.log;
  if (!follow && !real_disk().exists(path)) {
    throw RunError(
        fmt::format("run {} has no log yet: it is {}", run.id.substr(0, 12), to_text(run.state)));
  }
  std::size_t printed = print_new_text(path, 0);
  while (follow && still_going(place, run.id)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    printed = print_new_text(path, printed);
  }
  if (follow) print_new_text(path, printed);
  return k_exit_done;
}

} // namespace pursuit
