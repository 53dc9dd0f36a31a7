// report: figures and report.html from what is finished. Safe beside a live run.
#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "cli/experiment_lock.hpp"
#include "cli/make_report.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/verbs.hpp"

namespace pursuit {

int verb_report(const Arguments &arguments) {
  CLI::App app{"Redraws figures and report.html from what is finished", "pursuit-run report"};
  std::string where;
  std::optional<std::string> output_dir;
  bool no_figures = false;
  bool quiet = false;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  app.add_flag("--no-figures", no_figures, "Only the claims and the page");
  app.add_flag("-q,--quiet", quiet, "Only what went wrong");
  if (!parse(app, arguments)) return k_exit_done;
  const Place place = find_place(real_disk(), where, output_dir);
  Manifest manifest = read_manifest_to_show(real_disk(), place);
  // Whoever runs the experiment writes its manifest; nobody else does meanwhile.
  ExperimentLock lock(place.folder);
  const bool is_ours =
      lock.try_take() && read_manifest(real_disk(), place).updated == manifest.updated;
  const Report report = make_report(real_disk(), place, manifest, !no_figures, quiet);
  if (is_ours) {
    manifest.updated = rfc3339(real_clock().wall_s());
    real_disk().write_whole(place.folder / "manifest.json", manifest_json(manifest));
  }
  print_report(report, place, quiet);
  const bool drawn = std::all_of(report.figures.begin(), report.figures.end(),
                                 [](const DrawnFigure &figure) { return figure.error.empty(); });
  return drawn ? k_exit_done : k_exit_failed;
}

} // namespace pursuit
