// Targets that a user types: an experiment file, --set, --where.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

#include "experiment/corpus.hpp"
#include "experiment/read_experiment.hpp"
#include "plan/filter.hpp"
#include "plan/graph.hpp"
#include "plan/sweep.hpp"
#include "support/memory_disk.hpp"
#include "target.hpp"

namespace pursuit::fuzz {

namespace {

namespace fs = std::filesystem;

// An otherwise empty folder with one file for `needs: {files: ...}` to find: patterns look at the
// real disk.
const fs::path &folder() {
  static const struct Folder {
    Folder() {
      std::string made = (fs::temp_directory_path() / "pursuit_fuzz.XXXXXX").string();
      promise(::mkdtemp(made.data()) != nullptr, "no scratch folder");
      path = made;
      fs::create_directory(path / "models");
      std::ofstream(path / "models" / "a.mat").put('\n');
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
  } k_folder;
  return k_folder.path;
}

// A pattern that leaves the folder would search the machine.
bool leaves_the_folder(std::string_view text) {
  return text.find("files") != std::string_view::npos &&
         (text.find("..") != std::string_view::npos || text.find("/*") != std::string_view::npos ||
          text.find("/?") != std::string_view::npos || text.find("/[") != std::string_view::npos ||
          text.find('\\') != std::string_view::npos);
}

double points_of(const Axes &axes) {
  double points = 1;
  for (const Axis &axis : axes.grid) points *= static_cast<double>(axis.points.size());
  if (axes.zip) points *= static_cast<double>(axes.zip->points.size());
  if (axes.list) points *= static_cast<double>(axes.list->points.size());
  return points;
}

// Bounds of the number of points: without and with every `when` at every point.
struct PointBounds {
  double least = 0, most = 0;
};

PointBounds points_of(const Experiment &experiment) {
  PointBounds all;
  double parents = 0; // of a stage 2, at most
  for (const Stage &stage : experiment.stages) {
    const double seeds = stage.seeds ? static_cast<double>(stage.seeds->size()) : 1;
    double most = points_of(stage.sweep.axes) * seeds;
    if (stage.stage == 1) all.least += most;
    for (const When &when : stage.sweep.when) most *= 1 + points_of(when.axes);
    parents += stage.stage == 1 ? most : 0;
    all.most += stage.stage == 1 ? most : 0;
  }
  for (const Stage &stage : experiment.stages) {
    if (stage.stage != 2) continue;
    const double seeds = stage.seeds ? static_cast<double>(stage.seeds->size()) : 1;
    double most = points_of(stage.sweep.axes) * seeds * (1 + parents);
    for (const When &when : stage.sweep.when) most *= 1 + points_of(when.axes);
    all.most += most;
  }
  return all;
}

PlanInputs inputs_of(const Experiment &experiment) {
  PlanInputs inputs{std::string(64, 'd'), "fused-1", {}};
  for (const Stage &stage : experiment.stages) {
    if (!stage.needs) continue;
    for (const std::string &path : stage.needs->paths)
      inputs.outside_models[path] = {{path, std::string(64, 'a')}, 3, 30, 1.5, 1};
  }
  return inputs;
}

// Ids of the runs, in order; empty where the plan is too large to build at a fuzzer's pace.
std::vector<std::string> planned(const Experiment &experiment) {
  constexpr double k_quick = 5000;
  const PointBounds points = points_of(experiment);
  const bool too_many = points.least > static_cast<double>(k_most_sweep_points);
  if (points.most > k_quick && !too_many) return {};
  const std::vector<ExpandedRun> runs = expand(experiment, inputs_of(experiment));
  promise(!too_many, "more points than are allowed");
  promise(!runs.empty(), "a plan of nothing");
  std::vector<std::string> ids;
  for (const ExpandedRun &run : runs) ids.push_back(run.id);
  promise(std::set(ids.begin(), ids.end()).size() == ids.size(), "one run twice");
  const Graph graph = build_graph(runs);
  promise(graph.nodes.size() == runs.size(), "the graph has other runs");
  for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i)
    promise(graph.nodes[static_cast<std::size_t>(i)].parent < i, "a child before its parent");
  return ids;
}

void read_and_plan(const std::string &yaml, const ExperimentOptions &options) {
  const std::string file = (folder() / "x.yaml").string();
  MemoryDisk disk;
  disk.files[file] = yaml;
  disk.files[(folder() / "common.yaml").string()] = "defaults: {N: 4, tau: 30}\n";
  disk.files[(folder() / "data.mat").string()] = "";
  const Experiment experiment = read_experiment(disk, file, options);
  const std::vector<std::string> ids = planned(experiment);
  // The tree that the manifest keeps is an experiment, the same one.
  disk.files[file] = experiment.resolved_json;
  ExperimentOptions same = options;
  same.sets.clear();
  try {
    const Experiment again = read_experiment(disk, file, same);
    promise(again.resolved_json == experiment.resolved_json, "resolved differs from itself");
    promise(planned(again) == ids, "resolved plans other runs");
  } catch (const ConfigError &error) {
    throw BrokenPromise(std::string("resolved is refused: ") + error.what());
  }
}

constexpr const char *k_two_stages = R"(format: pursuit-experiment/1
name: two_stages
defaults: {N: 5, tau: 30}
stages:
  weights: {mode: activation, stage: 1, n_trials: 4, sweep: {grid: {gain: [1.4, 1.5]}}, seeds: [1, 2]}
  adapt: {mode: activation, stage: 2, needs: weights, n_trials: 2, activation: threshold}
evaluate: {trials: 10}
figures: [learning_curves]
expect: [{measure: bias, stage: adapt, contrast: low, mean_between: [3, 6]}]
)";

} // namespace

void read_experiment_file(std::string_view yaml) {
  if (leaves_the_folder(yaml)) return;
  const std::string text(yaml);
  read_and_plan(text, test::options_in(text));
}

void read_set_option(std::string_view option) {
  if (leaves_the_folder(option)) return;
  ExperimentOptions options;
  options.sets.emplace_back(option);
  read_and_plan(k_two_stages, options);
}

void read_filter(std::string_view text) {
  const Filter filter = parse_filter(text, run_filter_keys());
  filter.matches({});
  filter.matches({{"N", "250"}, {"tau", "20.5"}, {"stage", "adapt"}, {"id", "ab12"}});
}

} // namespace pursuit::fuzz
