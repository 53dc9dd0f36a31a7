#include "sweep/preparation.hpp"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/canonical_path.hpp"
#include "base/errors.hpp"
#include "base/input_file.hpp"
#include "plan/check_requests.hpp"
#include "plan/notices.hpp"
#include "store/evaluation_record.hpp"
#include "store/model_claim.hpp"
#include "store/parent_model.hpp"
#include "store/proved_runs.hpp"
#include "store/records.hpp"
#include "task/behavior.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// The last attempt of a record, if it was made on this machine with this engine.
std::optional<MeasuredRun> measured_here(const RunRecord &record, const RunSpec &spec) {
  if (record.state != RunState::done || record.seconds <= 0) return std::nullopt;
  if (record.attempts.empty()) return std::nullopt;
  const Attempt &last = record.attempts.back();
  if (last.host != host_name() || last.engine != spec.numerics) return std::nullopt;
  return MeasuredRun{&spec, last.to_trial - last.from_trial, record.seconds, record.pack.size};
}

OutsideModelFacts read_outside_model(Disk &disk, const std::string &path,
                                     std::vector<std::string> &notices) {
  const ParentModel parent = read_parent_model(disk, path);
  if (!parent.notice.empty()) notices.push_back(parent.notice);
  OutsideModelFacts facts;
  facts.file = {tidy_path(fs::absolute(path)).string(), parent.sha256};
  facts.N = parent.model.network.n;
  facts.tau_ms = parent.model.network.tau_ms;
  facts.gain = parent.model.settings.gain;
  facts.seed = static_cast<std::uint64_t>(parent.model.seed);
  facts.trained = parent.model.settings;
  return facts;
}

// Every unreadable file is reported, not only the first.
std::map<std::string, OutsideModelFacts>
read_outside_models(Disk &disk, const Experiment &experiment, std::vector<std::string> &notices) {
  std::map<std::string, OutsideModelFacts> models;
  std::vector<Complaint> complaints;
  for (const Stage &stage : experiment.stages) {
    if (!stage.needs) continue;
    for (const std::string &path : stage.needs->paths) {
      if (models.count(path) != 0) continue;
      try {
        models[path] = read_outside_model(disk, path, notices);
      } catch (const RunError &error) {
        complaints.push_back({stage.needs->where, error.what(), ""});
      }
    }
  }
  if (!complaints.empty()) throw ConfigError(complaints);
  return models;
}

// What no start could make a folder of, though nothing is written here.
void check_folders(const Preparation &preparation) {
  for (fs::path path : {preparation.output_dir / "models" / "pursuit",
                        preparation.output_dir / "runs", preparation.folder}) {
    std::error_code fault;
    if (!fs::exists(path, fault) && fault == std::errc::filename_too_long)
      throw ConfigError(fmt::format("{} cannot be made: {}", path.string(), fault.message()),
                        "choose another folder with --output_dir");
    while (path.has_relative_path() && !fs::exists(fs::status(path, fault)))
      path = path.parent_path();
    if (fs::exists(path, fault) && !fs::is_directory(path, fault))
      throw ConfigError(fmt::format("{} is a file, and no folder can be made there", path.string()),
                        "choose another folder with --output_dir");
  }
}

} // namespace

DataFacts read_data(Disk &disk, const DataSource &source) {
  DataFacts facts;
  facts.synthetic = source.synthetic;
  facts.seed = source.seed;
  if (source.synthetic) {
    const Behavior behavior = synthetic_behavior(source.seed);
    facts.sha256 = behavior.sha256;
    facts.days = static_cast<int>(behavior.days.size());
    facts.norms = target_norms(behavior);
    return facts;
  }
  const std::string bytes = read_input(
      disk, source.path, "data file", source.where,
      "data/README.md says where the recorded data comes from; `data: synthetic` needs none");
  const Behavior behavior = read_behavior(bytes, source.path);
  facts.path = tidy_path(fs::absolute(source.path)).string();
  facts.sha256 = behavior.sha256;
  facts.days = static_cast<int>(behavior.days.size());
  facts.norms = target_norms(behavior);
  return facts;
}

