#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "plan/describe.hpp"
#include "report/report.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

Json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

// A parameter's text as a number where it is one.
Json parameter_cell(const std::string &text) {
  if (text.empty()) return nullptr;
  std::size_t end = 0;
  try {
    const double value = std::stod(text, &end);
    if (end == text.size() && std::isfinite(value) && std::abs(value) < 9e15) return value;
  } catch (const std::exception &) { // no number, or one out of range
  }
  return text;
}

struct Column {
  std::string name;
  std::vector<Json> cells;
};

// Every column, of which those are kept that tell something.
std::vector<Column> all_columns(const std::vector<ManifestRun> &runs) {
  std::vector<Column> columns = {{"id", {}}, {"stage", {}}};
  for (const std::string &key : run_parameter_keys())
    columns.push_back({key == "stage" ? "training_stage" : key, {}});
  for (const char *name : {"state", "diverged", "loss_mean_last_200", "seconds"})
    columns.push_back({name, {}});
  for (const auto &[name, value] : measure_columns(Measures{})) columns.push_back({name, {}});
  for (const ManifestRun &run : runs) {
    std::vector<Json> row = {run.id, run.stage};
    const ParameterTexts texts = run_parameters(run.spec);
    for (const std::string &key : run_parameter_keys()) {
      const auto found = std::find_if(texts.begin(), texts.end(),
                                      [&](const auto &text) { return text.first == key; });
      row.push_back(found == texts.end() ? Json(nullptr) : parameter_cell(found->second));
    }
    row.emplace_back(std::string(to_text(run.state)));
    row.push_back(run.diverged ? Json(*run.diverged ? "diverged" : "") : Json(nullptr));
    row.push_back(run.loss ? number(run.loss->mean_last_200) : Json(nullptr));
    row.push_back(number(run.seconds));
    for (const auto &[name, value] : measure_columns(run.measures.value_or(Measures{})))
      row.push_back(number(value));
    for (std::size_t c = 0; c < row.size(); ++c) columns[c].cells.push_back(std::move(row[c]));
  }
  return columns;
}

bool tells(const Column &column) {
  if (column.name == "id" || column.name == "stage" || column.name == "state") return true;
  return std::any_of(column.cells.begin(), column.cells.end(),
                     [&](const Json &cell) { return cell != column.cells.front(); });
}

bool is_number(const Column &column) {
  return std::none_of(column.cells.begin(), column.cells.end(),
                      [](const Json &cell) { return cell.is_string(); });
}

// The bias is what a study is after; a sheet of paper has no room for the other measures.
bool is_printed(const Column &column) {
  const auto measures = measure_columns(Measures{});
  return column.name.starts_with("bias_deg_") ||
         std::none_of(measures.begin(), measures.end(),
                      [&](const auto &measure) { return measure.first == column.name; });
}

} // namespace

std::string runs_table_json(const std::vector<ManifestRun> &runs) {
  std::vector<Column> columns = all_columns(runs);
  columns.erase(std::remove_if(columns.begin(), columns.end(),
                               [](const Column &column) { return !tells(column); }),
                columns.end());
  Json table = {{"columns", Json::array()}, {"rows", Json::array()}};
  for (const Column &column : columns) {
    std::string label = column.name;
    std::replace(label.begin(), label.end(), '_', ' ');
    table["columns"].push_back({{"name", column.name},
                                {"label", label},
                                {"number", is_number(column)},
                                {"printed", is_printed(column)}});
  }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Json row = Json::array();
    for (Column &column : columns) row.push_back(std::move(column.cells[r]));
    table["rows"].push_back(std::move(row));
  }
  std::string text;
  for (const char c : table.dump(-1, ' ', false, Json::error_handler_t::replace))
    text += c == '<' ? std::string("\\u003c") : std::string(1, c); // no tag ends or begins in it
  return text;
}

} // namespace pursuit
