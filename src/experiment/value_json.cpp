#include "experiment/value_json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/byte_json.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

// Appends, so that a large list is not copied at every level. Nesting is bounded by the reader.
void append(const Value &value, std::string &text) {
  if (const Value::Mapping *members = value.mapping()) {
    text += '{';
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (i > 0) text += ',';
      text += dump_bytes(Json((*members)[i].first.text));
      text += ':';
      append((*members)[i].second, text);
    }
    text += '}';
  } else if (const Value::Sequence *items = value.sequence()) {
    text += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) text += ',';
      append((*items)[i], text);
    }
    text += ']';
  } else if (const std::string *word = value.string()) {
    text += dump_bytes(Json(*word));
  } else if (const std::int64_t *whole = std::get_if<std::int64_t>(&value.data)) {
    text += std::to_string(*whole);
  } else if (const double *real = std::get_if<double>(&value.data)) {
    text += std::isfinite(*real) ? Json(*real).dump() : dump_bytes(Json(value.text));
  } else if (const bool *truth = std::get_if<bool>(&value.data)) {
    text += *truth ? "true" : "false";
  } else {
    text += "null";
  }
}

} // namespace

std::string json_text(const Value &value) {
  std::string text;
  append(value, text);
  return text;
}

} // namespace pursuit
