// why: field by field, what made a run (re)run, or why it does not.
#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/sha256.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/run_flags.hpp"
#include "cli/verbs.hpp"
#include "plan/describe.hpp"
#include "store/experiment_folder.hpp"
#include "store/find_run.hpp"
#include "store/known_runs.hpp"
#include "store/records.hpp"
#include "store/run_history.hpp"
#include "sweep/preparation.hpp"
#include "train/checkpoint.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

// What is asked for: by the experiment file as it is now, or, where only the folder is named, by the
// last start; and what the last start found.
struct Asked {
  fs::path output_dir;
  Graph graph;
  std::optional<Manifest> manifest;
};

Graph graph_of(const Manifest &manifest) {
  std::vector<ExpandedRun> runs;
  for (const ManifestRun &run : manifest.runs)
    runs.push_back({run.stage, run.spec, run.id, run.also_of});
  return build_graph(std::move(runs));
}

Asked read_asked(Disk &disk, const RunOptions &options) {
  if (fs::is_directory(options.experiment)) {
    const ExperimentFolder place =
        find_experiment_folder(disk, options.experiment, options.changes.output_dir);
    Manifest manifest = read_manifest(disk, place);
    Graph graph = graph_of(manifest);
    return {place.output_dir, std::move(graph), std::move(manifest)};
  }
  Preparation preparation = prepare(disk, options);
  Asked asked{preparation.output_dir, std::move(preparation.graph), std::nullopt};
  const ExperimentFolder place{
      preparation.output_dir, preparation.folder, options.experiment,
      FileRequest{preparation.experiment.resolved_json, preparation.experiment.data}};
  if (disk.exists(place.folder / "manifest.json"))
    asked.manifest = read_manifest_to_show(disk, place);
  return asked;
}

// A run that is asked for, or was by the last start, or at any time.
std::string find_asked_id(Disk &disk, const Asked &asked, const std::string &start) {
  std::vector<NamedRun> runs;
  const auto is_new = [&](const std::string &id) {
    return std::none_of(runs.begin(), runs.end(),
                        [&](const NamedRun &run) { return run.id == id; });
  };
  for (const Node &node : asked.graph.nodes)
    runs.push_back({node.id, run_text(node.stage, node.spec)});
  if (asked.manifest) {
    for (const ManifestRun &run : asked.manifest->runs) {
      if (run.id.starts_with(start) && is_new(run.id))
        runs.push_back({run.id, run_text(run.stage, run.spec) + "  (of the last start)"});
    }
  }
  for (const std::string &id : recorded_ids(disk, asked.output_dir)) {
    if (id.starts_with(start) && is_new(id)) runs.push_back({id, "(no longer asked for)"});
  }
  return find_id(runs, start);
}

template <class Runs> auto find_by_id(const Runs &runs, const std::string &id) {
  const auto found =
      std::find_if(runs.begin(), runs.end(), [&](const auto &run) { return run.id == id; });
  return found == runs.end() ? nullptr : &*found;
}

class Explanation {
public:
  Explanation(Disk &disk, const Asked &asked)
      : disk_(disk), asked_(asked), history_(disk, asked.output_dir, asked.graph) {}

  void print(const std::string &id);

private:
  void print_last_start(const ManifestRun &run);
  void print_next_start(const Node &node);
  void print_not_asked(const RunSpec &spec);
  void print_record(const Node &node, const PlannedRun &planned, const PlannedRun *parent);
  void print_new(const Node &node);
  void print_model_file(const ModelFile &model);
  void print_checkpoint(const Node &node);
  void print_comparison(const Comparison &comparison, const char *head);
  Plan plan_of(const Node &node) const;

  Disk &disk_;
  const Asked &asked_;
  const RunHistory history_;
};

void Explanation::print(const std::string &id) {
  const Node *node = find_by_id(asked_.graph.nodes, id);
  const ManifestRun *last = asked_.manifest ? find_by_id(asked_.manifest->runs, id) : nullptr;
  const PastRun *past = history_.past(id);
  const RunSpec spec = node != nullptr   ? node->spec
                       : last != nullptr ? last->spec
                                         : past_manifest_run(disk_, asked_.output_dir, id).spec;
  const std::string stage = node != nullptr ? node->stage : last != nullptr ? last->stage : "";
  tell("{}  {}\n", id, run_text(stage.empty() ? "(earlier)" : stage, spec));
  if (past != nullptr && !past->fault.empty())
    tell("{:<10}  {}\n", past->is_denied ? "unreadable" : "damaged", past->fault);
  if (last != nullptr) print_last_start(*last);
  if (node != nullptr) {
    print_next_start(*node);
  } else {
    print_not_asked(spec);
  }
}

// Its reason is in the manifest; what "new" meant is found by comparing.
void Explanation::print_last_start(const ManifestRun &run) {
  tell("last start  {}: {}\n", run.reused ? "reused" : to_text(run.state), run.reason);
  if (run.state == RunState::failed && !run.attempts.empty())
    tell("  {}\n", run.attempts.back().error);
  if (run.reason != "new" || run.attempts.empty()) return;
  if (const std::optional<Comparison> found =
          history_.from_nearest(run.id, run.spec, &*asked_.manifest)) {
    print_comparison(*found, "the nearest run before it was");
  } else {
    tell("  no run of its kind was there before it\n");
  }
}

