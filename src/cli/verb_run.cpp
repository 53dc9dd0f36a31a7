// run: from one YAML file to trained models and a manifest.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "cli/experiment_lock.hpp"
#include "cli/run_experiment.hpp"
#include "cli/say.hpp"
#include "cli/shell_words.hpp"
#include "cli/stop_signals.hpp"
#include "cli/verbs.hpp"

namespace pursuit {

namespace {

// Takes the lock, or says who has it.
void announce_others(ExperimentLock &lock, const Preparation &preparation) {
  if (!lock.try_take()) {
    say("{} is being run by {}: this process trains what that does not, and waits for the rest\n",
        preparation.folder.string(), lock.holder());
  }
  const std::string weakness = lock.weakness();
  if (!weakness.empty()) say("{}: {}\n", preparation.output_dir.string(), weakness);
}

void print_result(const Preparation &preparation, const Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  std::string text = fmt::format("{}: {} of {} runs done ({} reused)", manifest.state, counts.done,
                                 counts.total, counts.reused);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  if (counts.pending > 0) text += fmt::format(", {} still to do", counts.pending);
  text += fmt::format("\nmodels:   {}\nmanifest: {}\n",
                      (preparation.output_dir / "models" / "pursuit").string(),
                      (preparation.folder / "manifest.json").string());
  std::fputs(text.c_str(), stdout); // if nobody reads it, main finds out
}

int exit_code(const Outcome &outcome, const Manifest &manifest) {
  if (outcome.interrupted_by != 0) {
    say("interrupted; to go on:\n  {}\n", own_command());
    return 128 + outcome.interrupted_by;
  }
  return manifest.state == "complete" ? k_exit_done : k_exit_failed;
}

int run(const RunOptions &options) {
  leave_on_signals(); // until the schedule listens to them
  const Preparation preparation = prepare(real_disk(), options);
  ExperimentLock lock(preparation.folder);
  announce_others(lock, preparation);
  const RanExperiment ran = run_here(preparation, options, [&] { return lock.try_take(); });
  if (!options.quiet) print_result(preparation, ran.manifest);
  return exit_code(ran.outcome, ran.manifest);
}

} // namespace

int verb_run(const Arguments &arguments) {
  CLI::App app{"Trains what is missing of an experiment", "pursuit-run run"};
  RunOptions options;
  add_run_options(app, options);
  app.add_flag("-n,--dry-run", options.dry, "Only plan");
  if (!parse(app, arguments)) return k_exit_done;
  check_run_options(options);
  return options.dry ? verb_plan(arguments) : run(options);
}

} // namespace pursuit
