#include "experiment/read_requests.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/value_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

// A whole number in [low, high].
void read_whole(const Value &value, const std::string &what, std::int64_t low, std::int64_t high,
                std::int64_t &target, Faults &faults) {
  const std::int64_t *whole = std::get_if<std::int64_t>(&value.data);
  const double *real = std::get_if<double>(&value.data);
  if (whole == nullptr && (real == nullptr || *real != std::floor(*real))) {
    complain_of_type(value, what, "a whole number", "", faults);
    return;
  }
  const double number = whole != nullptr ? static_cast<double>(*whole) : *real;
  if (number < static_cast<double>(low) || number > static_cast<double>(high)) {
    faults.add(value.where, fmt::format("{}: {} is out of range", what, shown(value.text)),
               fmt::format("it goes from {} to {}", low, high));
    return;
  }
  target = static_cast<std::int64_t>(number);
}

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

void check_figure_name(const Value &name, Faults &faults) {
  const std::vector<std::string> &known = figure_words();
  if (std::find(known.begin(), known.end(), name.text) == known.end())
    faults.add(name.where, fmt::format("figures: there is no figure \"{}\"", shown(name.text)),
               word_hint(name.text, known));
}

FigureRequest read_figure(const Value &value, Faults &faults) {
  if (value.string() != nullptr) {
    check_figure_name(value, faults);
    return {*value.string(), "{}"};
  }
  if (value.mapping() == nullptr || value.mapping()->size() != 1) {
    faults.add(value.where, fmt::format("figures: expected a name, found {}", described(value)),
               "write learning_curves, or {learning_curves: {option: value}}");
    return {};
  }
  const auto &[name, options] = value.mapping()->front();
  check_figure_name(name, faults);
  const std::string what = fmt::format("figures: {}", shown(name.text));
  if (options.mapping() == nullptr)
    complain_of_type(options, what, "options by name", "write {option: value}, or the name alone",
                     faults);
  check_finite(options, what, faults);
  return {name.text, json_text(options)};
}

} // namespace

Evaluate read_evaluate(const Value &value, Faults &faults) {
  constexpr std::int64_t k_most_trials = 1'000'000;
  constexpr std::int64_t k_most_shuffles = 10'000;
  constexpr std::int64_t k_longest_window_ms = 149; // there are 149 outputs, one a millisecond
  Evaluate evaluate;
  Fields fields(value, "evaluate", faults);
  if (const Value *trials = fields.get("trials"))
    read_whole(*trials, "evaluate: trials", 1, k_most_trials, evaluate.trials, faults);
  if (const Value *window = fields.get("window_ms"))
    read_whole(*window, "evaluate: window_ms", 1, k_longest_window_ms, evaluate.window_ms, faults);
  if (const Value *shuffles = fields.get("shuffles"))
    read_whole(*shuffles, "evaluate: shuffles", 0, k_most_shuffles, evaluate.shuffles, faults);
  fields.finish();
  return evaluate;
}

std::vector<FigureRequest> read_figures(const Value &value, Faults &faults) {
  std::vector<FigureRequest> figures;
  if (value.sequence() == nullptr) {
    complain_of_type(value, "figures", "a list of figures",
                     "write figures: [learning_curves, bias_toward_prior]", faults);
    return figures;
  }
  for (const Value &item : *value.sequence()) {
    if (faults.full()) break;
    figures.push_back(read_figure(item, faults));
  }
  return figures;
}

} // namespace pursuit
