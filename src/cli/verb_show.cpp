// show: everything known of one run.
#include <algorithm>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/utf8.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/verbs.hpp"
#include "experiment/parameters.hpp"
#include "plan/describe.hpp"
#include "store/experiment_folder.hpp"
#include "store/known_runs.hpp"
#include "store/records.hpp"
#include "task/divergence.hpp"

namespace pursuit {

namespace {

// Names and what is known of them, printed in two columns; a line without a name is indented.
class Lines {
public:
  // Nothing, where there is no text.
  void add(const std::string &name, const std::string &text) {
    if (!text.empty()) lines_.emplace_back(name, visible(text));
  }
  void print() const {
    std::size_t width = 22;
    for (const auto &[name, text] : lines_) width = std::max(width, name.size());
    for (const auto &[name, text] : lines_) {
      if (name.empty()) fmt::print("  {}\n", text);
      if (!name.empty()) fmt::print("{:<{}}  {}\n", name, width, text);
    }
  }

private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string attempt_text(const Attempt &attempt) {
  std::string text = fmt::format("{} .. {}  {} {} {}  trials {}..{}", attempt.started,
                                 attempt.ended.empty() ? "?" : attempt.ended, attempt.host,
                                 attempt.device, attempt.engine, attempt.from_trial,
                                 attempt.ended.empty() ? "?" : fmt::format("{}", attempt.to_trial));
  if (attempt.exit) text += fmt::format("  exit {}", *attempt.exit);
  if (!attempt.signal.empty()) text += fmt::format("  {}", attempt.signal);
  if (!attempt.error.empty()) text += fmt::format("  {}", attempt.error);
  return text;
}

// A line per measure and contrast, with its unit, and why there is none.
void add_measures(const Measures &measures, Lines &lines) {
  for (const MeasureColumn &column : measure_columns()) {
    const std::optional<double> value = measured_value({}, measures, column);
    const std::string unit =
        column.measure->unit.empty() ? "" : fmt::format(" {}", column.measure->unit);
    if (value) lines.add(column.name(), fmt::format("{:.6g}{}", *value, unit));
  }
  for (auto [name, reason] : measures.null_because) {
    std::replace(name.begin(), name.end(), '.', '_'); // "fwhm.low" in the manifest
    lines.add(name, fmt::format("unknown: {}", reason));
  }
}

void add_parameters(const RunSpec &spec, Lines &lines) {
  for (const auto &[key, value] : run_parameters(spec)) {
    const Parameter *parameter = find_parameter(key);
    const std::string_view unit = parameter != nullptr ? parameter->unit : "";
    lines.add(key == "stage" ? "training stage" : key,
              unit.empty() ? value : fmt::format("{} {}", value, unit));
  }
}

void add_result(const ManifestRun &run, Lines &lines) {
  lines.add("state", fmt::format("{}{}", to_text(run.state), run.reused ? " (reused)" : ""));
  lines.add("reason", run.reason);
  if (run.model) {
    lines.add("model", run.model->path);
    lines.add("model sha256", run.model->sha256);
    lines.add("model bytes", fmt::format("{}", run.model->bytes));
  }
  if (run.loss) {
    lines.add("loss", fmt::format("first {:.6f}, last {:.6f}, mean of the last 200 {:.6f}",
                                  run.loss->first, run.loss->last, run.loss->mean_last_200));
  }
  if (run.diverged.value_or(false)) lines.add("diverged", k_diverged_notice);
  if (run.measures) add_measures(*run.measures, lines);
  if (run.seconds > 0)
    lines.add("time",
              run.seconds < 60 ? fmt::format("{:.1f} s", run.seconds) : duration_text(run.seconds));
}

void print_run(const ExperimentFolder &place, const Manifest &manifest, const ManifestRun &run) {
  Lines lines;
  lines.add("id", run.id);
  lines.add("stage", run.stage);
  add_parameters(run.spec, lines);
  lines.add("data", fmt::format("{} {}", manifest.synthetic ? "synthetic" : manifest.data_path,
                                run.spec.data_sha256));
  lines.add("numerics", run.spec.numerics);
  lines.add("parent", run.spec.parent_id);
  lines.add("parent file", run.spec.parent_file.path);
  add_result(run, lines);
  lines.add("folder", run_folder(place.output_dir, run.id).string());
  lines.add("log", (place.output_dir / run.log).string());
  lines.add("attempts", fmt::format("{}", run.attempts.size()));
  for (const Attempt &attempt : run.attempts) lines.add("", attempt_text(attempt));
  lines.add("canonical text", canonical_text(run.spec));
  lines.print();
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
  const ExperimentFolder place = find_experiment_folder(real_disk(), where, output_dir);
  const Manifest manifest = read_manifest_to_show(real_disk(), place);
  print_run(place, manifest, find_known_run(real_disk(), place, manifest, run_start));
  return k_exit_done;
}

} // namespace pursuit
