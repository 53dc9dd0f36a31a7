// Forms and mappings (mapping.hpp) as JSON Schema, draft 2020-12.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "experiment/mapping.hpp"
#include "experiment/parameters.hpp"

namespace pursuit {

// Renders what stands in a whole file, or in a part: one with `include`, whose missing keys may stand in the included files,
// so that nothing is required. Each has definitions of its own, "#/$defs/whole/..." and "#/$defs/part/...".
struct FormSchema {
  using Json = nlohmann::ordered_json;

  bool is_whole;
  std::optional<int> stage = {}; // nothing: of either
  std::string own = "";          // the definition of an OwnValue

  Json of(const Form &form) const;
  Json of(const Key &key) const; // with its help
  Json of(const Mapping &mapping) const;
  Json ref(std::string_view definition) const;
};

} // namespace pursuit