// Only this run's and its parent's records are looked at.
Plan Explanation::plan_of(const Node &node) const {
  const Node *parent =
      node.parent < 0 ? nullptr : &asked_.graph.nodes[static_cast<std::size_t>(node.parent)];
  return remaining(asked_.graph, [&](const Node &any) {
    const bool is_asked = any.id == node.id || (parent != nullptr && any.id == parent->id);
    return is_asked ? read_record(disk_, asked_.output_dir, any.id) : RunRecord{};
  });
}

void Explanation::print_next_start(const Node &node) {
  const Plan plan = plan_of(node);
  const std::size_t i = static_cast<std::size_t>(&node - asked_.graph.nodes.data());
  const PlannedRun *parent =
      node.parent < 0 ? nullptr : &plan.runs[static_cast<std::size_t>(node.parent)];
  static constexpr const char *k_words[] = {"reused", "trained", "checked"};
  tell("next start  {}: {}\n", k_words[static_cast<int>(plan.runs[i].action)], plan.runs[i].reason);
  print_record(node, plan.runs[i], parent);
  if (plan.runs[i].action != Action::check_again) return;
  tell("its parent:\n");
  print_next_start(asked_.graph.nodes[static_cast<std::size_t>(node.parent)]);
}

void Explanation::print_record(const Node &node, const PlannedRun &planned,
                               const PlannedRun *parent) {
  const RunRecord &record = planned.record;
  if (record.state != RunState::done) {
    if (record.state == RunState::pending) print_new(node);
    print_checkpoint(node);
  } else if (planned.action == Action::train && record.file == RunRecord::FileState::intact) {
    tell("  parent's model sha256 {} -> {}\n", short_id(record.parent_sha256),
         short_id(parent->record.model->sha256));
  } else {
    print_model_file(*record.model);
  }
}

void Explanation::print_new(const Node &node) {
  const PastRun *past = history_.past(node.id);
  if (past != nullptr && past->spec) {
    tell("  {}\n", past->fault.empty()
                       ? "it was begun before, and was cut off or has lost its result.json"
                       : "its result.json is damaged, so nothing is known of it");
    return;
  }
  if (const std::optional<Comparison> found = history_.from_nearest(node.id, node.spec, nullptr)) {
    print_comparison(*found, "the nearest earlier run is");
  } else {
    tell("  there is no earlier run of its kind\n");
  }
}

void Explanation::print_model_file(const ModelFile &model) {
  const std::optional<std::string> bytes = disk_.read(asked_.output_dir / model.path);
  tell("  {}\n", model.path);
  if (!bytes) return;
  const std::string sha256 = sha256_hex(*bytes);
  if (bytes->size() != model.bytes) tell("  bytes {} -> {}\n", model.bytes, bytes->size());
  if (sha256 == model.sha256) {
    tell("  model sha256 {}, as recorded\n", short_id(sha256));
  } else {
    tell("  model sha256 {} -> {}\n", short_id(model.sha256), short_id(sha256));
  }
}

void Explanation::print_checkpoint(const Node &node) {
  const FoundCheckpoint found =
      find_checkpoint(disk_, run_folder(asked_.output_dir, node.id), node.spec, node.id);
  if (found.checkpoint) {
    tell("  it goes on after trial {} of {}\n", found.checkpoint->state.updates,
         node.spec.settings.n_trials);
  } else if (!found.fault.empty()) {
    tell("  its checkpoint is not used, {}: it starts at trial 0\n", found.fault);
  }
}

void Explanation::print_not_asked(const RunSpec &spec) {
  tell("next start  nothing: it is not asked for{}\n",
       asked_.graph.nodes.empty() ? "" : " with these options");
  if (const std::optional<Comparison> found = history_.to_nearest_asked(spec))
    print_comparison(*found, "the nearest that is asked for is");
}

void Explanation::print_comparison(const Comparison &comparison, const char *head) {
  tell("  {} {}; from the earlier to the later:\n", head, short_id(comparison.id));
  for (const Difference &difference : comparison.differences) tell("    {}\n", to_text(difference));
}

} // namespace

int verb_why(const Arguments &arguments) {
  CLI::App app{"Field by field: what made a run (re)run, or why it does not", "pursuit-run why"};
  RunOptions options;
  std::string start;
  app.add_option("where", options.experiment, "Experiment file or folder")
      ->required()
      ->type_name("WHERE");
  app.add_option("run", start, "Start of a run id")->required()->type_name("RUN");
  add_plan_options(app, options);
  if (!parse(app, arguments)) return k_exit_done;
  refuse_file_options(app, options.experiment);
  const Asked asked = read_asked(real_disk(), options);
  Explanation(real_disk(), asked).print(find_asked_id(real_disk(), asked, start));
  return k_exit_done;
}

} // namespace pursuit
