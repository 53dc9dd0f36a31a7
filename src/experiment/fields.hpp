// Reading a mapping whose keys are known: each key is asked for by name, and `finish` complains of
// the keys that nobody asked for.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

class Fields {
public:
  // `what` names the mapping in messages: `stage "weights"`, "sweep". Complains if `value` is no
  // mapping; then it has no fields. `value` must outlive this.
  Fields(const Value &value, std::string what, Faults &faults);

  bool is_mapping() const { return mapping_ != nullptr; }
  // nullptr if the key is not there.
  const Value *get(const std::string &key);
  // Complains if it is not there; `example` shows how to write it.
  const Value *require(const std::string &key, const std::string &example);
  // Keys that are read elsewhere.
  void allow(const std::string &key);
  // Keys that have a complaint of their own, once `finish` is called.
  void forbid(const std::string &key, std::string what, std::string next);
  // The place of a key, or of the mapping if it is not there.
  Where key_place(std::string_view key) const;
  // Complains of unknown keys.
  void finish();

private:
  struct Forbidden {
    std::string key, what, next;
  };

  const Value::Mapping *mapping_ = nullptr;
  Where where_;
  std::string what_;
  Faults &faults_;
  std::vector<std::string> known_;
  std::vector<Forbidden> forbidden_;
};

// Complains that `what` should be `expected` ("a list of stages").
void complain_of_type(const Value &value, const std::string &what, const std::string &expected,
                      const std::string &next, Faults &faults);

} // namespace pursuit
