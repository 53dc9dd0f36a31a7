#include "experiment/read_sweep.hpp"

#include <set>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/parameter_keys.hpp"
#include "experiment/read_match.hpp"
#include "experiment/read_values.hpp"

namespace pursuit {

namespace {

// Reads the axes of one stage's sweep.
class SweepReader {
public:
  SweepReader(const StageKind &kind, Faults &faults)
      : kind_(kind), stage_(fmt::format("stage \"{}\": ", kind.name)), faults_(faults) {}

  Sweep read(const Value &value) {
    Sweep sweep;
    sweep.where = value.where;
    const Fields fields(value, {&k_sweep}, stage_ + "sweep", faults_, stage_);
    if (fields.is_mapping() && value.mapping()->empty())
      faults_.add(value.where, stage_ + "sweep is empty", "write grid, zip or list, or remove it");
    std::set<const Parameter *> on_axes;
    sweep.axes = read_axes(fields, on_axes);
    for (const Value &entry : entries(fields, "when")) read_when(entry, on_axes, sweep);
    for (const Value &entry : entries(fields, "exclude")) {
      if (std::optional<Match> match = read_match(entry, stage_ + "exclude", &kind_, faults_))
        sweep.exclude.push_back(std::move(*match));
    }
    for (const Value &entry : entries(fields, "override")) read_override(entry, sweep);
    fields.finish();
    return sweep;
  }

private:
  // The items of a list of mappings.
  static Value::Sequence entries(const Fields &fields, std::string_view key) {
    const Value *value = fields.get(key);
    return value != nullptr ? *value->sequence() : Value::Sequence();
  }

  Axes read_axes(const Fields &fields, std::set<const Parameter *> &on_axes) {
    Axes axes;
    if (const Value *grid = fields.get("grid")) axes.grid = read_columns(*grid, "grid", on_axes);
    if (const Value *zip = fields.get("zip")) axes.zip = read_zip(*zip, on_axes);
    if (const Value *list = fields.get("list")) axes.list = read_list(*list, on_axes);
    return axes;
  }

  // nullptr after a fault: no such parameter, no meaning here, or on another axis.
  const Parameter *axis_key(const Value &key, const std::string &what, ParameterKeys &keys,
                            const std::set<const Parameter *> &on_axes) {
    const Parameter *parameter = keys.take_setting(key, kind_);
    if (parameter != nullptr && on_axes.contains(parameter)) {
      faults_.add(key.where,
                  fmt::format("{}{}: {} is on another axis already", stage_, what, parameter->key),
                  "keep one of the two axes");
      return nullptr;
    }
    return parameter;
  }

  // A mapping of parameters to lists, as one axis each.
  std::vector<Axis> read_columns(const Value &value, const std::string &what,
                                 std::set<const Parameter *> &on_axes) {
    std::vector<Axis> columns;
    ParameterKeys keys(k_columns, stage_ + what, faults_);
    for (const auto &[key, list] : *value.mapping()) {
      if (faults_.full()) break;
      const Parameter *parameter = axis_key(key, what, keys, on_axes);
      if (parameter == nullptr) continue;
      on_axes.insert(parameter);
      std::optional<std::vector<ParameterValue>> values =
          read_value_list(ValueKind{parameter}, list, faults_);
      if (!values.has_value()) continue;
      Axis axis{{parameter}, {}, key.where};
      for (ParameterValue &one : *values) axis.points.push_back({std::move(one)});
      columns.push_back(std::move(axis));
    }
    return columns;
  }

  std::optional<Axis> read_zip(const Value &value, std::set<const Parameter *> &on_axes) {
    std::vector<Axis> columns = read_columns(value, "zip", on_axes);
    if (columns.empty()) return std::nullopt;
    Axis axis;
    axis.where = columns[0].where;
    axis.points.resize(columns[0].points.size());
    for (const Axis &column : columns) {
      if (column.points.size() != columns[0].points.size()) {
        faults_.add(column.where,
                    fmt::format("{}zip: {} has {} values, {} has {}", stage_, column.keys[0]->key,
                                column.points.size(), columns[0].keys[0]->key,
                                columns[0].points.size()),
                    "give them the same number of values, or use grid for every combination");
        return std::nullopt;
      }
      axis.keys.push_back(column.keys[0]);
      for (std::size_t p = 0; p < axis.points.size(); ++p)
        axis.points[p].push_back(column.points[p][0]);
    }
    return axis;
  }

  PointList read_list(const Value &value, std::set<const Parameter *> &on_axes) {
    PointList list;
    list.where = value.where;
    std::set<const Parameter *> on_this;
    for (const Value &item : *value.sequence()) {
      if (faults_.full()) break;
      list.points.push_back(read_point(item, "list", on_axes));
      for (const Assignment &assignment : list.points.back()) on_this.insert(assignment.parameter);
    }
    on_axes.insert(on_this.begin(), on_this.end());
    return list;
  }

  // A mapping of parameters to one value each.
  std::vector<Assignment> read_point(const Value &value, const std::string &what,
                                     const std::set<const Parameter *> &on_axes) {
    const Value::Mapping *members = value.mapping();
    if (members == nullptr || members->empty()) {
      complain_of_type(value, stage_ + what, "values by parameter", "write {N: 100, tau: 20}",
                       faults_);
      return {};
    }
    ParameterKeys keys(k_point, stage_ + what, faults_);
    const auto take = [&](const Value &key) { return axis_key(key, what, keys, on_axes); };
    return read_assignments(value, take, faults_);
  }

  std::optional<Match> required_match(const Fields &fields, const std::string &what) {
    const Value *match = fields.get("match");
    if (match == nullptr) return std::nullopt;
    return read_match(*match, stage_ + what + ": match", &kind_, faults_);
  }

  void read_when(const Value &value, std::set<const Parameter *> on_axes, Sweep &sweep) {
    const Fields fields(value, {&k_when}, stage_ + "when", faults_, stage_);
    std::optional<Match> match = required_match(fields, "when");
    // Two entries may name the same key, for points that match one of them only.
    const Axes axes = read_axes(fields, on_axes);
    if (fields.is_mapping() && value.find("grid") == nullptr && value.find("zip") == nullptr &&
        value.find("list") == nullptr)
      faults_.add(value.where, stage_ + "when: there is no axis",
                  "write grid, zip or list beside match");
    fields.finish();
    if (match.has_value()) sweep.when.push_back({std::move(*match), axes});
  }

  void read_override(const Value &value, Sweep &sweep) {
    const Fields fields(value, {&k_override}, stage_ + "override", faults_);
    std::optional<Match> match = required_match(fields, "override");
    const Value *set = fields.get("set");
    std::vector<Assignment> assignments;
    if (set != nullptr) assignments = read_point(*set, "override: set", {});
    fields.finish();
    if (match.has_value()) sweep.overrides.push_back({std::move(*match), std::move(assignments)});
  }

  const StageKind &kind_;
  std::string stage_; // how messages begin
  Faults &faults_;
};

} // namespace

Sweep read_sweep(const Value &value, const StageKind &kind, Faults &faults) {
  return SweepReader(kind, faults).read(value);
}

} // namespace pursuit
