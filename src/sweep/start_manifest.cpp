#include "sweep/start_manifest.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/errors.hpp"
#include "base/version.hpp"
#include "plan/describe.hpp"
#include "plan/estimate.hpp"
#include "plan/row_order.hpp"
#include "plan/sort_key.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Only the torch engine uses LibTorch; its numerics name, torch-2.11.0-cpu-avx512, says which.
std::vector<std::pair<std::string, std::string>> libraries_of(const std::string &numerics) {
  std::vector<std::pair<std::string, std::string>> libraries = library_versions();
  const std::string torch = "torch-";
  if (numerics.rfind(torch, 0) == 0) {
    const std::string rest = numerics.substr(torch.size());
    libraries.emplace_back("LibTorch", rest.substr(0, rest.find('-')));
  }
  return libraries;
}

std::string_view action_text(Action action) {
  switch (action) {
  case Action::reuse:
    return "reuse";
  case Action::train:
    return "train";
  case Action::check_again:
    return "check";
  }
  throw InternalError("unknown action");
}

// What a plan may be sorted by: everything that its rows say.
std::vector<FilterKey> sort_keys(const std::vector<std::string> &stages) {
  std::vector<FilterKey> keys = run_filter_keys();
  for (FilterKey &key : keys) {
    if (key.name == "stage") key.words = stages;
  }
  keys.push_back({"action", {"reuse", "check", "train"}, false});
  for (const char *name : {"parent", "reason"}) keys.push_back({name, {}, false});
  return keys;
}

Row sort_row(const Plan &plan, std::size_t i) {
  const Node &node = plan.graph.nodes[i];
  Row row = {{"id", node.id}, {"stage", node.stage}};
  const ParameterTexts texts = run_parameters(node.spec);
  for (const std::string &key : run_parameter_keys()) {
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const auto &text) { return text.first == key; });
    if (key != "stage") row.emplace_back(key, found == texts.end() ? "" : found->second);
  }
  row.insert(row.end(), {{"action", std::string(action_text(plan.runs[i].action))},
                         {"parent", node.spec.parent_id},
                         {"reason", plan.runs[i].reason}});
  return row;
}

} // namespace

ManifestRun planned_manifest_run(const Plan &plan, std::size_t i) {
  const Node &node = plan.graph.nodes[i];
  const PlannedRun &planned = plan.runs[i];
  ManifestRun run;
  run.id = node.id;
  run.stage = node.stage;
  run.also_of = node.also_of;
  run.spec = node.spec;
  run.reused = planned.action == Action::reuse;
  run.reason = planned.reason;
  run.attempts = planned.record.attempts;
  run.log = fs::path(run_folder("", node.id) / "log.txt").string();
  if (run.reused) {
    run.result() = planned.record.result();
  }
  return run;
}

Manifest start_manifest(Clock &clock, const Preparation &preparation, const Plan &plan) {
  const Experiment &experiment = preparation.experiment;
  Manifest manifest;
  manifest.name = experiment.name;
  manifest.file = experiment.file;
  manifest.file_sha256 = experiment.file_sha256;
  manifest.description = experiment.description;
  manifest.overrides = experiment.overrides;
  manifest.resolved_json = experiment.resolved_json;
  manifest.git_commit = preparation.git.commit;
  manifest.git_dirty = preparation.git.dirty;
  manifest.version = program_version();
  manifest.program_commit = program_commit();
  manifest.program_dirty = program_dirty();
  manifest.numerics = preparation.engine.numerics;
  manifest.libraries = libraries_of(manifest.numerics);
  manifest.host.name = host_name();
  manifest.host.cpu = cpu_name();
  manifest.host.cores = usable_cores().count;
  for (const Slot &slot : preparation.engine.slots) manifest.host.devices.push_back(slot.label);
  manifest.synthetic = preparation.data.synthetic;
  manifest.data_path = preparation.data.path;
  manifest.data_sha256 = preparation.data.sha256;
  manifest.days = preparation.data.days;
  manifest.created = rfc3339(clock.wall_s());
  manifest.updated = manifest.created;
  for (const Expectation &expectation : experiment.expect) {
    manifest.expectations.push_back({expectation.item_json, {}, {}, {}, {}});
  }
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    manifest.runs.push_back(planned_manifest_run(plan, i));
  }
  return manifest;
}

std::vector<std::size_t> plan_order(const Preparation &preparation, const Plan &plan,
                                    const std::string &sort) {
  std::vector<std::string> stages;
  for (const Stage &stage : preparation.experiment.stages) stages.push_back(stage.name);
  const std::vector<SortKey> by = parse_sort(sort, sort_keys(stages));
  std::vector<RunRow> runs;
  for (const Node &node : plan.graph.nodes) runs.push_back({&node.id, &node.stage, &node.spec});
  std::vector<std::size_t> order = reading_order(runs, stages);
  if (by.empty()) return order;
  std::vector<Row> rows;
  for (const std::size_t i : order) rows.push_back(sort_row(plan, i));
  std::vector<std::size_t> sorted;
  for (const std::size_t i : sorted_rows(rows, by)) sorted.push_back(order[i]);
  return sorted;
}

std::string plan_rows(const Plan &plan, const std::vector<std::size_t> &order) {
  std::string text;
  for (const std::size_t i : order) {
    const Node &node = plan.graph.nodes[i];
    text +=
        fmt::format("{}  {:<5}  {}  ({})\n", short_id(node.id), action_text(plan.runs[i].action),
                    run_text(node.stage, node.spec), plan.runs[i].reason);
  }
  return text;
}

std::string plan_summary(const Preparation &preparation, const Plan &plan) {
  const std::ptrdiff_t reused =
      std::count_if(plan.runs.begin(), plan.runs.end(),
                    [](const PlannedRun &run) { return run.action == Action::reuse; });
  const std::ptrdiff_t total = static_cast<std::ptrdiff_t>(plan.runs.size());
  const int slots = static_cast<int>(preparation.engine.slots.size());
  std::string text = fmt::format("{} run{}: {} reused, {} to train", total, total == 1 ? "" : "s",
                                 reused, total - reused);
  if (total > reused) {
    text += fmt::format(" with {} on {} slot{}, about {}", preparation.engine.numerics, slots,
                        slots == 1 ? "" : "s",
                        duration_text(estimated_seconds(plan, pack_policy(preparation, plan))));
  }
  return text;
}

} // namespace pursuit
