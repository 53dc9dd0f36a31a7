#include "experiment/fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/suggest.hpp"
#include "experiment/words.hpp"

namespace pursuit {

void complain_of_type(const Value &value, const std::string &what, const std::string &expected,
                      const std::string &next, Faults &faults) {
  const std::string to_number = way_to_number(value);
  faults.add(value.where,
             fmt::format("{}: expected {}, found {}", what, expected, described(value)),
             expected.ends_with("number") && !to_number.empty() ? to_number : next);
}

Fields::Fields(const Value &value, std::string what, Faults &faults)
    : mapping_(value.mapping()), where_(value.where), what_(std::move(what)), faults_(faults) {
  if (mapping_ == nullptr) complain_of_type(value, what_, "a mapping", "", faults_);
}

const Value *Fields::get(const std::string &key) {
  known_.push_back(key);
  if (mapping_ == nullptr) return nullptr;
  for (const Value::Member &member : *mapping_) {
    if (member.first.text == key) return &member.second;
  }
  return nullptr;
}

const Value *Fields::require(const std::string &key, const std::string &example) {
  const Value *value = get(key);
  if (value == nullptr && mapping_ != nullptr)
    faults_.add(where_, fmt::format("{}: the key \"{}\" is missing", what_, key),
                fmt::format("write {}", example));
  return value;
}

void Fields::allow(const std::string &key) { known_.push_back(key); }

void Fields::forbid(const std::string &key, std::string what, std::string next) {
  forbidden_.push_back({key, std::move(what), std::move(next)});
}

Where Fields::key_place(std::string_view key) const {
  if (mapping_ == nullptr) return where_;
  for (const Value::Member &member : *mapping_) {
    if (member.first.text == key) return member.first.where;
  }
  return where_;
}

void Fields::finish() {
  if (mapping_ == nullptr) return;
  for (const Value::Member &member : *mapping_) {
    if (faults_.full()) return;
    const Value &key = member.first;
    const std::vector<Forbidden>::const_iterator forbidden =
        std::find_if(forbidden_.begin(), forbidden_.end(),
                     [&](const Forbidden &f) { return f.key == key.text; });
    if (forbidden != forbidden_.end()) {
      faults_.add(key.where, fmt::format("{}: {}", what_, forbidden->what), forbidden->next);
    } else if (std::find(known_.begin(), known_.end(), key.text) == known_.end()) {
      const std::string suggestion = did_you_mean(key.text, known_);
      faults_.add(key.where, fmt::format("{}: unknown key \"{}\"", what_, shown(key.text)),
                  suggestion.empty() ? fmt::format("known keys: {}", listed(known_, "and"))
                                     : suggestion);
    }
  }
}

} // namespace pursuit
