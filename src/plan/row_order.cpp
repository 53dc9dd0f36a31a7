#include "plan/row_order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "experiment/parameters.hpp"

namespace pursuit {

namespace {

using Ranks = std::map<std::string, std::size_t>; // of stages, by name

// Single ones before sets, smaller sets before larger, then as their table has them.
double place_of(ActivationSet set) {
  return static_cast<double>(set.size() << k_activations | set.bits());
}

// No bound first, then by the first that there is.
double place_of_bound(const ParameterValue &value) {
  if (const double *number = std::get_if<double>(&value)) return *number;
  const ActivationBound &bound = std::get<ActivationBound>(value);
  return bound.is_none() ? -std::numeric_limits<double>::infinity()
                         : *bound.of(bound.named().members().front());
}

// The value as a number that orders it.
double place_of(const Settings &settings, const Parameter &parameter) {
  if (const auto *activation = std::get_if<ActivationSet Settings::*>(&parameter.member))
    return place_of(settings.*(*activation));
  if (const auto *whole = std::get_if<std::int64_t Settings::*>(&parameter.member))
    return static_cast<double>(settings.*(*whole));
  if (is_bound(parameter)) return place_of_bound(value_of(settings, parameter));
  const double value = settings.*std::get<double Settings::*>(parameter.member);
  return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
}

std::vector<double> values_of(const RunSpec &spec) {
  std::vector<double> values;
  for (const Parameter &parameter : parameters())
    values.push_back(place_of(spec.settings, parameter));
  return values;
}

Ranks ranks_of(const std::vector<RunRow> &rows, const std::vector<std::string> &stages) {
  Ranks ranks;
  for (const std::string &stage : stages) ranks.emplace(stage, ranks.size());
  for (const RunRow &row : rows) ranks.emplace(*row.stage, ranks.size());
  return ranks;
}

// Of each row its parent's, where that is a row too: what a child does not take over from it tells its children apart.
std::vector<std::vector<double>> parent_values(const std::vector<RunRow> &rows) {
  std::unordered_map<std::string_view, const RunSpec *> spec_of_id;
  for (const RunRow &row : rows) spec_of_id.emplace(*row.id, row.spec);
  std::vector<std::vector<double>> values(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto parent = spec_of_id.find(rows[i].spec->parent_id);
    if (parent != spec_of_id.end()) values[i] = values_of(*parent->second);
  }
  return values;
}

} // namespace

std::vector<std::size_t> reading_order(const std::vector<RunRow> &rows,
                                       const std::vector<std::string> &stages) {
  const Ranks ranks = ranks_of(rows, stages);
  std::vector<std::pair<std::size_t, std::vector<double>>> places; // stage, values
  for (const RunRow &row : rows) places.emplace_back(ranks.at(*row.stage), values_of(*row.spec));
  const std::vector<std::vector<double>> parents = parent_values(rows);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const RunSpec &x = *rows[a].spec, &y = *rows[b].spec;
    return std::tie(places[a], parents[a], x.seed, x.parent_file.path, *rows[a].id) <
           std::tie(places[b], parents[b], y.seed, y.parent_file.path, *rows[b].id);
  });
  return order;
}

} // namespace pursuit
