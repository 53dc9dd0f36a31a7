#include "experiment/mapping.hpp"

#include <algorithm>

namespace pursuit {

bool is_name(std::string_view text, const form::Name &form) {
  const auto is_allowed = [&](char c) {
    return ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '_' || c == '-' ||
           (form.has_capitals && 'A' <= c && c <= 'Z');
  };
  return !text.empty() && text.size() <= form.longest &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

const Key *Mapping::find(std::string_view name) const {
  for (const Key &key : keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

const MisplacedKeys *Mapping::find_misplaced(std::string_view name) const {
  for (const MisplacedKeys &row : misplaced) {
    if (std::find(row.names.begin(), row.names.end(), name) != row.names.end()) return &row;
  }
  return nullptr;
}

} // namespace pursuit
