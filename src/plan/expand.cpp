#include "plan/expand.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "plan/sweep.hpp"

namespace pursuit {

namespace {

// The points of one stage; `runs[i]` is the run that points[i] became.
struct StagePoints {
  const Stage *stage = nullptr;
  std::vector<SweepPoint> points;
  std::vector<std::size_t> runs;
  bool faulty = false;
};

bool needs_stage(const Stage &stage) { return stage.needs && !stage.needs->stage.empty(); }

// A stage 2 starts from its parent's N, tau, gain and seed; the rest is its own.
SweepPoint start_from(const SweepPoint &parent, std::size_t index) {
  SweepPoint start = default_point();
  for (const Parameter &parameter : parameters()) {
    if (!parameter.in_stage_1 || parameter.in_stage_2) continue;
    // The member itself: a gain that nobody knows is no value that assign takes.
    std::visit([&](auto member) { start.settings.*member = parent.settings.*member; },
               parameter.member);
    start.set = (start.set & ~bit_of(parameter)) | (parent.set & bit_of(parameter));
  }
  start.seed = parent.seed;
  start.parent = static_cast<std::int32_t>(index);
  return start;
}

// An outside model as the point it would have been.
SweepPoint point_of(const OutsideModelFacts &facts) {
  SweepPoint point;
  point.settings.N = facts.N;
  point.settings.tau_ms = facts.tau_ms;
  point.settings.gain = facts.gain;
  for (const std::string_view key : {"N", "tau", "gain"}) {
    if (key != "gain" || std::isfinite(facts.gain)) point.set |= bit_of(*find_parameter(key));
  }
  point.seed = facts.seed;
  return point;
}

std::vector<Complaint> in_file_order(std::vector<Complaint> complaints) {
  std::stable_sort(complaints.begin(), complaints.end(),
                   [](const Complaint &a, const Complaint &b) {
                     return std::tie(a.where.file, a.where.line, a.where.column) <
                            std::tie(b.where.file, b.where.line, b.where.column);
                   });
  return complaints;
}

class Expansion {
public:
  Expansion(const Experiment &experiment, const PlanInputs &inputs)
      : experiment_(experiment), inputs_(inputs) {}

  std::vector<ExpandedRun> runs() {
    for (const Stage &stage : experiment_.stages) {
      if (!needs_stage(stage)) expand_stage(stage);
    }
    for (const Stage &stage : experiment_.stages) {
      if (needs_stage(stage)) expand_stage(stage);
    }
    if (!complaints_.empty()) throw ConfigError(in_file_order(std::move(complaints_)));
    // From here on every run is fully resolved.
    runs_.reserve(points_before_);
    run_of_id_.reserve(points_before_);
    for (StagePoints &expanded : stages_) resolve(expanded);
    return std::move(runs_);
  }

private:
  void expand_stage(const Stage &stage);
  SweepStart start_of(const Stage &stage);
  std::vector<SweepPoint> parent_points(const Needs &needs, bool &known);
  const StagePoints *find_stage(const std::string &name) const;
  void resolve(StagePoints &expanded);
  RunSpec spec_of(const Stage &stage, const SweepPoint &point) const;

