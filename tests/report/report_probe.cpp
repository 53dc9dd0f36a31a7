// report_probe FOLDER SEEDS RUNS: draws every figure of made-up networks into FOLDER/study and writes FOLDER/report.html; the
// table has RUNS runs more. Hostile text stands wherever text comes from outside.
#include <cstdlib>

#include <fmt/format.h>

#include "experiment/words.hpp"
#include "fixtures.hpp"
#include "report/report.hpp"

using namespace pursuit;

namespace {

constexpr const char *k_hostile = "</script><script>alert('owned')</script>&\"<b>";

ManifestRun run_of(const FinishedNetwork &network) {
  ManifestRun run;
  run.id = network.run_id;
  run.stage = network.stage;
  run.spec = network.spec;
  run.state = RunState::done;
  run.measures = network.measures;
  run.loss = LossSummary{6.1, 0.7, 0.65 + 0.01 * static_cast<double>(network.spec.seed)};
  run.seconds = 12.5;
  return run;
}

Manifest manifest_of(const Results &results, int more_runs) {
  Manifest manifest;
  manifest.name = "study";
  manifest.description = fmt::format("Which parameter explains the bias? {}", k_hostile);
  manifest.file = k_hostile;
  manifest.git_commit = std::string(40, 'c');
  manifest.numerics = "fused-1";
  manifest.data_sha256 = std::string(64, 'd');
  manifest.days = 28;
  manifest.state = "complete";
  manifest.resolved_json = fmt::format(R"({{"name":"study","description":"{}"}})", "<i>&");
  for (const FinishedNetwork &network : results.networks) manifest.runs.push_back(run_of(network));
  for (int i = 0; i < more_runs; ++i) {
    ManifestRun run =
        run_of(results.networks[static_cast<std::size_t>(i) % results.networks.size()]);
    run.id = fmt::format("{:064x}", i);
    run.stage = "adapt";
    run.spec.seed = static_cast<std::uint64_t>(i);
    manifest.runs.push_back(std::move(run));
  }
  return manifest;
}

std::vector<CheckedExpectation> claims() {
  CheckedExpectation passed;
  passed.entry.passed = true;
  passed.claim = "bias, low contrast, of adapt (activation=threshold): mean between 3 and 6";
  passed.finding = "mean 4.25 deg, 95% interval 4.1 to 4.4, n = 6 networks";
  CheckedExpectation failed = passed;
  failed.entry.passed = false;
  failed.claim = k_hostile;
  failed.warning = "n = 2 is fewer than 6: the interval is unreliable";
  return {passed, failed};
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const std::filesystem::path folder = argv[1];
  const Results results = pursuit::example_results(std::atoi(argv[2]), 48, 100);
  std::vector<FigureRequest> requests;
  for (const std::string &name : figure_words()) requests.push_back({name, "{}", {}});
  for (FigureRequest &request : requests) {
    if (request.name == "parameter_map") request.options.x = "N";
    if (request.name == "parameter_map") request.options.y = "tau";
  }
  const Manifest manifest = manifest_of(results, std::atoi(argv[3]));
  const std::vector<DrawnFigure> figures =
      draw_figures({real_disk(), folder, "study", manifest.data_sha256}, requests, results);
  for (const DrawnFigure &figure : figures) {
    if (!figure.entry.skipped_because.empty())
      fmt::print("{}: {}\n", figure.entry.name, figure.entry.skipped_because);
  }
  real_disk().write_whole(folder / "report.html", report_html(manifest, figures, claims()));
  return 0;
}
