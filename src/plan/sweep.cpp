#include "plan/sweep.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "plan/bound_complaints.hpp"
#include "plan/run.hpp"
#include "plan/sweep_axis.hpp"

namespace pursuit {

namespace {

// "N, tau".
std::string keys_text(std::uint32_t keys) {
  std::string text;
  for (const Parameter &parameter : parameters()) {
    if ((keys & bit_of(parameter)) == 0) continue;
    text += text.empty() ? "" : ", ";
    text += parameter.key;
  }
  return text;
}

class StageSweep {
public:
  StageSweep(const Stage &stage, SweepStart start)
      : stage_(stage), points_(std::move(start.points)), parents_known_(start.parents_known),
        points_before_(start.points_before) {}

  SweepResult result() {
    for (SweepPoint &point : points_) {
      for (const Assignment &fixed : stage_.fixed) assign(point, *fixed.parameter, fixed.value);
    }
    if (multiply() && apply_when()) {
      apply_excludes();
      apply_overrides();
      check_not_empty();
      check_required();
      for (Complaint &complaint : bound_complaints(stage_, points_))
        complaints_.push_back(std::move(complaint));
    }
    return {std::move(points_), std::move(complaints_)};
  }

private:
  bool multiply();
  bool apply_when();
  bool extend_matched(const When &when, const std::vector<bool> &matched);
  void apply_excludes();
  void apply_overrides();
  void check_not_empty();
  void check_required();

  void check_one_axis_a_key(const std::vector<SweepAxis> &axes);
  bool check_size(std::uint64_t count);
  void report_unmatched(std::string_view what, const Match &match);
  void complain(const Where &where, std::string what, std::string next) {
    complaints_.push_back(
        {where.line != 0 ? where : stage_.where, std::move(what), std::move(next)});
  }

  const Stage &stage_;
  std::vector<SweepPoint> points_;
  bool parents_known_;
  std::uint64_t points_before_;
  std::vector<Complaint> complaints_;
};

void StageSweep::check_one_axis_a_key(const std::vector<SweepAxis> &axes) {
  for (std::size_t b = 0; b < axes.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      const std::uint32_t both = axes[a].keys & axes[b].keys;
      if (both == 0) continue;
      complain(axes[b].where,
               fmt::format("stage \"{}\": {} is on two axes ({} and {})", stage_.name,
                           keys_text(both), axes[a].kind, axes[b].kind),
               "keep one of them");
    }
  }
}

bool StageSweep::check_size(std::uint64_t count) {
  const std::uint64_t total = saturated_sum(points_before_, count);
  if (total <= k_most_sweep_points) return true;
  const std::string so_many =
      fmt::format("{}{} points", count == k_uncountable ? "at least " : "", count);
  const std::string with_others =
      points_before_ == 0 ? "" : fmt::format(" ({} with the stages before it)", total);
  complain(stage_.sweep.where,
           fmt::format("stage \"{}\" has {}{}, more than {}", stage_.name, so_many, with_others,
                       k_most_sweep_points),
           "use fewer values, or split the experiment into several files");
  return false;
}

void StageSweep::report_unmatched(std::string_view what, const Match &match) {
  if (!parents_known_) return;
  std::string next = why_unmatched(points_, match);
  complain(match.where, fmt::format("this {} matches no point of stage \"{}\"", what, stage_.name),
           next.empty() ? "no point has all of these at once" : std::move(next));
}

// grid x zip x list x seeds.
bool StageSweep::multiply() {
  std::vector<SweepAxis> axes = axes_of(stage_.sweep.axes);
  check_one_axis_a_key(axes);
  if (stage_.seeds) axes.push_back(seeds_axis(*stage_.seeds));
  const std::uint64_t count = saturated_product(points_.size(), combinations(axes));
  if (!check_size(count)) return false;
  std::vector<SweepPoint> multiplied;
  multiplied.reserve(count);
  for (const SweepPoint &point : points_) extend(point, axes, 0, multiplied);
  points_ = std::move(multiplied);
  return true;
}

bool StageSweep::apply_when() {
  for (const When &when : stage_.sweep.when) {
    std::vector<bool> matched(points_.size());
    for (std::size_t i = 0; i < points_.size(); ++i) matched[i] = matches(points_[i], when.match);
    if (std::find(matched.begin(), matched.end(), true) == matched.end()) {
      report_unmatched("when", when.match);
    } else if (!extend_matched(when, matched)) {
      return false;
    }
  }
  return true;
}

// False: too many points.
bool StageSweep::extend_matched(const When &when, const std::vector<bool> &matched) {
  const std::vector<SweepAxis> axes = axes_of(when.axes);
  check_one_axis_a_key(axes);
  std::uint32_t keys = 0, taken = 0;
  for (const SweepAxis &axis : axes) keys |= axis.keys;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    count = saturated_sum(count, matched[i] ? combinations(axes) : 1);
    if (matched[i]) taken |= points_[i].on_axis & keys;
  }
  if (taken != 0) {
    complain(when.match.where,
             fmt::format("stage \"{}\": {} is on an axis of this when and on another axis of the "
                         "points it matches",
                         stage_.name, keys_text(taken)),
             "keep one of them, or use override to change single points");
    return true;
  }
  if (!check_size(count)) return false;
  std::vector<SweepPoint> extended;
  extended.reserve(count);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (matched[i])
      extend(points_[i], axes, 0, extended);
    else
      extended.push_back(points_[i]);
  }
  points_ = std::move(extended);
  return true;
}

void StageSweep::apply_excludes() {
  std::vector<bool> dropped(points_.size());
  for (const Match &exclude : stage_.sweep.exclude) {
    bool matched = false;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (!matches(points_[i], exclude)) continue;
      matched = true;
      dropped[i] = true;
    }
    if (!matched) report_unmatched("exclude", exclude);
  }
  if (stage_.sweep.exclude.empty()) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (!dropped[i]) points_[kept++] = points_[i];
  }
  points_.resize(kept);
}

void StageSweep::apply_overrides() {
  for (const Override &override_ : stage_.sweep.overrides) {
    bool matched = false;
    for (SweepPoint &point : points_) {
      if (!matches(point, override_.match)) continue;
      matched = true;
      for (const Assignment &set : override_.set) assign(point, *set.parameter, set.value);
    }
    if (!matched) report_unmatched("override", override_.match);
  }
}

void StageSweep::check_not_empty() {
  if (!points_.empty() || !parents_known_) return;
  complain(stage_.sweep.where,
           fmt::format("stage \"{}\" has no points: its sweep is empty", stage_.name),
           stage_.sweep.exclude.empty() ? "give every axis at least one value"
                                        : "exclude drops all of them");
}

void StageSweep::check_required() {
  for (const Parameter &parameter : parameters()) {
    if (!has_meaning(parameter, stage_.stage)) continue;
    const auto lacking =
        std::count_if(points_.begin(), points_.end(), [&](const SweepPoint &point) {
          return (point.set & bit_of(parameter)) == 0;
        });
    if (lacking == 0) continue;
    const std::string of_some =
        static_cast<std::size_t>(lacking) == points_.size()
            ? ""
            : fmt::format(" in {} of its {} points", lacking, points_.size());
    complain(stage_.where,
             fmt::format("stage \"{}\": {} is not set{}", stage_.name, parameter.key, of_some),
             fmt::format("give {} in the stage, in its sweep or in defaults", parameter.key));
  }
}

} // namespace

SweepResult sweep_stage(const Stage &stage, SweepStart start) {
  return StageSweep(stage, std::move(start)).result();
}

} // namespace pursuit
