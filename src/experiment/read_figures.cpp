#include "experiment/read_figures.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/parameters.hpp"
#include "experiment/read_match.hpp"
#include "experiment/read_measure.hpp"
#include "experiment/read_values.hpp"
#include "experiment/value_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

// JSON has no numbers that are not finite.
void check_finite(const Value &value, const std::string &what, Faults &faults) {
  if (const double *real = std::get_if<double>(&value.data);
      real != nullptr && !std::isfinite(*real))
    complain_of_type(value, what, "a finite number", "", faults);
  if (value.sequence() != nullptr) {
    for (const Value &item : *value.sequence()) check_finite(item, what, faults);
  }
  if (value.mapping() != nullptr) {
    for (const auto &[key, item] : *value.mapping()) check_finite(item, what, faults);
  }
}

bool check_figure_name(const Value &name, Faults &faults) {
  const std::vector<std::string> &known = figure_words();
  if (std::find(known.begin(), known.end(), name.text) != known.end()) return true;
  faults.add(name.where, fmt::format("figures: there is no figure \"{}\"", shown(name.text)),
             word_hint(name.text, known));
  return false;
}

class FigureOptionReader {
public:
  FigureOptionReader(const std::string &figure, std::string what, const StageKinds &kinds,
                     Faults &faults, bool recorded)
      : known_(figure_option_words(figure)), what_(std::move(what)), kinds_(kinds), faults_(faults),
        recorded_(recorded) {}

  FigureOptions read(const Value &value) {
    FigureOptions options;
    if (value.mapping() == nullptr) return options;
    for (const auto &[key, wanted] : *value.mapping()) {
      const std::string what = what_ + ": " + shown(key.text);
      if (std::find(known_.begin(), known_.end(), key.text) == known_.end())
        faults_.add(key.where, fmt::format("{}: there is no option \"{}\"", what_, shown(key.text)),
                    word_hint(key.text, known_));
      else if (key.text == "where")
        options.where_match = read_match(wanted, what, nullptr, faults_);
      else if (key.text == "stage")
        options.stage = word(wanted, what, kinds_.names());
      else if (key.text == "x" || key.text == "y")
        (key.text == "x" ? options.x : options.y) = parameter(wanted, what);
      else if (key.text == "measure")
        read_map_measure(wanted, value, options);
      else if (key.text == "contrast")
        options.contrast = word(wanted, what, contrast_words());
      else if (key.text == "seed")
        options.seed = seed(wanted, options.seed_where);
    }
    return options;
  }

private:
  std::string word(const Value &value, const std::string &what,
                   const std::vector<std::string> &known) {
    if (value.string() == nullptr)
      complain_of_type(value, what, listed(known, "or"), "", faults_);
    else if (std::find(known.begin(), known.end(), value.text) == known.end())
      faults_.add(value.where, fmt::format("{}: there is no \"{}\"", what, shown(value.text)),
                  word_hint(value.text, known));
    return value.text;
  }

  // "bias", with a contrast beside it or the low one; "bias_low" has it in its name.
  void read_map_measure(const Value &value, const Value &all, FigureOptions &options) {
    const MeasureColumn column = read_measure(value, what_, faults_);
    options.measure_where = value.where;
    if (column.measure == nullptr) return;
    options.measure = column.measure->name;
    if (column.measure->by_contrast == nullptr && !recorded_) refuse_contrast(*column.measure, all);
    if (column.contrast.empty()) return;
    options.contrast = column.contrast;
    if (const Value *contrast = all.find("contrast"))
      faults_.add(contrast->where,
                  fmt::format("{}: {} has its contrast in its name", what_, column.name()),
                  "remove contrast");
  }

  // As a claim does (read_expectations.cpp).
  void refuse_contrast(const Measure &measure, const Value &all) {
    for (const auto &[key, value] : *all.mapping()) {
      if (key.text == "contrast")
        faults_.add(key.where,
                    fmt::format("{}: {} is not measured by contrast", what_, measure.name),
                    "remove contrast");
    }
  }

  // A parameter that is a number, by its key or its other name; what is kept is the key.
  std::string parameter(const Value &value, const std::string &what) {
    std::vector<std::string> known;
    for (const Parameter &row : parameters()) {
      if (is_number(row)) known.emplace_back(row.key);
    }
    const Parameter *row = value.string() == nullptr ? nullptr : find_parameter(value.text);
    if (row != nullptr && is_number(*row)) return std::string(row->key);
    return word(value, what, known);
  }

  std::optional<std::uint64_t> seed(const Value &value, Where &where) {
    where = value.where;
    const std::optional<ParameterValue> read = read_parameter_value(ValueKind{}, value, faults_);
    if (!read.has_value()) return std::nullopt;
    return static_cast<std::uint64_t>(std::get<std::int64_t>(*read));
  }

  std::vector<std::string> known_;
  std::string what_;
  const StageKinds &kinds_;
  Faults &faults_;
  bool recorded_;
};

FigureRequest read_figure(const Value &value, const StageKinds &kinds, Faults &faults,
                          bool recorded) {
  if (value.string() != nullptr) {
    check_figure_name(value, faults);
    return {*value.string(), "{}", {}, value.where};
  }
  if (value.mapping() == nullptr || value.mapping()->size() != 1) {
    faults.add(value.where, fmt::format("figures: expected a name, found {}", described(value)),
               "write learning_curves, or {learning_curves: {option: value}}");
    return {};
  }
  const auto &[name, options] = value.mapping()->front();
  if (!check_figure_name(name, faults)) return {};
  const std::string what = fmt::format("figures: {}", shown(name.text));
  if (options.mapping() == nullptr)
    complain_of_type(options, what, "options by name", "write {option: value}, or the name alone",
                     faults);
  check_finite(options, what, faults);
  return {name.text, json_text(options),
          FigureOptionReader(name.text, what, kinds, faults, recorded).read(options), name.where};
}

} // namespace

std::vector<FigureRequest> read_figures(const Value &value, const StageKinds &kinds, Faults &faults,
                                        bool recorded) {
  std::vector<FigureRequest> figures;
  for (const Value &item : *value.sequence()) {
    if (faults.full()) break;
    figures.push_back(read_figure(item, kinds, faults, recorded));
  }
  return figures;
}

} // namespace pursuit
