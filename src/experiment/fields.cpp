#include "experiment/fields.hpp"

#include <algorithm>
#include <cmath>

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
  std::string next;
  if (!key.example.empty()) next = fmt::format("write {}", key.example);
  if (std::holds_alternative<form::Text>(key.form) && !value.text.empty())
    next = fmt::format("write \"{}\"", shown(value.text));
  complain_of_type(value, what, std::string(key.expected), next, faults);
}

void complain_of_misplaced(const Value &key, const std::string &what, const MisplacedKeys &row,
                           Faults &faults) {
  faults.add(key.where, fmt::format("{}: {}", what, fmt::format(fmt::runtime(row.what), key.text)),
             fmt::format(fmt::runtime(row.next), key.text));
}

namespace {

// As far as its row says it.
bool has_form(const Value &value, const Key &key) {
  const Form &form = key.form;
  const std::size_t size = value.mapping() != nullptr    ? value.mapping()->size()
                           : value.sequence() != nullptr ? value.sequence()->size()
                                                         : 0;
  if (const form::ListOf *list = std::get_if<form::ListOf>(&form))
    return value.sequence() != nullptr && size >= static_cast<std::size_t>(list->least);
  if (const form::Mapped *mapped = std::get_if<form::Mapped>(&form))
    return value.mapping() != nullptr && size >= static_cast<std::size_t>(mapped->mapping->least);
  if (std::holds_alternative<form::ByName>(form)) return value.mapping() != nullptr && size > 0;
  if (std::holds_alternative<form::Text>(form)) return value.string() != nullptr;
  if (!std::holds_alternative<form::Whole>(form)) return true;
  const std::optional<double> number = number_of(value);
  return number && *number == std::floor(*number);
}

} // namespace

Fields::Fields(const Value &value, std::initializer_list<const Mapping *> tables,
               const std::string &what, Faults &faults)
    : Fields(value, tables, what, faults, what + ": ") {}

Fields::Fields(const Value &value, std::initializer_list<const Mapping *> tables, std::string what,
               Faults &faults, std::string of_keys)
    : mapping_(value.mapping()), where_(value.where), tables_(tables), what_(std::move(what)),
      of_keys_(std::move(of_keys)), faults_(faults) {
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
    if (member.first.text != key) continue;
    if (wanted.expected.empty() || has_form(member.second, wanted)) return &member.second;
    complain_of_type(member.second, fmt::format("{}{}", of_keys_, key), wanted, faults_);
    return nullptr;
  }
  if (wanted.need == Key::Need::required)
    faults_.add(where_, fmt::format("{}: the key \"{}\" is missing", what_, key),
                fmt::format("write {}", wanted.example));
  return nullptr;
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
