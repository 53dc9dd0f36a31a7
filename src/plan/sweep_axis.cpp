#include "plan/sweep_axis.hpp"

namespace pursuit {

namespace {

using Seeds = std::vector<std::uint64_t>;

SweepAxis axis_of(const Axis &axis, std::string_view kind) {
  SweepAxis out{&axis, kind, 0, axis.where};
  for (const Parameter *key : axis.keys) out.keys |= bit_of(*key);
  return out;
}

SweepAxis axis_of(const PointList &list) {
  SweepAxis out{&list, "list", 0, list.where};
  for (const std::vector<Assignment> &point : list.points) {
    for (const Assignment &assignment : point) out.keys |= bit_of(*assignment.parameter);
  }
  return out;
}

} // namespace

std::size_t SweepAxis::size() const {
  if (const Axis *const *axis = std::get_if<const Axis *>(&source)) return (*axis)->points.size();
  if (const PointList *const *list = std::get_if<const PointList *>(&source))
    return (*list)->points.size();
  return std::get<const Seeds *>(source)->size();
}

void SweepAxis::apply(std::size_t i, SweepPoint &point) const {
  point.on_axis |= keys;
  if (const Axis *const *axis = std::get_if<const Axis *>(&source)) {
    for (std::size_t k = 0; k < (*axis)->keys.size(); ++k)
      assign(point, *(*axis)->keys[k], (*axis)->points[i][k]);
  } else if (const PointList *const *list = std::get_if<const PointList *>(&source)) {
    for (const Assignment &assignment : (*list)->points[i])
      assign(point, *assignment.parameter, assignment.value);
  } else {
    point.seed = (*std::get<const Seeds *>(source))[i];
  }
}

std::vector<SweepAxis> axes_of(const Axes &axes) {
  std::vector<SweepAxis> out;
  for (const Axis &axis : axes.grid) out.push_back(axis_of(axis, "grid"));
  if (axes.zip) out.push_back(axis_of(*axes.zip, "zip"));
  if (axes.list) out.push_back(axis_of(*axes.list));
  return out;
}

SweepAxis seeds_axis(const Seeds &seeds) { return {&seeds, "seeds"}; }

std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
  return a != 0 && b > k_uncountable / a ? k_uncountable : a * b;
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  return b > k_uncountable - a ? k_uncountable : a + b;
}

std::uint64_t combinations(const std::vector<SweepAxis> &axes) {
  std::uint64_t count = 1;
  for (const SweepAxis &axis : axes) {
    if (axis.size() == 0) return 0; // whatever the others would have come to
    count = saturated_product(count, axis.size());
  }
  return count;
}

void extend(const SweepPoint &point, const std::vector<SweepAxis> &axes, std::size_t from,
            std::vector<SweepPoint> &out) {
  if (from == axes.size()) {
    out.push_back(point);
    return;
  }
  for (std::size_t i = 0; i < axes[from].size(); ++i) {
    SweepPoint next = point;
    axes[from].apply(i, next);
    extend(next, axes, from + 1, out);
  }
}

} // namespace pursuit
