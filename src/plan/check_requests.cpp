#include "plan/check_requests.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "plan/pairs.hpp"
#include "plan/sweep_point.hpp"

namespace pursuit {

namespace {

// "stage 2", of what a figure shows or a measure is taken.
std::string words_of(DrawnOf of) {
  switch (of) {
  case DrawnOf::any:
    return "there";
  case DrawnOf::weights:
    return "of stage 1 and mode activation";
  case DrawnOf::stage_1:
    return "of stage 1";
  case DrawnOf::trained_in_stage_1:
    return "of stage 1 with trials";
  case DrawnOf::stage_2:
  case DrawnOf::shuffled:
    return "of stage 2";
  case DrawnOf::trained_in_stage_2:
    return "of stage 2 with trials";
  case DrawnOf::stage_2_and_parent:
    return "of stage 2 and extends another run";
  case DrawnOf::prior_input:
    return "of mode prior_input";
  }
  return "";
}

DrawnOf shown_where_measured(MeasuredOf of) {
  switch (of) {
  case MeasuredOf::all:
  case MeasuredOf::trained:
    return DrawnOf::any;
  case MeasuredOf::one_parameter:
  case MeasuredOf::set:
    return DrawnOf::stage_2;
  case MeasuredOf::shuffled:
    return DrawnOf::shuffled;
  case MeasuredOf::prior_input:
    return DrawnOf::prior_input;
  }
  return DrawnOf::any;
}

// The run as a point of a sweep, which can say why nothing matches.
SweepPoint point_of(const RunSpec &spec) {
  SweepPoint point;
  point.settings = spec.settings;
  point.seed = spec.seed;
  for (const Parameter &parameter : parameters()) {
    const bool is_known = parameter.key != "gain" || std::isfinite(spec.settings.gain);
    if ((spec.stage == 2 || parameter.in_stage_1) && is_known) point.set |= bit_of(parameter);
  }
  return point;
}

// A numeric parameter's values among the runs.
std::set<double> values_of(const Specs &runs, const Parameter &parameter) {
  std::set<double> values;
  for (const RunSpec *run : runs) {
    const ParameterValue value = value_of(run->settings, parameter);
    if (const std::int64_t *whole = std::get_if<std::int64_t>(&value))
      values.insert(static_cast<double>(*whole));
    const double *real = std::get_if<double>(&value);
    if (real != nullptr && !std::isnan(*real)) values.insert(*real);
  }
  return values;
}

class RequestCheck {
public:
  RequestCheck(const Experiment &experiment, const Graph &graph)
      : experiment_(experiment), graph_(graph) {}

  std::vector<Complaint> complaints() && {
    for (const FigureRequest &figure : experiment_.figures) check(figure);
    for (const Expectation &expectation : experiment_.expect) check(expectation);
    std::stable_sort(complaints_.begin(), complaints_.end(),
                     [](const Complaint &a, const Complaint &b) {
                       return std::tie(a.where.file, a.where.line, a.where.column) <
                              std::tie(b.where.file, b.where.line, b.where.column);
                     });
    return std::move(complaints_);
  }

private:
  void complain(const Where &where, std::string what, std::string next) {
    complaints_.push_back({where, std::move(what), std::move(next)});
  }

  // Those of the stage (empty: all) that match; empty where that was complained of.
  Specs choose(const std::string &stage, const std::optional<Match> &match,
               const std::string &what) {
    Specs of_stage, chosen;
    for (const Node &node : graph_.nodes) {
      if (!stage.empty() && !is_of(node, stage)) continue;
      of_stage.push_back(&node.spec);
      if (!match || matches(node.spec, *match)) chosen.push_back(&node.spec);
    }
    const std::string of = stage.empty() ? "" : fmt::format(" of stage \"{}\"", stage);
    if (chosen.empty()) {
      std::vector<SweepPoint> points;
      for (const RunSpec *spec : of_stage) points.push_back(point_of(*spec));
      const std::string next = why_unmatched(points, *match);
      complain(match->where, fmt::format("{}: this where matches no run{}", what, of),
               next.empty() ? "no run has all of these at once" : next);
    }
    return chosen;
  }

