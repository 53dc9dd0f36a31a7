#include "plan/bound_complaints.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/number.hpp"

namespace pursuit {

namespace {

std::optional<Where> where_in(const std::vector<Assignment> &assignments) {
  for (const Assignment &assignment : assignments) {
    if (is_bound(*assignment.parameter)) return assignment.where;
  }
  return std::nullopt;
}

std::optional<Where> where_in(const Axis &axis) {
  const bool gives = std::any_of(axis.keys.begin(), axis.keys.end(),
                                 [](const Parameter *key) { return is_bound(*key); });
  return gives ? std::optional<Where>(axis.where) : std::nullopt;
}

std::optional<Where> where_in(const Axes &axes) {
  for (const Axis &axis : axes.grid) {
    if (const std::optional<Where> where = where_in(axis)) return where;
  }
  if (const std::optional<Where> where = axes.zip ? where_in(*axes.zip) : std::nullopt)
    return where;
  for (const std::vector<Assignment> &point :
       axes.list ? axes.list->points : std::vector<std::vector<Assignment>>()) {
    if (const std::optional<Where> where = where_in(point)) return where;
  }
  return std::nullopt;
}

Where where_given(const Stage &stage) {
  if (const std::optional<Where> where = where_in(stage.fixed)) return *where;
  if (const std::optional<Where> where = where_in(stage.sweep.axes)) return *where;
  for (const When &when : stage.sweep.when) {
    if (const std::optional<Where> where = where_in(when.axes)) return *where;
  }
  for (const Override &override_ : stage.sweep.overrides) {
    if (const std::optional<Where> where = where_in(override_.set)) return *where;
  }
  return stage.where;
}

// A bound by name that stands in `defaults` means the stages and points that train that parameter.
bool is_of_defaults(const Stage &stage, const Parameter &parameter, const ActivationBound &bound) {
  return std::any_of(stage.fixed.begin(), stage.fixed.end(), [&](const Assignment &assignment) {
    const ActivationBound *given = std::get_if<ActivationBound>(&assignment.value);
    return assignment.is_default && assignment.parameter == &parameter && given != nullptr &&
           *given == bound;
  });
}

std::optional<BoundFault> foreign_name(const Settings &settings, const Stage *stage) {
  for (const Parameter &parameter : parameters()) {
    if (!is_bound(parameter)) continue;
    const ActivationBound &bound =
        settings.*std::get<ActivationBound Settings::*>(parameter.member);
    if (stage != nullptr && is_of_defaults(*stage, parameter, bound)) continue;
    for (const Activation named : bound.named().members()) {
      if (settings.activation.contains(named)) continue;
      return BoundFault{
          fmt::format("{} names {}, which is not trained where activation is {}", parameter.key,
                      to_text(named), to_text(settings.activation)),
          "give it where that parameter is trained, by when or override in the sweep"};
    }
  }
  return std::nullopt;
}

std::optional<BoundFault> crossed(const Settings &settings) {
  const ActivationLimits limits = limits_of(settings);
  for (const Activation parameter : settings.activation.members()) {
    const double least = limits.least[parameter], most = limits.most[parameter];
    if (least <= most) continue;
    return BoundFault{fmt::format("activation_min of {} is {}, above activation_max, which is {}",
                                  to_text(parameter), shortest_number(least),
                                  shortest_number(most)),
                      "swap them, or drop one"};
  }
  return std::nullopt;
}

} // namespace

std::optional<BoundFault> bound_fault(const Settings &settings, const Stage *stage) {
  const std::optional<BoundFault> foreign = foreign_name(settings, stage);
  return foreign ? foreign : crossed(settings);
}

std::vector<Complaint> bound_complaints(const Stage &stage, const std::vector<SweepPoint> &points) {
  std::vector<Complaint> complaints;
  if (stage.stage != 2) return complaints;
  std::set<std::string> known;
  for (const SweepPoint &point : points) {
    const std::optional<BoundFault> fault = bound_fault(point.settings, &stage);
    if (!fault || !known.insert(fault->what).second) continue;
    complaints.push_back({where_given(stage),
                          fmt::format("stage \"{}\": {}", stage.name, fault->what), fault->next});
  }
  return complaints;
}

} // namespace pursuit
