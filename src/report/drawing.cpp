#include "report/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "base/number.hpp"
#include "experiment/activation.hpp"

namespace pursuit {

namespace {

std::string number_field(double value) {
  return std::isfinite(value) ? shortest_number(value) : std::string();
}

std::string axis_field(const PlotAxis &axis, double value) {
  if (axis.categories.empty()) return number_field(value);
  const std::vector<std::string> &names =
      axis.category_names.empty() ? axis.categories : axis.category_names;
  const double last = static_cast<double>(names.size()) - 1;
  if (!(value >= 0 && value <= last)) return "";
  return csv_field(names[static_cast<std::size_t>(std::lround(value))]);
}

// Every factor that some panel has, in the order of their first panel.
std::vector<std::string> factor_columns(const Drawing &drawing) {
  std::vector<std::string> columns;
  for (const Panel &panel : drawing.panels) {
    for (const auto &[column, value] : panel.factors) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end())
        columns.push_back(column);
    }
  }
  return columns;
}

using Factors = std::vector<std::pair<std::string, std::string>>;

const std::string *find_factor(const Factors &factors, const std::string &column) {
  for (const auto &[name, value] : factors) {
    if (name == column) return &value;
  }
  return nullptr;
}

// The panel's factors; settings are the network's own: it may stand in a panel for its parent's.
std::string factor_fields(const std::vector<std::string> &columns, const Panel &panel,
                          const Factors &own) {
  std::string fields;
  for (const std::string &column : columns) {
    const std::string *of_panel = find_factor(panel.factors, column);
    const std::string *value = of_panel != nullptr ? find_factor(own, column) : nullptr;
    if (value == nullptr) value = of_panel;
    fields += (value != nullptr ? csv_field(*value) : "") + ',';
  }
  return fields;
}

void append(std::string &row, const std::string &field) {
  if (!row.empty()) row += ',';
  row += field;
}

} // namespace

int look_of_kind(const std::string &kind) {
  constexpr std::array<std::string_view, 6> k_kinds = {"behaviour", "stage1",        "input_gain",
                                                       "threshold", "response_gain", "prior_input"};
  const auto *const found = std::find(k_kinds.begin(), k_kinds.end(), kind);
  const int look = static_cast<int>(found - k_kinds.begin());
  if (found != k_kinds.end()) return look;
  const std::vector<ActivationSet> sets = all_activation_sets();
  const auto set = std::find(sets.begin(), sets.end(), read_activation_set(kind).set);
  return set == sets.end()
             ? look
             : k_first_look_of_set + static_cast<int>(set - sets.begin() - k_activations);
}

void share_range(Drawing &drawing, PlotAxis Panel::*axis) {
  double low = 0, high = 0;
  for (const Panel &panel : drawing.panels) {
    for (const Series &series : panel.series) {
      for (const Point &point : series.points) {
        const std::array<double, 3> drawn = {point.y, point.low, point.high};
        const std::array<double, 3> along_x = {point.x, point.x, point.x};
        for (const double value : axis == &Panel::x ? along_x : drawn) {
          low = std::fmin(low, value); // a NaN draws nothing
          high = std::fmax(high, value);
        }
      }
    }
  }
  if (high <= low) return;
  const double room = 0.06 * (high - low);
  for (Panel &panel : drawing.panels) {
    (panel.*axis).low = low < 0 ? low - room : 0;
    (panel.*axis).high = high + room;
  }
}

std::vector<std::string> drawn_models(const Drawing &drawing) {
  std::vector<std::string> models;
  for (const DrawnNetwork &network : drawing.networks) models.push_back(network.model_sha256);
  std::sort(models.begin(), models.end());
  models.erase(std::unique(models.begin(), models.end()), models.end());
  return models;
}

std::string csv_field(const std::string &text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string drawing_csv(const Drawing &drawing, const std::string &stamp) {
  const std::vector<std::string> factors = factor_columns(drawing);
  const Panel &first = drawing.panels.at(0);
  std::string header;
  for (const std::string &column : factors) append(header, column);
  for (const std::string &column :
       {drawing.group_column, std::string("statistic"), std::string("seed"), std::string("run_id"),
        first.x.column, first.y.column})
    append(header, column);
  const std::string value_column = first.value ? first.value->column : drawing.value_column;
  if (!value_column.empty()) append(header, value_column);
  std::string text = header + ",ci95_low,ci95_high,model_sha256,drawn_from_sha256\n";
  std::unordered_set<std::string> written; // by panels before this one
  for (const Panel &panel : drawing.panels) {
    std::vector<std::string> rows;
    for (const Series &series : panel.series) {
      const std::string group = csv_field(series.group) + ',' + csv_field(series.statistic);
      for (const Point &point : series.points) {
        if (std::isnan(point.y)) continue; // nothing is drawn there
        const DrawnNetwork *network =
            point.network < 0 ? nullptr
                              : &drawing.networks[static_cast<std::size_t>(point.network)];
        std::string row =
            factor_fields(factors, panel, network != nullptr ? network->factors : series.factors) +
            group + ',' + (network != nullptr ? std::to_string(network->seed) : "") + ',' +
            (network != nullptr ? network->run_id : "") + ',' + axis_field(panel.x, point.x) + ',' +
            axis_field(panel.y, point.y) + ',';
        if (!value_column.empty()) row += number_field(point.value) + ',';
        row += number_field(point.low) + ',' + number_field(point.high) + ',' +
               (network != nullptr ? network->model_sha256 : "") + ',' + stamp + '\n';
        if (!written.contains(row)) text += row;
        rows.push_back(std::move(row));
      }
    }
    written.insert(rows.begin(), rows.end());
  }
  return text;
}

} // namespace pursuit
