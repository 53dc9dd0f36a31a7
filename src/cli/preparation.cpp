#include "cli/preparation.hpp"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "cli/input_file.hpp"
#include "cli/parent_model.hpp"
#include "plan/check_requests.hpp"
#include "plan/notices.hpp"
#include "store/evaluation_record.hpp"
#include "store/records.hpp"
#include "task/behavior.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Seconds per unit of work before anything has been measured here: on one core a stage-1 trial at
// N = 250 (28e6 multiply-adds) took fused 0.55 ms with AVX-512 and 0.8 ms with AVX2; on a busy one
// reference 2.6 ms, reference-double 5 ms, torch some 60 ms.
double usual_seconds_per_work(const std::string &engine) {
  if (engine == "fused") return 0.3e-10;
  if (engine == "reference") return 0.95e-10;
  return engine == "reference-double" ? 1.8e-10 : 2.2e-9;
}

OutsideModelFacts read_outside_model(Disk &disk, const std::string &path,
                                     std::vector<std::string> &notices) {
  const ParentModel parent = read_parent_model(disk, path);
  if (!parent.notice.empty()) notices.push_back(parent.notice);
  OutsideModelFacts facts;
  facts.file = {fs::absolute(path).lexically_normal().string(), parent.sha256};
  facts.N = parent.model.network.n;
  facts.tau_ms = parent.model.network.tau_ms;
  facts.gain = parent.model.gain;
  facts.seed = static_cast<std::uint64_t>(parent.model.seed);
  facts.trained = trained_settings(parent.model);
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
  facts.path = fs::absolute(source.path).lexically_normal().string();
  facts.sha256 = behavior.sha256;
  facts.days = static_cast<int>(behavior.days.size());
  facts.norms = target_norms(behavior);
  return facts;
}

Preparation prepare(Disk &disk, const RunOptions &options) {
  Preparation preparation;
  preparation.experiment = read_experiment(disk, options.experiment, options.changes);
  const Experiment &experiment = preparation.experiment;
  preparation.output_dir = experiment.output_dir;
  preparation.folder = preparation.output_dir / experiment.name;
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

Plan plan_what_remains(Disk &disk, const Preparation &preparation) {
  return remaining(preparation.graph, [&](const Node &node) {
    RunRecord record = read_record(disk, preparation.output_dir, node.id);
    if (record.state == RunRecord::State::done && !record.diverged)
      record.diverged = is_diverged(preparation.data.norms, node.spec, record.loss);
    if (record.state == RunRecord::State::done && record.file == RunRecord::FileState::intact) {
      const std::optional<FoundEvaluation> evaluation = find_evaluation(
          disk, preparation.output_dir, node.id,
          {preparation.experiment.evaluate, preparation.data.sha256}, record.model.sha256);
      if (evaluation) record.measures_json = measures_json(evaluation->record.measures);
    }
    return record;
  });
}

double seconds_per_work(const Preparation &preparation, const Plan &plan) {
  double seconds = 0;
  double units = 0;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const RunRecord &record = plan.runs[i].record;
    if (record.state != RunRecord::State::done || record.seconds <= 0) continue;
    seconds += record.seconds / record.pack.size;
    units += work(plan.graph.nodes[i].spec) * preparation.engine.siblings.share(record.pack.size);
  }
  return units > 0 ? seconds / units : usual_seconds_per_work(preparation.engine.name);
}

} // namespace pursuit
