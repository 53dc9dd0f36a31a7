#include <algorithm>
#include <cmath>

#include <fmt/format.h>
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
  for (const char *name : {"state", "diverged", "seconds"}) columns.push_back({name, {}});
  for (const MeasureColumn &column : measure_columns()) columns.push_back({column.name(), {}});
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
    row.push_back(number(run.seconds));
    for (const MeasureColumn &column : measure_columns())
      row.push_back(number(measured_value(run.loss, run.measures, column)));
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

// The bias is what a study is after, beside how well it was trained; a sheet of paper has no room for other measures.
bool is_printed(const Column &column) {
  const MeasureColumn measured = find_measure(column.name);
  return measured.measure == nullptr || measured.measure->name == "bias" ||
         measured.measure->name == "loss";
}

// "bias low (degrees)".
std::string label_of(const Column &column) {
  std::string label = column.name;
  std::replace(label.begin(), label.end(), '_', ' ');
  const MeasureColumn measured = find_measure(column.name);
  if (measured.measure == nullptr || measured.measure->unit.empty()) return label;
  return fmt::format("{} ({})", label, measured.measure->unit);
}

} // namespace

std::string runs_table_json(const std::vector<ManifestRun> &runs) {
  std::vector<Column> columns = all_columns(runs);
  columns.erase(std::remove_if(columns.begin(), columns.end(),
                               [](const Column &column) { return !tells(column); }),
                columns.end());
  Json table = {{"columns", Json::array()}, {"rows", Json::array()}};
  for (const Column &column : columns) {
    table["columns"].push_back({{"name", column.name},
                                {"label", label_of(column)},
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
