#include "experiment/value.hpp"

#include <fmt/format.h>

#include "experiment/core_scalar.hpp"
#include "experiment/words.hpp"

namespace pursuit {

const Value *Value::find(std::string_view key) const {
  const Mapping *members = mapping();
  if (members == nullptr) return nullptr;
  for (const Value::Member &member : *members) {
    if (member.first.text == key) return &member.second;
  }
  return nullptr;
}

bool is_quoted_number(const Value &value) {
  if (!value.quoted || value.string() == nullptr) return false;
  const decltype(Value::data) plain = resolve_plain_scalar(value.text);
  return std::holds_alternative<std::int64_t>(plain) || std::holds_alternative<double>(plain);
}

std::string described(const Value &value) {
  if (value.is_null()) return "nothing";
  if (value.sequence() != nullptr) return value.sequence()->empty() ? "an empty list" : "a list";
  if (value.mapping() != nullptr)
    return value.mapping()->empty() ? "an empty mapping" : "a mapping";
  if (value.string() != nullptr) return fmt::format("the text \"{}\"", shown(value.text));
  if (std::holds_alternative<bool>(value.data)) return value.text; // true or false
  return fmt::format("the number {}", shown(value.text));
}

} // namespace pursuit
