// run: from one YAML file to trained models and a manifest.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/shell_words.hpp"
#include "cli/progress.hpp"
#include "cli/run_flags.hpp"
#include "cli/stop_signals.hpp"
#include "cli/verbs.hpp"
#include "store/experiment_lock.hpp"
#include "store/replaced_manifest.hpp"
#include "sweep/make_report.hpp"
#include "sweep/run_experiment.hpp"

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
  if (counts.diverged > 0) text += fmt::format("; {} diverged", counts.diverged);
  tell("{}\nmodels:   {}\nmanifest: {}\n", text,
       (preparation.output_dir / "models" / "pursuit").string(),
       (preparation.folder / "manifest.json").string());
}

// Claims, figures and report of a schedule that came to its end. False: something is not as asked. Of several processes
// on one experiment the writer draws; the others judge the claims only, and so end with the same code.
bool report_on(const Preparation &preparation, const RunOptions &options, bool is_writer,
               Manifest &manifest) {
  const ExperimentFolder place{preparation.output_dir, preparation.folder,
                               preparation.experiment.file};
  leave_on_signals(
      fmt::format("interrupted; every network is safe; to go on:\n  {}\n", own_command()));
  const Reported reported = as_recorded(real_disk(), manifest);
  try {
    if (!is_writer) return is_fulfilled({check_claims(reported), {}});
    const Report report =
        make_report(real_disk(), place, reported, {!options.no_figures, options.quiet, {}});
    record_report(report, reported, manifest);
    manifest.updated = rfc3339(real_clock().wall_s());
    const std::string notice =
        replace_manifest(real_disk(), place.output_dir, place.folder, manifest);
    if (!notice.empty()) say("{}\n", notice);
    print_report(report, place.folder, options.quiet);
    return is_fulfilled(report);
  } catch (const RunError &error) { // a full disk: the models are safe
    say("{}; to try again: pursuit-run report {}\n", error.what(),
        shell_quoted(place.folder.string()));
    return false;
  }
}

int run(const RunOptions &options) {
  leave_on_signals(); // until the schedule listens to them
  Preparation preparation = prepare(real_disk(), options);
  check_requests(preparation);
  preparation.git = read_git_state(preparation.experiment);
  preparation.speeds = remembered_speeds(real_disk(), preparation);
  if (!preparation.git.notice.empty()) preparation.notices.push_back(preparation.git.notice);
  ExperimentLock lock(preparation.folder);
  announce_others(lock, preparation);
  RanExperiment ran = run_here(
      preparation, options, [&] { return lock.try_take(); },
      show_progress(preparation.engine.slots, options));
  remember_speeds(real_disk(), preparation, ran.manifest);
  if (!options.quiet) print_result(preparation, ran.manifest);
  if (ran.outcome.interrupted_by != 0) {
    say("interrupted; to go on:\n  {}\n", own_command());
    return 128 + ran.outcome.interrupted_by;
  }
  const bool is_as_asked = report_on(preparation, options, lock.try_take(), ran.manifest);
  return is_as_asked && ran.manifest.state == "complete" ? k_exit_done : k_exit_failed;
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