Preparation prepare(Disk &disk, const RunOptions &options) {
  Preparation preparation;
  preparation.experiment = read_experiment(disk, options.experiment, options.changes);
  const Experiment &experiment = preparation.experiment;
  preparation.output_dir = canonical_as_given(experiment.output_dir);
  preparation.folder = preparation.output_dir / experiment.name;
  check_folders(preparation);
  preparation.data = read_data(disk, experiment.data);
  preparation.engine = choose_engine(options.engine, options.devices);
  preparation.notices = preparation.engine.notices;
  if (preparation.data.synthetic) preparation.notices.emplace_back("synthetic data");
  const PlanInputs inputs{preparation.data.sha256, preparation.engine.numerics,
                          read_outside_models(disk, experiment, preparation.notices)};
  // From here on every run is fully resolved.
  preparation.graph = build_graph(expand(experiment, inputs));
  preparation.plan_notices = plan_notices(experiment, preparation.graph, inputs.outside_models);
  return preparation;
}

void check_requests(const Preparation &preparation) {
  std::vector<Complaint> complaints =
      impossible_requests(preparation.experiment, preparation.graph);
  if (!complaints.empty()) throw ConfigError(std::move(complaints));
}

Graph plan_graph(Disk &disk, const Experiment &experiment, const DataFacts &data,
                 const std::string &numerics, std::vector<std::string> &notices) {
  const PlanInputs inputs{data.sha256, numerics, read_outside_models(disk, experiment, notices)};
  return build_graph(expand(experiment, inputs));
}

Plan plan_what_remains(Disk &disk, const Preparation &preparation) {
  ProvedRuns proved(disk, preparation.output_dir);
  return remaining(preparation.graph, [&](const Node &node) {
    RunRecord record = read_record(disk, preparation.output_dir, node.id);
    if (!record.attempts.empty() && record.attempts.back().ended.empty())
      record.attempts.pop_back(); // it may be under way; who takes the claim learns what it was
    if (record.state == RunState::pending &&
        !disk.exists(run_folder(preparation.output_dir, node.id) / "result.json"))
      record = proved.find(node.spec, node.id).value_or(record);
    if (record.state == RunState::done && record.file == RunRecord::FileState::intact) {
      take_losses(disk, preparation.output_dir, record);
      record.diverged = is_diverged(preparation.data.norms, node.spec, record.loss);
      const std::optional<FoundEvaluation> evaluation = find_evaluation(
          disk, preparation.output_dir, node.id,
          {preparation.experiment.evaluate, preparation.data.sha256}, record.model->sha256);
      if (evaluation) record.measures = evaluation->record.measures;
    }
    return record;
  });
}

PackPolicy pack_policy(const Preparation &preparation, const Plan &plan) {
  constexpr std::size_t k_enough_runs = 500;
  std::vector<MeasuredRun> measured;
  for (std::size_t i = 0; i < plan.runs.size() && measured.size() < k_enough_runs; ++i) {
    const std::optional<MeasuredRun> run =
        measured_here(plan.runs[i].record, plan.graph.nodes[i].spec);
    if (run) measured.push_back(*run);
  }
  const std::string &engine = preparation.engine.describes_itself;
  Speeds speeds = preparation.speeds;
  speeds.add_unknown(speeds_of(measured, engine, preparation.engine.slots.front().sharing));
  // All slots are of one kind (choose_slots).
  const std::vector<Slot> &slots = preparation.engine.slots;
  return pack_policy(
      plan.graph, slots,
      {{slots.front().kind, run_costs(plan.graph, engine, speeds, preparation.experiment.evaluate,
                                      preparation.data.days)}});
}

Speeds remembered_speeds(Disk &disk, const Preparation &preparation) {
  const fs::path file = speeds_file();
  if (file.empty()) return {};
  try {
    return read_speeds(disk.read(file).value_or(""), host_name(),
                       preparation.engine.describes_itself);
  } catch (const RunError &) { // it is a help, no more
    return {};
  }
}

void remember_speeds(Disk &disk, const Preparation &preparation, const Manifest &manifest) {
  std::vector<MeasuredRun> measured;
  for (const ManifestRun &run : manifest.runs) {
    if (run.state != RunState::done || run.reused || run.attempts.empty()) continue;
    const Attempt &last = run.attempts.back();
    if (last.host != host_name() || run.seconds <= 0) continue;
    measured.push_back({&run.spec, last.to_trial - last.from_trial, run.seconds, run.pack.size});
  }
  const std::string &engine = preparation.engine.describes_itself;
  const Speeds speeds = speeds_of(measured, engine, preparation.engine.slots.front().sharing);
  const fs::path file = speeds_file();
  if (file.empty() || speeds.ratios().empty()) return;
  try {
    disk.make_folders(file.parent_path());
    disk.write_whole(file, with_speeds(disk.read(file).value_or(""), host_name(), engine, speeds));
  } catch (const RunError &) {
  }
}

} // namespace pursuit
