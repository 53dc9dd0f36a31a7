// report: figures and report.html from what is finished. Safe beside a live run.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/shell_words.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/stop_signals.hpp"
#include "cli/verbs.hpp"
#include "store/experiment_lock.hpp"
#include "store/replaced_manifest.hpp"
#include "sweep/asked_report.hpp"
#include "sweep/make_report.hpp"

namespace pursuit {

namespace {

// A page without a network takes no other's place.
void refuse_to_replace(const ExperimentFolder &place, const Manifest &manifest,
                       const AskedReport &asked) {
  const std::string file = shell_quoted(place.file);
  throw ConfigError(
      fmt::format("none of the {} runs that {} asks for exists in {}; {} was made from {}, and its "
                  "report is left as it is",
                  asked.reported.manifest.runs.size(), place.file, place.output_dir.string(),
                  (place.folder / "manifest.json").string(), origin_text(manifest)),
      fmt::format("pursuit-run {} trains them; pursuit-run report {} shows what is there; --into "
                  "DIR writes a report of {} elsewhere",
                  file, shell_quoted(place.folder.string()), file));
}

// What is drawn must have a place; said before anything is drawn.
void check_into(const std::filesystem::path &into) {
  if (into.empty()) throw ConfigError("--into names no folder", "--into DIR, or leave it out");
  std::error_code ignored;
  std::filesystem::path at = into;
  while (!at.empty() && !std::filesystem::exists(at, ignored)) at = at.parent_path();
  if (!at.empty() && !std::filesystem::is_directory(at, ignored))
    throw ConfigError(fmt::format("--into {}: {} is not a folder", into.string(), at.string()),
                      "name a folder, which need not be there yet");
}

// Of a folder, what the last start asked for; of a file, what it asks for now.
Reported reported_of(const ExperimentFolder &place, Manifest &manifest,
                     const ExperimentOptions &changes, bool in_place, bool quiet) {
  if (place.file.empty()) {
    if (changes.sets.empty() && !changes.data) return as_recorded(real_disk(), manifest);
    throw ConfigError("--set and --data change what an experiment file says",
                      "pursuit-run report EXPERIMENT.yaml");
  }
  AskedReport asked = asked_report(real_disk(), place, manifest, changes);
  if (in_place && asked.existing == 0) refuse_to_replace(place, manifest, asked);
  ExperimentFolder as_asked = place;
  as_asked.asked = asked.asked;
  const std::string difference = origin_difference(real_disk(), as_asked, manifest);
  if (!difference.empty())
    say("{}; shown are those of its runs that {} asks for now\n", difference, place.file);
  for (const std::string &notice : asked.notices) {
    if (!quiet) say("{}\n", notice);
  }
  return std::move(asked.reported);
}

} // namespace

int verb_report(const Arguments &arguments) {
  CLI::App app{"Redraws figures and report.html from what is finished, and checks the claims: of a "
               "folder, those of the last start; of a file, those it has now. Exit 1 if a claim "
               "fails or a figure cannot be drawn",
               "pursuit-run report"};
  std::string where;
  ExperimentOptions changes;
  std::filesystem::path into;
  bool no_figures = false;
  bool quiet = false;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("-o,--output_dir", changes.output_dir, "As given to run")->type_name("DIR");
  const CLI::Option *const elsewhere =
      app.add_option("--into", into,
                     "Write report and figures to this folder, and leave all else as it is")
          ->type_name("DIR");
  app.add_option("--set", changes.sets, "Change a value of the file; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--data", changes.data, "Behaviour file, or the word synthetic")
      ->type_name("FILE");
  app.add_flag("--no-figures", no_figures,
               "Only the claims and the page; figures that are there are kept");
  app.add_flag("-q,--quiet", quiet, "Only what went wrong");
  if (!parse(app, arguments)) return k_exit_done;
  if (elsewhere->count() > 0) check_into(into);
  leave_on_signals(fmt::format("interrupted; to go on:\n  {}\n", own_command()));
  const ExperimentFolder place = find_experiment_folder(real_disk(), where, changes.output_dir);
  Manifest manifest = read_manifest(real_disk(), place);
  // Whoever runs the experiment writes its manifest; nobody else does meanwhile.
  ExperimentLock lock(place.folder);
  const bool is_ours = into.empty() &&
                       lock.try_take("--into DIR writes the report to another folder") &&
                       read_manifest(real_disk(), place).updated == manifest.updated;
  const Reported reported = reported_of(place, manifest, changes, into.empty(), quiet);
  const Report report = make_report(real_disk(), place, reported, {!no_figures, quiet, into});
  if (is_ours) {
    record_report(report, reported, manifest);
    manifest.updated = rfc3339(real_clock().wall_s());
    real_disk().write_whole(place.folder / "manifest.json", manifest_json(manifest));
  }
  print_report(report, into.empty() ? place.folder : into, quiet);
  return is_fulfilled(report) ? k_exit_done : k_exit_failed;
}

} // namespace pursuit