  const Experiment &experiment_;
  const PlanInputs &inputs_;
  std::vector<StagePoints> stages_; // those that need no stage first
  std::uint64_t points_before_ = 0;
  std::vector<Complaint> complaints_;
  std::vector<ExpandedRun> runs_;
  std::unordered_map<std::string_view, std::size_t> run_of_id_; // keys live in runs_
};

void Expansion::expand_stage(const Stage &stage) {
  SweepResult result = sweep_stage(stage, start_of(stage));
  points_before_ += result.points.size();
  const bool faulty = !result.complaints.empty();
  std::move(result.complaints.begin(), result.complaints.end(), std::back_inserter(complaints_));
  stages_.push_back({&stage, std::move(result.points), {}, faulty});
}

const StagePoints *Expansion::find_stage(const std::string &name) const {
  for (const StagePoints &expanded : stages_) {
    if (expanded.stage->name == name) return &expanded;
  }
  return nullptr;
}

// What `needs` offers before its `where`; `known` becomes false if that is faulty.
std::vector<SweepPoint> Expansion::parent_points(const Needs &needs, bool &known) {
  if (needs.stage.empty()) {
    std::vector<SweepPoint> points;
    for (const std::string &path : needs.paths) {
      const auto facts = inputs_.outside_models.find(path);
      if (facts == inputs_.outside_models.end())
        throw InternalError(fmt::format("nothing is known of the model {}", path));
      points.push_back(point_of(facts->second));
    }
    return points;
  }
  const StagePoints *parent = find_stage(needs.stage);
  if (parent == nullptr)
    complaints_.push_back({needs.where, fmt::format("no stage \"{}\" to extend", needs.stage), ""});
  known = parent != nullptr && !parent->faulty;
  return known ? parent->points : std::vector<SweepPoint>{};
}

SweepStart Expansion::start_of(const Stage &stage) {
  SweepStart start;
  start.points_before = points_before_;
  if (!stage.needs) {
    start.points.push_back(default_point());
    return start;
  }
  const std::vector<SweepPoint> parents = parent_points(*stage.needs, start.parents_known);
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const std::optional<Match> &selected = stage.needs->where_match;
    if (!selected || matches(parents[i], *selected))
      start.points.push_back(start_from(parents[i], i));
  }
  if (!start.points.empty()) return start;
  if (start.parents_known) {
    const std::string next =
        stage.needs->where_match ? why_unmatched(parents, *stage.needs->where_match) : "";
    complaints_.push_back(
        {stage.needs->where_match ? stage.needs->where_match->where : stage.needs->where,
         fmt::format("stage \"{}\": needs selects no run to extend", stage.name), next});
  }
  start.parents_known = false;
  start.points.push_back(start_from(SweepPoint{}, 0));
  return start;
}

RunSpec Expansion::spec_of(const Stage &stage, const SweepPoint &point) const {
  RunSpec spec;
  spec.mode = stage.mode;
  spec.stage = stage.stage;
  spec.settings = point.settings;
  spec.seed = point.seed;
  spec.data_sha256 = inputs_.data_sha256;
  spec.numerics = inputs_.numerics;
  if (!stage.needs) return spec;
  const std::size_t parent = static_cast<std::size_t>(point.parent);
  if (needs_stage(stage)) {
    spec.parent_id = runs_[find_stage(stage.needs->stage)->runs[parent]].id;
  } else {
    spec.parent_file = inputs_.outside_models.at(stage.needs->paths[parent]).file;
  }
  return spec;
}

// That another stage asks for it too; not that its own gives it twice.
void note_stage(ExpandedRun &run, const std::string &stage) {
  const bool known = run.stage == stage || (!run.also_of.empty() && run.also_of.back() == stage);
  if (!known) run.also_of.push_back(stage);
}

void Expansion::resolve(StagePoints &expanded) {
  expanded.runs.reserve(expanded.points.size());
  for (const SweepPoint &point : expanded.points) {
    ExpandedRun run{expanded.stage->name, spec_of(*expanded.stage, point), ""};
    run.id = run_id(run.spec);
    const auto known = run_of_id_.find(run.id);
    if (known != run_of_id_.end()) {
      expanded.runs.push_back(known->second);
      note_stage(runs_[known->second], run.stage);
      continue;
    }
    runs_.push_back(std::move(run)); // never moves again: reserved
    run_of_id_.emplace(runs_.back().id, runs_.size() - 1);
    expanded.runs.push_back(runs_.size() - 1);
  }
  std::vector<SweepPoint>().swap(expanded.points); // a million of them are 100 MB
}

} // namespace

std::vector<ExpandedRun> expand(const Experiment &experiment, const PlanInputs &inputs) {
  return Expansion(experiment, inputs).runs();
}

} // namespace pursuit
