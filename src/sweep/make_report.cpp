#include "sweep/make_report.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/say.hpp"
#include "report/read_results.hpp"
#include "report/report.hpp"
#include "store/judge_diverged.hpp"

namespace pursuit {

namespace {

bool is_final(const Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  return counts.pending + counts.running == 0;
}

constexpr const char *k_not_wanted = "--no-figures was given";

std::string old_text(const DrawnFigure &figure) {
  return fmt::format("figure {} is kept as it was drawn {}: {}", figure.entry.name,
                     figure.entry.drawn.empty() ? "at an unknown time" : "on " + figure.entry.drawn,
                     figure.kept_because);
}

void print_figures(const Report &report, bool quiet) {
  std::set<std::string> notices;
  for (const DrawnFigure &figure : report.figures) {
    const std::string &because =
        figure.kept_because.empty() ? figure.entry.skipped_because : figure.kept_because;
    const bool is_said = !because.empty() && (!quiet || because != k_not_wanted);
    if (is_said && !figure.kept_because.empty())
      say("{}\n", old_text(figure));
    else if (is_said)
      say("figure {} is not drawn: {}\n", figure.entry.name, figure.entry.skipped_because);
    for (const std::string &notice : figure.notices) {
      if (notices.insert(notice).second) say("{}\n", notice);
    }
  }
}

} // namespace

Reported as_recorded(Disk &disk, Manifest &manifest) {
  judge_diverged(disk, manifest);
  return {manifest, read_requests(manifest.resolved_json)};
}

std::vector<CheckedExpectation> check_claims(const Reported &reported) {
  std::vector<CheckedExpectation> checked;
  for (const Expectation &expectation : reported.requests.expect)
    checked.push_back(check_expectation(expectation, reported.manifest.runs));
  return checked;
}

Report make_report(Disk &disk, const ExperimentFolder &place, const Reported &reported,
                   const ReportOptions &options) {
  const Manifest &manifest = reported.manifest;
  const FigurePlace figures{disk,
                            place.output_dir,
                            place.folder.filename().string(),
                            manifest.data_sha256,
                            manifest.figures,
                            rfc3339(real_clock().wall_s()),
                            options.into,
                            [&](const std::string &text) {
                              if (!options.quiet) say("{}\n", text);
                            },
                            [](const std::string &text) { say("{}\n", text); }};
  Report report;
  report.expectations = check_claims(reported);
  const Results results = read_results(disk, place.output_dir, manifest, reported.requests);
  report.figures = options.with_figures
                       ? draw_figures(figures, reported.requests.figures, results)
                       : keep_figures(figures, reported.requests.figures, results, k_not_wanted);
  disk.write_whole((options.into.empty() ? place.folder : options.into) / "report.html",
                   report_html(manifest, report.figures, report.expectations));
  return report;
}

void record_report(const Report &report, const Reported &reported, Manifest &manifest) {
  manifest.figures.clear();
  for (const DrawnFigure &figure : report.figures) manifest.figures.push_back(figure.entry);
  manifest.expectations.clear();
  for (const CheckedExpectation &checked : report.expectations) {
    manifest.expectations.push_back(
        is_final(reported.manifest) ? checked.entry
                                    : ManifestExpectation{checked.entry.item_json, {}, {}, {}, {}});
  }
}

void print_report(const Report &report, const std::filesystem::path &folder, bool quiet) {
  for (const CheckedExpectation &checked : report.expectations) {
    const std::string line = verdict_line(checked);
    if (!quiet)
      tell("{}\n", line);
    else if (!checked.entry.passed.value_or(true))
      say("{}\n", line);
  }
  print_figures(report, quiet);
  if (!quiet) tell("report:   {}\n", (folder / "report.html").string());
}

bool is_fulfilled(const Report &report) {
  return std::all_of(report.expectations.begin(), report.expectations.end(),
                     [](const CheckedExpectation &checked) {
                       return checked.entry.passed.value_or(true);
                     }) &&
         std::all_of(report.figures.begin(), report.figures.end(),
                     [](const DrawnFigure &figure) { return figure.error.empty(); });
}

} // namespace pursuit
