#include "experiment/parameter_keys.hpp"

#include <fmt/format.h>

#include "base/suggest.hpp"
#include "experiment/fields.hpp"
#include "experiment/words.hpp"

namespace pursuit {

std::vector<std::string> parameter_words() {
  std::vector<std::string> words;
  for (const Parameter &parameter : parameters()) words.emplace_back(parameter.key);
  return words;
}

ParameterKeys::ParameterKeys(const Mapping &table, std::string what, Faults &faults)
    : table_(table), what_(std::move(what)), faults_(faults), known_(parameter_words()) {
  for (const Key &key : table.keys) known_.emplace_back(key.name);
}

const Parameter *ParameterKeys::take(const Value &key) {
  const Parameter *parameter = find_parameter(key.text);
  if (const MisplacedKeys *row = table_.find_misplaced(key.text)) {
    complain_of_misplaced(key, what_, *row, faults_);
    return nullptr;
  }
  if (parameter == nullptr) {
    const std::string suggestion = did_you_mean(key.text, known_);
    faults_.add(key.where, fmt::format("{}: there is no parameter \"{}\"", what_, shown(key.text)),
                suggestion.empty() ? fmt::format("known: {}", listed(known_, "and")) : suggestion);
    return nullptr;
  }
  if (taken_.insert(parameter).second) return parameter;
  faults_.add(key.where,
              fmt::format("{}: {} is given twice; {} is its other name", what_, parameter->key,
                          parameter->alias),
              "keep one of them");
  return nullptr;
}

const Parameter *ParameterKeys::take_setting(const Value &key, const StageKind &kind) {
  const Parameter *parameter = take(key);
  const bool has_meaning = parameter != nullptr && accept(key, misplaced_setting(*parameter, kind));
  return has_meaning ? parameter : nullptr;
}

bool ParameterKeys::accept(const Value &key, const std::optional<Misplaced> &misplaced) {
  if (misplaced)
    faults_.add(key.where, fmt::format("{}: {}", what_, misplaced->what), misplaced->next);
  return !misplaced;
}

} // namespace pursuit
