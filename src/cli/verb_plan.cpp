// plan: what would run, and why. Writes nothing.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "cli/run_flags.hpp"
#include "cli/verbs.hpp"
#include "plan/draw_graph.hpp"
#include "store/experiment_lock.hpp"
#include "store/replaced_manifest.hpp"
#include "sweep/preparation.hpp"
#include "sweep/start_manifest.hpp"

namespace pursuit {

namespace {

void print_json(const Plan &plan, const std::vector<std::size_t> &order) {
  std::fputs("{\"runs\":[", stdout);
  for (std::size_t row = 0; row < order.size(); ++row) {
    std::fputs(row == 0 ? "\n" : ",\n", stdout);
    std::fputs(manifest_run_json(planned_manifest_run(plan, order[row])).c_str(), stdout);
  }
  std::fputs("\n]}\n", stdout);
}

} // namespace

int verb_plan(const Arguments &arguments) {
  CLI::App app{"What would run and why, what is reused, and how long it may take",
               "pursuit-run plan"};
  RunOptions options;
  bool json = false;
  std::string graph_format, sort;
  add_run_options(app, options);
  app.add_flag("-n,--dry-run", options.dry, "Taken, and changes nothing: plan never trains");
  CLI::Option *json_flag = app.add_flag("--json", json, "The runs as in the manifest");
  app.add_option("--graph", graph_format, "Draw the graph: dot|mermaid")
      ->type_name("FORMAT")
      ->excludes(json_flag);
  app.add_option("--sort", sort, "Order of the rows: keys, `-key` for the largest first")
      ->type_name("KEY[,...]");
  if (!parse(app, arguments)) return k_exit_done;
  check_run_options(options);
  if (!graph_format.empty() && graph_format != "dot" && graph_format != "mermaid") {
    throw ConfigError(fmt::format("--graph takes dot or mermaid, not \"{}\"", graph_format));
  }

  Preparation preparation = prepare(real_disk(), options);
  check_requests(preparation);
  if (!options.quiet) {
    for (const std::string &notice : preparation.plan_notices) say("{}\n", notice);
  }
  if (!graph_format.empty()) {
    const GraphFormat format = graph_format == "dot" ? GraphFormat::dot : GraphFormat::mermaid;
    std::fputs(draw_graph(preparation.graph, format).c_str(), stdout);
    return k_exit_done;
  }
  const Plan plan = plan_what_remains(real_disk(), preparation);
  const std::string forecast =
      replacement_forecast(real_disk(), preparation.output_dir, preparation.folder,
                           preparation.graph, ExperimentLock::is_held(preparation.folder));
  if (!forecast.empty()) say("{}\n", forecast);
  const std::vector<std::size_t> order = plan_order(preparation, plan, sort);
  if (json) {
    print_json(plan, order);
  } else {
    if (!options.quiet) tell_text(plan_rows(plan, order));
    preparation.speeds = remembered_speeds(real_disk(), preparation);
    tell("{}\n", plan_summary(preparation, plan));
  }
  return k_exit_done;
}

} // namespace pursuit