  // Those that can have the measure; complains where none can. `where`: of the measure's name.
  Specs measurable(const Specs &runs, const Measure &measure, const Where &where,
                   const std::string &what) {
    Specs found;
    for (const RunSpec *run : runs) {
      if (can_have(*run, measure, experiment_.evaluate)) found.push_back(run);
    }
    if (!found.empty() || runs.empty()) return found;
    const std::string none = fmt::format("{}: none of these runs can have {}", what, measure.name);
    if (measure.of == MeasuredOf::trained)
      complain(where, none, "without a trial (n_trials: 0) there is no loss");
    else if (measure.of == MeasuredOf::shuffled && any(runs, DrawnOf::stage_2))
      complain(where, none, "write evaluate: {shuffles: 100}");
    else if (measure.of == MeasuredOf::one_parameter && any(runs, DrawnOf::stage_2))
      complain(where, none,
               fmt::format("of several parameters trained together write {}_threshold and the like",
                           measure.name));
    else if (measure.of == MeasuredOf::set && any(runs, DrawnOf::stage_2))
      complain(where, none,
               fmt::format("it is known where {} is trained together with others",
                           to_text(measure.parameter)));
    else
      complain(where, none,
               fmt::format("only runs {} have it", words_of(shown_where_measured(measure.of))));
    return found;
  }

  bool any(const Specs &runs, DrawnOf of) const {
    return std::any_of(runs.begin(), runs.end(), [&](const RunSpec *run) {
      return can_show(*run, of, experiment_.evaluate);
    });
  }

  void check(const Expectation &claim) {
    const Measure *measure = find_measure(claim.measure).measure;
    const Specs group = measurable(choose(claim.group.stage, claim.group.where_match, "expect"),
                                   *measure, claim.measure_where, "expect");
    if (claim.demand == Demand::mean_between) return;
    const Specs chosen =
        choose(claim.other.stage, claim.other.where_match, "expect: compared with");
    const Specs other = group.empty()
                            ? Specs{}
                            : measurable(chosen, *measure, claim.where, "expect: compared with");
    if (group.empty() || other.empty()) return;
    if (claim.demand == Demand::paired_difference) {
      if (!have_pairs(group, other))
        complain(claim.where, "expect: the two groups have no pair: no seed in common",
                 "give their stages the same seeds, or compare by greater_than or less_than");
    } else if (group == other) {
      complain(claim.where, "expect: it compares runs with themselves", "name another group");
    }
  }

  void check(const FigureRequest &figure) {
    const FigureRow &row = *find_figure(figure.name);
    const std::string what = fmt::format("figures: {}", figure.name);
    const FigureOptions &options = figure.options;
    const Specs chosen = choose(options.stage, options.where_match, what);
    if (chosen.empty()) return;
    if (!any(chosen, row.of)) {
      const bool lacks_shuffles = row.of == DrawnOf::shuffled && any(chosen, DrawnOf::stage_2);
      complain(figure.where,
               lacks_shuffles ? fmt::format("{}: no shuffles are evaluated", what)
                              : fmt::format("{}: no run is {}", what, words_of(row.of)),
               lacks_shuffles
                   ? "write evaluate: {shuffles: 100}"
                   : "choose other runs, add a stage that has some, or remove the figure");
      return;
    }
    if (options.seed) check_seed(chosen, row, options, what);
    if (row.is_map) check_map(chosen, figure, what);
  }

