// show: everything known of one run.
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/number.hpp"
#include "cli/duration.hpp"
#include "cli/known_runs.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/place.hpp"
#include "cli/verbs.hpp"
#include "plan/describe.hpp"
#include "store/records.hpp"
#include "task/divergence.hpp"

namespace pursuit {

namespace {

void print_line(const std::string &key, const std::string &text) {
  if (!text.empty()) fmt::print("{:<24}{}\n", key, text);
}

void print_attempt(const Attempt &attempt) {
  fmt::print("  {} .. {}  {} {} {}  trials {}..{}", attempt.started,
             attempt.ended.empty() ? "?" : attempt.ended, attempt.host, attempt.device,
             attempt.engine, attempt.from_trial, attempt.to_trial);
  if (attempt.exit) fmt::print("  exit {}", *attempt.exit);
  if (!attempt.signal.empty()) fmt::print("  {}", attempt.signal);
  if (!attempt.error.empty()) fmt::print("  {}", attempt.error);
  fmt::print("\n");
}

// A line per measure and contrast, with its unit, and why there is none.
void print_measures(const Measures &measures) {
  for (const MeasureColumn &column : measure_columns()) {
    const std::optional<double> value = measured_value({}, measures, column);
    const std::string unit =
        column.measure->unit.empty() ? "" : fmt::format(" {}", column.measure->unit);
    if (value) print_line(column.name(), fmt::format("{:.6g}{}", *value, unit));
  }
  for (auto [name, reason] : measures.null_because) {
    std::replace(name.begin(), name.end(), '.', '_'); // "fwhm.low" in the manifest
    print_line(name, fmt::format("unknown: {}", reason));
  }
}

void print_run(const Place &place, const Manifest &manifest, const ManifestRun &run) {
  print_line("id", run.id);
  print_line("stage", run.stage);
  for (const std::pair<std::string, std::string> &entry : run_parameters(run.spec)) {
    print_line(entry.first == "stage" ? "training stage" : entry.first, entry.second);
  }
  print_line("data", fmt::format("{} {}", manifest.synthetic ? "synthetic" : manifest.data_path,
                                 run.spec.data_sha256));
  print_line("numerics", run.spec.numerics);
  print_line("parent", run.spec.parent_id);
  print_line("parent file", run.spec.parent_file.path);
  print_line("state", fmt::format("{}{}", to_text(run.state), run.reused ? " (reused)" : ""));
  print_line("reason", run.reason);
  if (run.model) {
    print_line("model", run.model->path);
    print_line("model sha256", run.model->sha256);
    print_line("model bytes", fmt::format("{}", run.model->bytes));
  }
  if (run.loss) {
    print_line("loss", fmt::format("first {:.6f}, last {:.6f}, mean of the last 200 {:.6f}",
                                   run.loss->first, run.loss->last, run.loss->mean_last_200));
  }
  if (run.diverged.value_or(false)) print_line("diverged", k_diverged_notice);
  if (run.measures) print_measures(*run.measures);
  if (run.seconds > 0) print_line("time", duration_text(run.seconds));
  print_line("folder", run_folder(place.output_dir, run.id).string());
  print_line("log", (place.output_dir / run.log).string());
  fmt::print("attempts                {}\n", run.attempts.size());
  for (const Attempt &attempt : run.attempts) print_attempt(attempt);
  print_line("canonical text", canonical_text(run.spec));
}

} // namespace

int verb_show(const Arguments &arguments) {
  CLI::App app{"Everything known of one run", "pursuit-run show"};
  std::string where;
  std::string run_start;
  std::optional<std::string> output_dir;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("run", run_start, "Start of a run id")->required()->type_name("RUN");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  if (!parse(app, arguments)) return k_exit_done;
  const Place place = find_place(real_disk(), where, output_dir);
  const Manifest manifest = read_manifest_to_show(real_disk(), place);
  print_run(place, manifest, find_known_run(real_disk(), place, manifest, run_start));
  return k_exit_done;
}

} // namespace pursuit
