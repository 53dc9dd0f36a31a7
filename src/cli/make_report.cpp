#include "cli/make_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/judge_diverged.hpp"
#include "cli/say.hpp"
#include "report/read_results.hpp"
#include "report/report.hpp"

namespace pursuit {

namespace {

std::vector<CheckedExpectation> check_all(const Requests &requests, Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  const bool is_final = counts.pending + counts.running == 0;
  std::vector<CheckedExpectation> checked;
  for (const Expectation &expectation : requests.expect)
    checked.push_back(check_expectation(expectation, manifest.runs));
  for (std::size_t i = 0; is_final && i < checked.size(); ++i)
    manifest.expectations.at(i) = checked[i].entry;
  return checked;
}

constexpr const char *k_not_wanted = "--no-figures was given";

std::vector<DrawnFigure> undrawn(const Requests &requests) {
  std::vector<DrawnFigure> figures;
  for (const FigureRequest &request : requests.figures) {
    figures.emplace_back();
    figures.back().entry.name = request.name;
    figures.back().entry.skipped_because = k_not_wanted;
  }
  return figures;
}

} // namespace

std::vector<CheckedExpectation> check_claims(Disk &disk, Manifest &manifest) {
  judge_diverged(disk, manifest);
  return check_all(read_requests(manifest.resolved_json), manifest);
}

Report make_report(Disk &disk, const Place &place, Manifest &manifest, bool with_figures,
                   bool quiet) {
  const Requests requests = read_requests(manifest.resolved_json);
  judge_diverged(disk, manifest); // what other processes found done, without a word of it
  Report report;
  report.expectations = check_all(requests, manifest);
  if (with_figures) {
    const std::size_t n = requests.figures.size();
    if (n > 0 && !quiet) say("drawing {} figure{} ...\n", n, n == 1 ? "" : "s");
    const Results results = read_results(disk, place.output_dir, manifest, requests);
    report.figures = draw_figures(
        {disk, place.output_dir, place.folder.filename().string(), manifest.data_sha256},
        requests.figures, results);
  } else {
    report.figures = undrawn(requests);
  }
  manifest.figures.clear();
  for (const DrawnFigure &figure : report.figures) manifest.figures.push_back(figure.entry);
  disk.write_whole(place.folder / "report.html",
                   report_html(manifest, report.figures, report.expectations));
  return report;
}

void print_report(const Report &report, const Place &place, bool quiet) {
  for (const CheckedExpectation &checked : report.expectations) {
    const std::string line = verdict_line(checked);
    if (!quiet)
      fmt::print("{}\n", line);
    else if (!checked.entry.passed.value_or(true))
      say("{}\n", line);
  }
  for (const DrawnFigure &figure : report.figures) {
    if (!figure.entry.skipped_because.empty() &&
        (!quiet || figure.entry.skipped_because != k_not_wanted))
      say("figure {} is not drawn: {}\n", figure.entry.name, figure.entry.skipped_because);
  }
  if (!quiet) fmt::print("report:   {}\n", (place.folder / "report.html").string());
}

bool is_fulfilled(const Report &report) {
  return std::all_of(report.expectations.begin(), report.expectations.end(),
                     [](const CheckedExpectation &checked) {
                       return checked.entry.passed.value_or(false);
                     }) &&
         std::all_of(report.figures.begin(), report.figures.end(),
                     [](const DrawnFigure &figure) { return figure.error.empty(); });
}

} // namespace pursuit
