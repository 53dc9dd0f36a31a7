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

std::optional<double> number_of(const Value &value) {
  if (const double *real = std::get_if<double>(&value.data)) return *real;
  const std::int64_t *whole = std::get_if<std::int64_t>(&value.data);
  return whole != nullptr ? std::optional(static_cast<double>(*whole)) : std::nullopt;
}

std::string way_to_number(const Value &value) {
  if (value.text_by == nullptr || value.string() == nullptr) return "";
  std::string_view text = value.text;
  while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
  const decltype(Value::data) plain = resolve_plain_scalar(text);
  const bool is_number =
      std::holds_alternative<std::int64_t>(plain) || std::holds_alternative<double>(plain);
  return is_number ? fmt::format("remove {}", value.text_by) : "";
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
