// status: counts, and a line per unfinished or failed run. Safe beside a live run.
#include <chrono>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include "base/errors.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/place.hpp"
#include "cli/verbs.hpp"
#include "plan/describe.hpp"

namespace pursuit {

namespace {

std::string counts_text(const ManifestCounts &counts) {
  return fmt::format(
      "{} runs: {} done ({} reused), {} running, {} pending, {} failed, {} skipped{}", counts.total,
      counts.done, counts.reused, counts.running, counts.pending, counts.failed, counts.skipped,
      counts.diverged > 0 ? fmt::format("; {} diverged", counts.diverged) : "");
}

void print_text(const Manifest &manifest) {
  fmt::print("{}: {}, {}\n{}\n", manifest.name, manifest.state,
             manifest.synthetic ? "synthetic data" : "recorded data",
             counts_text(count(manifest.runs)));
  for (const ManifestRun &run : manifest.runs) {
    if (run.state == RunState::done) continue;
    fmt::print("{}  {:<11}  {}", run.id.substr(0, 12), to_text(run.state),
               run_text(run.stage, run.spec));
    if (!run.reason.empty()) fmt::print("  ({})", run.reason);
    if (run.state == RunState::failed && !run.attempts.empty()) {
      fmt::print("  {}", run.attempts.back().error);
    }
    fmt::print("\n");
  }
}

} // namespace

// In status_json.cpp.
std::string status_json(const Manifest &manifest);

int verb_status(const Arguments &arguments) {
  CLI::App app{"Counts, and a line per unfinished or failed run", "pursuit-run status"};
  std::string where;
  std::optional<std::string> output_dir;
  bool json = false;
  bool watch = false;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  app.add_flag("--json", json, "As JSON");
  app.add_flag("--watch", watch, "Again every two seconds until the run has ended");
  if (!parse(app, arguments)) return k_exit_done;

  const Place place = find_place(real_disk(), where, output_dir);
  const bool redraw = watch && ::isatty(STDOUT_FILENO) == 1;
  Manifest manifest = read_manifest_to_show(real_disk(), place);
  while (true) {
    if (redraw) std::fputs("\033[H\033[2J", stdout); // home, clear
    if (json) {
      std::fputs(status_json(manifest).c_str(), stdout);
    } else {
      print_text(manifest);
    }
    if (!watch || manifest.state != "running") return k_exit_done;
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    manifest = read_manifest(real_disk(), place);
  }
}

} // namespace pursuit
