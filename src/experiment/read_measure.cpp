#include "experiment/read_measure.hpp"

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

// "loss" of "loss_low", which there is not; "" of anything else.
std::string measure_without_contrast(const std::string &name) {
  for (const std::string &contrast : contrast_words()) {
    if (!name.ends_with("_" + contrast)) continue;
    const std::string stem = name.substr(0, name.size() - contrast.size() - 1);
    const MeasureColumn column = find_measure(stem);
    if (column.measure != nullptr && column.measure->by_contrast == nullptr) return stem;
  }
  return "";
}

} // namespace

MeasureColumn read_measure(const Value &value, const std::string &what, Faults &faults) {
  if (value.string() == nullptr) {
    complain_of_type(value, what + ": measure", "the name of a measure",
                     "write bias, fwhm, loss or another", faults);
    return {};
  }
  const MeasureColumn column = find_measure(value.text);
  if (column.measure != nullptr) return column;
  const std::string renamed = renamed_measure(value.text);
  const std::string whole = measure_without_contrast(value.text);
  if (!whole.empty()) {
    faults.add(value.where,
               fmt::format("{}: there is no measure \"{}\": {} is not measured by contrast", what,
                           shown(value.text), whole),
               "write " + whole);
    return {};
  }
  faults.add(value.where, fmt::format("{}: there is no measure \"{}\"", what, shown(value.text)),
             renamed.empty() ? word_hint(value.text, measure_words())
                             : fmt::format("it is called {} now", renamed));
  return {};
}

} // namespace pursuit
