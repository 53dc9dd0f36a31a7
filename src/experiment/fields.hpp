// Reading a mapping by its table: each key is asked for by name, and `finish` complains of those that have no row.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/faults.hpp"
#include "experiment/mapping_tables.hpp"
#include "experiment/value.hpp"

namespace pursuit {

class Fields {
public:
  // `tables`: what it may be; the keys of all of them are known. `what` names the mapping in messages: `stage "weights"`,
  // "sweep"; `of_keys` begins what is said of a key's value. Complains if `value` is no mapping; then it has no fields. `value`
  // must outlive this.
  Fields(const Value &value, std::initializer_list<const Mapping *> tables, const std::string &what,
         Faults &faults);
  Fields(const Value &value, std::initializer_list<const Mapping *> tables, std::string what,
         Faults &faults, std::string of_keys);

  bool is_mapping() const { return mapping_ != nullptr; }
  // nullptr if the key is not there, after a complaint if it must be; and after one of a value that has not its row's form.
  // What more there is to know (names of stages, measures, parameters) is for the reader.
  const Value *get(std::string_view key) const;
  // The place of a key, or of the mapping if it is not there.
  Where key_place(std::string_view key) const;
  // Complains of keys that are misplaced or unknown.
  void finish() const;

private:
  const Key &row(std::string_view key) const;
  // In the order of their tables, parameters last.
  std::vector<std::string> known_keys() const;
  bool complains_of_misplaced(const Value &key) const;

  const Value::Mapping *mapping_ = nullptr;
  Where where_;
  std::vector<const Mapping *> tables_;
  std::string what_, of_keys_;
  Faults &faults_;
};

// Complains that `what` should be `expected` ("a list of stages").
void complain_of_type(const Value &value, const std::string &what, const std::string &expected,
                      const std::string &next, Faults &faults);
// As the key's row says it.
void complain_of_type(const Value &value, const std::string &what, const Key &key, Faults &faults);

// Complains of a key that has no meaning there.
void complain_of_misplaced(const Value &key, const std::string &what, const MisplacedKeys &row,
                           Faults &faults);

} // namespace pursuit