  void check_seed(const Specs &chosen, const FigureRow &row, const FigureOptions &options,
                  const std::string &what) {
    std::set<std::uint64_t> seeds;
    for (const RunSpec *run : chosen) {
      if (can_show(*run, row.of, experiment_.evaluate)) seeds.insert(run->seed);
    }
    if (seeds.count(*options.seed) != 0) return;
    constexpr std::size_t k_most = 10;
    std::string known;
    for (const std::uint64_t seed : seeds) {
      if (known.size() > 4 * k_most) break;
      known += (known.empty() ? "" : ", ") + std::to_string(seed);
    }
    complain(options.seed_where,
             fmt::format("{}: no run {} has seed {}", what, words_of(row.of), *options.seed),
             fmt::format("{} seed{} there: {}", seeds.size(), seeds.size() == 1 ? " is" : "s are",
                         known));
  }

  void check_map(const Specs &chosen, const FigureRequest &figure, const std::string &what) {
    const FigureOptions &options = figure.options;
    const Where &place = options.measure_where.line != 0 ? options.measure_where : figure.where;
    if (measurable(chosen, *find_measure(options.measure).measure, place, what).empty()) return;
    Specs all; // the axes are those of the whole experiment
    for (const Node &node : graph_.nodes) all.push_back(&node.spec);
    const Parameter *x = axis(all, options.x, nullptr);
    const Parameter *y = axis(all, options.y, x);
    if (x == nullptr || y == nullptr) {
      complain(figure.where, fmt::format("{}: fewer than two parameters have several values", what),
               "name two: {parameter_map: {x: N, y: tau}}, or remove the figure");
    } else if (x == y) {
      complain(figure.where, fmt::format("{}: x and y are both {}", what, x->key),
               "name two parameters");
    } else {
      for (const Parameter *one : {x, y}) {
        if (values_of(chosen, *one).empty())
          complain(figure.where, fmt::format("{}: no run says its {}", what, one->key),
                   "name another parameter");
      }
    }
  }

  // As the figure finds it: the one that is named, else the first with several values that is not `other`.
  static const Parameter *axis(const Specs &runs, const std::string &name, const Parameter *other) {
    if (!name.empty()) return find_parameter(name);
    for (const Parameter &parameter : parameters()) {
      const bool of_training = parameter.key == "n_trials" || parameter.key == "learning_rate";
      if (&parameter != other && is_number(parameter) && !of_training &&
          values_of(runs, parameter).size() > 1)
        return &parameter;
    }
    return nullptr;
  }

  const Experiment &experiment_;
  const Graph &graph_;
  std::vector<Complaint> complaints_;
};

} // namespace

bool can_have(const RunSpec &spec, const Measure &measure, const Evaluate &evaluate) {
  if (measure.of == MeasuredOf::trained) return spec.settings.n_trials > 0;
  if (!can_show(spec, shown_where_measured(measure.of), evaluate)) return false;
  const ActivationSet trained = spec.settings.activation;
  if (measure.of == MeasuredOf::one_parameter) return trained.size() == 1;
  return measure.of != MeasuredOf::set ||
         (trained.size() > 1 && trained.contains(measure.parameter));
}

bool can_show(const RunSpec &spec, DrawnOf of, const Evaluate &evaluate) {
  const bool has_trials = spec.settings.n_trials > 0;
  switch (of) {
  case DrawnOf::any:
    return true;
  case DrawnOf::weights:
    return spec.stage == 1 && spec.mode == Mode::activation;
  case DrawnOf::stage_1:
    return spec.stage == 1;
  case DrawnOf::trained_in_stage_1:
    return spec.stage == 1 && has_trials;
  case DrawnOf::stage_2:
    return spec.stage == 2;
  case DrawnOf::trained_in_stage_2:
    return spec.stage == 2 && has_trials;
  case DrawnOf::stage_2_and_parent:
    return spec.stage == 2 && !spec.parent_id.empty();
  case DrawnOf::shuffled:
    return spec.stage == 2 && evaluate.shuffles > 0;
  case DrawnOf::prior_input:
    return spec.mode == Mode::prior_input;
  }
  return false;
}

std::vector<Complaint> impossible_requests(const Experiment &experiment, const Graph &graph) {
  return RequestCheck(experiment, graph).complaints();
}

} // namespace pursuit
