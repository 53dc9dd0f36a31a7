// list: a row per run, as a table, CSV or JSON.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/errors.hpp"
#include "base/number.hpp"
#include "base/say.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/text_table.hpp"
#include "cli/verbs.hpp"
#include "plan/describe.hpp"
#include "plan/sort_key.hpp"
#include "store/experiment_folder.hpp"

namespace pursuit {

namespace {

// Every row has the same columns, so that a table reads them without options: empty where there is
// nothing. `stage` is the name; the training stage has a column of its own.
Row row_of(const ManifestRun &run) {
  Row row = {{"id", run.id}, {"stage", run.stage}};
  const ParameterTexts texts = run_parameters(run.spec);
  for (const std::string &key : run_parameter_keys()) {
    const ParameterTexts::const_iterator found = std::find_if(
        texts.begin(), texts.end(),
        [&](const std::pair<std::string, std::string> &text) { return text.first == key; });
    row.emplace_back(key == "stage" ? "training_stage" : key,
                     found == texts.end() ? "" : found->second);
  }
  row.insert(row.end(), {{"parent", run.spec.parent_id},
                         {"parent_file", run.spec.parent_file.path},
                         {"state", std::string(to_text(run.state))},
                         {"reused", run.reused ? "true" : "false"},
                         {"diverged", run.diverged ? (*run.diverged ? "true" : "false") : ""}});
  for (const MeasureColumn &column : measure_columns()) {
    const std::optional<double> value = measured_value(run.loss, run.measures, column);
    row.emplace_back(column.name(), value ? shortest_number(*value) : "");
  }
  row.insert(row.end(), {{"seconds", shortest_number(run.seconds)},
                         {"started", run.attempts.empty() ? "" : run.attempts.front().started},
                         {"model", run.model ? run.model->path : ""}});
  return row;
}

// Whatever list shows can be asked for, and sorted by.
std::vector<FilterKey> filter_keys() {
  std::vector<FilterKey> keys = run_filter_keys();
  keys.push_back({"training_stage", {"1", "2"}, true});
  keys.push_back(
      {"state", {"pending", "running", "done", "failed", "skipped", "interrupted"}, false});
  for (const char *name : {"reused", "diverged"}) keys.push_back({name, {"true", "false"}, false});
  for (const char *name : {"parent", "parent_file", "started", "model"})
    keys.push_back({name, {}, false});
  keys.push_back({"seconds", {}, true});
  for (const MeasureColumn &column : measure_columns()) keys.push_back({column.name(), {}, true});
  return keys;
}

// `stages`: in the order of the rows.
std::vector<FilterKey> sort_keys(const std::vector<std::string> &stages) {
  std::vector<FilterKey> keys = filter_keys();
  for (FilterKey &key : keys) {
    if (key.name == "stage") key.words = stages;
  }
  return keys;
}

void print_csv(const std::vector<Row> &rows, const Row &columns) {
  std::vector<std::string> cells;
  for (const auto &[name, text] : columns) cells.push_back(name);
  fmt::print("{}", csv_line(cells));
  for (const Row &row : rows) {
    cells.clear();
    for (const auto &[name, text] : row) cells.push_back(text);
    fmt::print("{}", csv_line(cells));
  }
}

// Of the measures those that every table shows.
bool is_headline(const Measure &measure) {
  return measure.name == "loss" || measure.name == "bias";
}

bool any_has(const std::vector<Row> &rows, std::size_t column) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Row &row) { return !row[column].second.empty(); });
}

// The columns in which rows differ, and always id, parent, state, and of the measures loss and bias.
std::vector<std::size_t> telling_columns(const std::vector<Row> &rows) {
  std::vector<std::size_t> telling;
  for (std::size_t c = 0; c < rows.front().size(); ++c) {
    const std::string &name = rows.front()[c].first;
    const bool differs = std::any_of(rows.begin(), rows.end(), [&](const Row &row) {
      return row[c].second != rows.front()[c].second;
    });
    const Measure *measure = find_measure(name).measure;
    const bool is_parent = name == "parent" || name == "parent_file";
    const bool is_shown_measure = measure != nullptr && is_headline(*measure);
    const bool always = ((is_parent || is_shown_measure) && any_has(rows, c)) || name == "id" ||
                        name == "stage" || name == "N" || name == "state" || name == "loss" ||
                        name == "seconds";
    const bool never =
        name == "model" || name == "started" || (measure != nullptr && !is_headline(*measure));
    if (always || (differs && !never)) telling.push_back(c);
  }
  return telling;
}

