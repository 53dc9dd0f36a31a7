#include "experiment/fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"

namespace pursuit {

void complain_of_type(const Value &value, const std::string &what, const std::string &expected,
                      const std::string &next, Faults &faults) {
  const std::string to_number = way_to_number(value);
  faults.add(value.where,
             fmt::format("{}: expected {}, found {}", what, expected, described(value)),
             expected.ends_with("number") && !to_number.empty() ? to_number : next);
}

void complain_of_type(const Value &value, const std::string &what, const Key &key, Faults &faults) {
  complain_of_type(value, what, std::string(key.expected), fmt::format("write {}", key.example),
                   faults);
}

void complain_of_misplaced(const Value &key, const std::string &what, const MisplacedKeys &row,
                           Faults &faults) {
  faults.add(key.where, fmt::format("{}: {}", what, fmt::format(fmt::runtime(row.what), key.text)),
             fmt::format(fmt::runtime(row.next), key.text));
}

Fields::Fields(const Value &value, std::initializer_list<const Mapping *> tables, std::string what,
               Faults &faults)
    : mapping_(value.mapping()), where_(value.where), tables_(tables), what_(std::move(what)),
      faults_(faults) {
  if (mapping_ == nullptr) complain_of_type(value, what_, "a mapping", "", faults_);
}

const Key &Fields::row(std::string_view key) const {
  for (const Mapping *table : tables_) {
    if (const Key *row = table->find(key)) return *row;
  }
  throw InternalError(fmt::format("{}: the key {} has no row", what_, key));
}

const Value *Fields::get(std::string_view key) const {
  const Key &wanted = row(key);
  if (mapping_ == nullptr) return nullptr;
  for (const Value::Member &member : *mapping_) {
    if (member.first.text == wanted.name) return &member.second;
  }
  return nullptr;
}

const Value *Fields::require(std::string_view key) const {
  const Value *value = get(key);
  if (value == nullptr && mapping_ != nullptr)
    faults_.add(where_, fmt::format("{}: the key \"{}\" is missing", what_, key),
                fmt::format("write {}", row(key).example));
  return value;
}

Where Fields::key_place(std::string_view key) const {
  if (mapping_ == nullptr) return where_;
  for (const Value::Member &member : *mapping_) {
    if (member.first.text == key) return member.first.where;
  }
  return where_;
}

std::vector<std::string> Fields::known_keys() const {
  std::vector<std::string> known;
  for (const Mapping *table : tables_) {
    for (const Key &key : table->keys) known.emplace_back(key.name);
    if (table->parameters != Mapping::Parameters::value) continue;
    for (const Parameter &parameter : parameters()) {
      known.emplace_back(parameter.key);
      if (!parameter.alias.empty()) known.emplace_back(parameter.alias);
    }
  }
  return known;
}

bool Fields::complains_of_misplaced(const Value &key) const {
  for (const Mapping *table : tables_) {
    if (const MisplacedKeys *row = table->find_misplaced(key.text)) {
      complain_of_misplaced(key, what_, *row, faults_);
      return true;
    }
    if (table->parameters == Mapping::Parameters::on_axes && find_parameter(key.text) != nullptr) {
      faults_.add(key.where, fmt::format("{}: {} stands on no axis", what_, key.text),
                  fmt::format("write sweep: {{grid: {{{}: [...]}}}}", key.text));
      return true;
    }
  }
  return false;
}

void Fields::finish() const {
  if (mapping_ == nullptr) return;
  const std::vector<std::string> known = known_keys();
  for (const Value::Member &member : *mapping_) {
    if (faults_.full()) return;
    const Value &key = member.first;
    const bool is_known = std::find(known.begin(), known.end(), key.text) != known.end();
    if (is_known || complains_of_misplaced(key)) continue;
    const std::string suggestion = did_you_mean(key.text, known);
    faults_.add(key.where, fmt::format("{}: unknown key \"{}\"", what_, shown(key.text)),
                suggestion.empty() ? fmt::format("known keys: {}", listed(known, "and"))
                                   : suggestion);
  }
}

} // namespace pursuit
