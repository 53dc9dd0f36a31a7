// JSON whose strings are bytes: in memory as they are, in text as base/utf8.hpp says. Only for the *_json.cpp; `Json` is one
// of nlohmann's types.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.hpp"

namespace pursuit {

template <class Json, class Change> void change_strings(Json &json, const Change &change) {
  if (json.is_string()) {
    std::string &text = json.template get_ref<std::string &>();
    text = change(text);
  } else if (json.is_structured()) {
    for (Json &member : json) change_strings(member, change);
  }
}

template <class Json> void take_in_bytes(Json &json) { change_strings(json, bytes_of_utf8); }

// `indent` -1: on one line.
template <class Json> std::string dump_bytes(const Json &json, int indent = -1) {
  try {
    std::string text = json.dump(indent);
    if (!may_hold_bytes(text)) return text;
  } catch (const typename Json::type_error &) { // a string is no UTF-8
  }
  Json changed = json;
  change_strings(changed, utf8_of_bytes);
  return changed.dump(indent, ' ', false,
                      Json::error_handler_t::replace); // replace: a key is no UTF-8
}

// The inverse. Throws Json::exception; with `throws` false gives a discarded value instead.
template <class Json> Json parse_bytes(std::string_view text, bool throws = true) {
  Json json = Json::parse(text, nullptr, throws);
  if (may_hold_bytes(text)) take_in_bytes(json);
  return json;
}

} // namespace pursuit