// Ids and losses are shortened for the eye; --csv has them whole.
std::string shown(const std::pair<std::string, std::string> &cell) {
  if (cell.first == "id" || cell.first == "parent") return short_id(cell.second);
  if (cell.first == "parent_file") return std::filesystem::path(cell.second).filename().string();
  if (cell.first == "seconds")
    return cell.second == "0" ? "" : fmt::format("{:.1f}", std::stod(cell.second));
  const bool measured = find_measure(cell.first).measure != nullptr;
  if (measured && !cell.second.empty()) return fmt::format("{:.3f}", std::stod(cell.second));
  return cell.second;
}

void print_table(const std::vector<Row> &rows) {
  if (rows.empty()) return;
  std::vector<TextColumn> columns;
  for (const std::size_t c : telling_columns(rows)) {
    columns.push_back({rows.front()[c].first, {}});
    for (const Row &row : rows) columns.back().cells.push_back(shown(row[c]));
  }
  tell_text(text_table(columns));
}

void apply_order(const std::vector<std::size_t> &order, std::vector<const ManifestRun *> &runs,
                 std::vector<Row> &rows) {
  std::vector<const ManifestRun *> sorted_runs;
  std::vector<Row> sorted_rows;
  for (const std::size_t i : order) {
    sorted_runs.push_back(runs[i]);
    sorted_rows.push_back(std::move(rows[i]));
  }
  runs = std::move(sorted_runs);
  rows = std::move(sorted_rows);
}

void print_json(const std::vector<const ManifestRun *> &runs) {
  std::fputs("[", stdout);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    fmt::print("{}{}", i == 0 ? "\n" : ",\n", manifest_run_json(*runs[i]));
  }
  std::fputs("\n]\n", stdout);
}

} // namespace

int verb_list(const Arguments &arguments) {
  CLI::App app{"A row per run: parameters, state, losses, seconds", "pursuit-run list"};
  std::string where;
  std::string expression, sort;
  std::optional<std::string> output_dir;
  bool csv = false;
  bool json = false;
  // Not "where": CLI11 2.4 does not tell it from --where.
  app.add_option("place", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  app.add_option("--where", expression, "Only these: key=value[,...]; = != < <= > >=")
      ->type_name("EXPR");
  app.add_option("--sort", sort, "Order of the rows: keys, `-key` for the largest first")
      ->type_name("KEY[,...]");
  CLI::Option *csv_option = app.add_flag("--csv", csv, "As CSV");
  app.add_flag("--json", json, "As JSON")->excludes(csv_option);
  if (!parse(app, arguments)) return k_exit_done;

  const Manifest manifest =
      read_manifest_to_show(real_disk(), find_experiment_folder(real_disk(), where, output_dir));
  const Filter filter = parse_filter(expression, filter_keys());
  for (const std::string &notice : filter.notices()) say("{}\n", notice);
  std::vector<const ManifestRun *> runs;
  std::vector<Row> rows;
  std::vector<std::string> stages;
  for (const ManifestRun *run : in_reading_order(manifest)) {
    if (stages.empty() || stages.back() != run->stage) stages.push_back(run->stage);
    Row row = row_of(*run);
    Row asked = row;
    asked.emplace_back("stage", std::to_string(run->spec.stage)); // by name or by number
    for (const std::string &stage : run->also_of) asked.emplace_back("stage", stage);
    if (!filter.matches(asked)) continue;
    runs.push_back(run);
    rows.push_back(std::move(row));
  }
  apply_order(sorted_rows(rows, parse_sort(sort, sort_keys(stages))), runs, rows);
  if (json) {
    print_json(runs);
  } else if (csv) {
    print_csv(rows, row_of(ManifestRun{}));
  } else {
    print_table(rows);
    if (rows.empty()) say("no run matches\n");
  }
  return k_exit_done;
}

} // namespace pursuit
