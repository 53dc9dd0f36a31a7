// status: counts, and a line per unfinished or failed run. Safe beside a live run.
#include <cstdio>

#include <CLI/CLI.hpp>

#include "base/say.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/run_status.hpp"
#include "cli/verbs.hpp"
#include "cli/watch_status.hpp"

namespace pursuit {

int verb_status(const Arguments &arguments) {
  CLI::App app{"Counts, and a line per unfinished or failed run; how far the running ones are",
               "pursuit-run status"};
  std::string where;
  std::optional<std::string> output_dir;
  bool json = false;
  bool watch = false;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  app.add_flag("--json", json, "As JSON; with --watch an object a line");
  app.add_flag("--watch", watch, "Go on showing it until the run has ended; wait for its start");
  if (!parse(app, arguments)) return k_exit_done;
  if (watch) return watch_status(where, output_dir, json);
  const ExperimentFolder place = find_experiment_folder(real_disk(), where, output_dir);
  const RunStatus status =
      read_status(real_disk(), place, read_manifest_to_show(real_disk(), place));
  if (json)
    std::fputs(status_json(status, true).c_str(), stdout);
  else
    tell_text(status_text(status, false));
  return k_exit_done;
}

} // namespace pursuit
