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
class FormSchema {
public:
  using Json = nlohmann::ordered_json;

  // `stage`: of what stage; nothing: of either. `own`: the definition of an OwnValue.
  explicit FormSchema(bool is_whole, std::optional<int> stage = {}, std::string own = "");

  Json of(const Form &form) const;
  Json of(const Key &key) const; // with its help
  Json of(const Mapping &mapping) const;
  Json ref(std::string_view definition) const;

private:
  Json of(const form::Constant &form) const;
  Json of(const form::Text &form) const;
  Json of(const form::Name &form) const;
  Json of(const form::Word &form) const;
  Json of(const form::Whole &form) const;
  Json of(const form::Number &form) const;
  Json of(const form::Interval &form) const;
  Json of(const form::Spaced &form) const;
  Json of(const form::OwnValue &form) const;
  Json of(const form::MeasureName &form) const;
  Json of(const form::NumberName &form) const;
  Json of(const form::Defined &form) const;
  Json of(const form::Mapped &form) const;
  Json of(const form::ListOf &form) const;
  Json of(const form::ByName &form) const;
  Json of(const form::ByStage &form) const;
  Json of(const form::AnyOf &form) const;

  bool has_meaning(const Parameter &parameter) const;
  void add_parameter(Json &schema, const Parameter &parameter, Mapping::Parameters kind) const;
  void forbid_twice(Json &schema) const;

  bool is_whole_;
  std::optional<int> stage_;
  std::string own_;
};

} // namespace pursuit
