#include "experiment/parameter_keys.hpp"

#include <fmt/format.h>

#include "base/suggest.hpp"
#include "experiment/words.hpp"

namespace pursuit {

std::vector<std::string> parameter_words() {
  std::vector<std::string> words;
  for (const Parameter &parameter : parameters()) words.emplace_back(parameter.key);
  return words;
}

bool ParameterKeys::take(const Parameter *parameter, const Value &key, const std::string &what,
                         Faults &faults) {
  if (taken_.insert(parameter).second) return true;
  faults.add(key.where,
             fmt::format("{}: {} is given twice; {} is its other name", what, parameter->key,
                         parameter->alias),
             "keep one of them");
  return false;
}

void complain_of_parameter(const Value &key, const std::string &what,
                           const std::vector<std::string> &known, Faults &faults) {
  const std::string suggestion = did_you_mean(key.text, known);
  faults.add(key.where, fmt::format("{}: there is no parameter \"{}\"", what, shown(key.text)),
             suggestion.empty() ? fmt::format("known: {}", listed(known, "and")) : suggestion);
}

} // namespace pursuit
