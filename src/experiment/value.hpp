// A YAML document as a plain tree in which every node knows its place. Nothing after the reader
// sees yaml-cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/errors.hpp"

namespace pursuit {

struct Value {
  using Sequence = std::vector<Value>;
  struct Member;
  using Mapping = std::vector<Member>; // in file order, keys unique

  // YAML 1.2 core schema: null, bool, int, float, string.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Sequence, Mapping> data;
  Where where;
  std::string text; // a scalar exactly as written, for messages
  // What makes a text of a scalar that may not look like one: "the quotes", "the |", "!!str"; nullptr: nothing does.
  const char *text_by = nullptr;

  bool is_null() const { return std::holds_alternative<std::monostate>(data); }
  const Mapping *mapping() const { return std::get_if<Mapping>(&data); }
  const Sequence *sequence() const { return std::get_if<Sequence>(&data); }
  const std::string *string() const { return std::get_if<std::string>(&data); }
  // The member of a mapping, or nullptr.
  const Value *find(std::string_view key) const;
};

// A key, which is a scalar node with its own place, and its value.
struct Value::Member {
  Value first, second;
};

// A number, whole or real; nullopt: it is none.
std::optional<double> number_of(const Value &value);

// "remove the quotes", of a text that is a number without them; "" of any other value.
std::string way_to_number(const Value &value);

// What a value is, for messages: `a list`, `the text "yes"`, `the number 5`, `nothing`.
std::string described(const Value &value);

} // namespace pursuit
