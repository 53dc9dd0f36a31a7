#include "sweep/asked_report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/shell_words.hpp"
#include "plan/check_requests.hpp"
#include "store/evaluation_record.hpp"
#include "store/judge_diverged.hpp"
#include "store/known_runs.hpp"
#include "store/past_runs.hpp"
#include "sweep/preparation.hpp"

namespace pursuit {

namespace {

// The file with some changes of the command line, and its runs.
struct Asked {
  Experiment experiment;
  DataFacts data;
  Graph graph;
  std::size_t existing = 0;   // of its runs
  bool has_last_data = false; // not those that the file names
  std::vector<std::string> notices;
};

DataFacts data_of(const Manifest &manifest) {
  DataFacts facts;
  facts.synthetic = manifest.synthetic;
  facts.seed = synthetic_seed(manifest);
  facts.path = manifest.data_path;
  facts.sha256 = manifest.data_sha256;
  facts.days = manifest.days;
  return facts;
}

// A data file that is not here any more is known by what the manifest says of it.
DataFacts data_of(Disk &disk, const Experiment &experiment, const Manifest &manifest,
                  std::vector<std::string> &notices) {
  try {
    return read_data(disk, experiment.data);
  } catch (const ConfigError &) {
    if (experiment.data.synthetic || manifest.synthetic) throw;
    notices.push_back(fmt::format("{} cannot be read: it is taken to be the data of the last start",
                                  experiment.data.path));
    return data_of(manifest);
  }
}

class Asking {
public:
  Asking(Disk &disk, const ExperimentFolder &place, const Manifest &manifest)
      : disk_(disk), place_(place), manifest_(manifest) {
    for (const ManifestRun &run : manifest.runs) known_.insert(run.id);
    for (const std::string &id : recorded_ids(disk, place.output_dir)) known_.insert(id);
  }

  Asked ask(const ExperimentOptions &changes) const {
    Asked asked;
    asked.experiment = read_experiment(disk_, place_.file, changes);
    asked.data = data_of(disk_, asked.experiment, manifest_, asked.notices);
    plan(asked);
    return asked;
  }

  // The same file with the data of the last start.
  Asked with_last_data(Asked asked) const {
    asked.data = data_of(manifest_);
    asked.has_last_data = true;
    asked.notices = {"with the data of the last start (--data)"};
    plan(asked);
    return asked;
  }

private:
  void plan(Asked &asked) const {
    std::vector<std::string> notices; // of reading models made elsewhere: said when they are used
    asked.graph = plan_graph(disk_, asked.experiment, asked.data, manifest_.numerics, notices);
    asked.existing = static_cast<std::size_t>(
        std::count_if(asked.graph.nodes.begin(), asked.graph.nodes.end(),
                      [&](const Node &node) { return known_.contains(node.id); }));
  }

  Disk &disk_;
  const ExperimentFolder &place_;
  const Manifest &manifest_;
  std::set<std::string> known_; // ids
};

// What the command line left open may have been said at the last start.
Asked best_of(const Asking &asking, const Manifest &manifest, const ExperimentOptions &changes) {
  Asked best = asking.ask(changes);
  const auto take_if_better = [&](Asked other) {
    if (other.existing > best.existing) best = std::move(other);
  };
  const auto is_whole = [&] { return best.existing == best.graph.nodes.size(); };
  if (!is_whole() && changes.sets.empty() && !manifest.overrides.empty()) {
    ExperimentOptions with_sets = changes;
    with_sets.sets = manifest.overrides;
    try {
      Asked other = asking.ask(with_sets);
      other.notices.push_back(
          fmt::format("with --set {} of the last start", fmt::join(manifest.overrides, " --set ")));
      take_if_better(std::move(other));
    } catch (const ConfigError &) { // the file has changed: they do not fit it any more
    }
  }
  if (!is_whole() && !changes.data && best.data.sha256 != manifest.data_sha256)
    take_if_better(asking.with_last_data(best));
  return best;
}

// Of a run that the manifest does not list.
ManifestRun other_run(Disk &disk, const ExperimentFolder &place, const Node &node,
                      const EvaluationKey &key) {
  const PastRun past = read_past_run(disk, place.output_dir, node.id);
  if (past.spec && past.result.state == RunState::done) {
    ManifestRun run = past_manifest_run(disk, place.output_dir, node.id);
    const std::optional<FoundEvaluation> evaluation =
        find_evaluation(disk, place.output_dir, node.id, key, run.model->sha256);
    if (evaluation) run.measures = evaluation->record.measures;
    return run;
  }
  ManifestRun run;
  run.id = node.id;
  run.spec = node.spec;
  run.reason = "new";
  return run;
}

std::vector<ManifestRun> runs_of(Disk &disk, const ExperimentFolder &place,
                                 const Manifest &manifest, const Graph &graph,
                                 const EvaluationKey &key) {
  std::map<std::string, const ManifestRun *> listed;
  for (const ManifestRun &run : manifest.runs) listed[run.id] = &run;
  std::vector<ManifestRun> runs;
  for (const Node &node : graph.nodes) {
    const auto found = listed.find(node.id);
    runs.push_back(found != listed.end() ? *found->second : other_run(disk, place, node, key));
    runs.back().stage = node.stage; // as the file names it now
    runs.back().also_of = node.also_of;
  }
  return runs;
}

bool are_same(const Evaluate &a, const Evaluate &b) {
  return a.trials == b.trials && a.window_ms == b.window_ms && a.shuffles == b.shuffles;
}

// What the reader would otherwise miss without a word.
void add_notices(const ExperimentFolder &place, const Manifest &manifest, const Asked &asked,
                 const Requests &requests, const std::vector<ManifestRun> &runs,
                 std::vector<std::string> &notices) {
  const std::string file = shell_quoted(place.file);
  std::set<std::string> planned;
  for (const ManifestRun &run : runs) planned.insert(run.id);
  const auto dropped =
      std::count_if(manifest.runs.begin(), manifest.runs.end(), [&](const ManifestRun &run) {
        return run.state == RunState::done && !planned.contains(run.id);
      });
  if (dropped > 0)
    notices.push_back(fmt::format("{} finished run{} of the last start {} not in the plan of {}, "
                                  "and left out; pursuit-run report {} shows {}",
                                  dropped, dropped == 1 ? "" : "s", dropped == 1 ? "is" : "are",
                                  file, shell_quoted(place.folder.string()),
                                  dropped == 1 ? "it" : "them"));
  const int done = count(runs).done;
  if (done < static_cast<int>(runs.size()))
    notices.push_back(
        fmt::format("{} of the {} runs that {} plans are done", done, runs.size(), file));
  if (!are_same(asked.experiment.evaluate, requests.evaluate))
    notices.push_back(fmt::format("measures are of the evaluation of the last start ({} trials, {} "
                                  "ms, {} shuffles); pursuit-run {} evaluates as the file says now",
                                  requests.evaluate.trials, requests.evaluate.window_ms,
                                  requests.evaluate.shuffles, file));
}

} // namespace

AskedReport asked_report(Disk &disk, const ExperimentFolder &place, const Manifest &manifest,
                         const ExperimentOptions &changes) {
  Asked asked = best_of(Asking(disk, place, manifest), manifest, changes);
  std::vector<Complaint> complaints = impossible_requests(asked.experiment, asked.graph);
  if (!complaints.empty()) throw ConfigError(std::move(complaints));
  AskedReport report;
  report.notices = asked.notices;
  report.existing = asked.existing;
  report.asked.resolved_json = asked.experiment.resolved_json;
  if (!asked.has_last_data) report.asked.data = asked.experiment.data;
  Requests &requests = report.reported.requests;
  requests.evaluate = read_requests(manifest.resolved_json).evaluate; // what was measured
  requests.synthetic_seed = asked.data.seed;
  requests.figures = asked.experiment.figures;
  requests.expect = asked.experiment.expect;
  Manifest &shown = report.reported.manifest;
  shown = manifest;
  shown.file = asked.experiment.file;
  shown.file_sha256 = asked.experiment.file_sha256;
  shown.description = asked.experiment.description;
  shown.overrides = asked.experiment.overrides;
  shown.resolved_json = asked.experiment.resolved_json;
  shown.synthetic = asked.data.synthetic;
  shown.data_path = asked.data.path;
  shown.data_sha256 = asked.data.sha256;
  shown.days = asked.data.days;
  shown.runs = runs_of(disk, place, manifest, asked.graph, {requests.evaluate, asked.data.sha256});
  judge_diverged(disk, shown);
  if (shown.state == "complete" && count(shown.runs).done < count(shown.runs).total)
    shown.state = "incomplete";
  add_notices(place, manifest, asked, requests, shown.runs, report.notices);
  return report;
}

} // namespace pursuit
