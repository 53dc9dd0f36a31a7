#include "experiment/form_schema_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiment/measures.hpp"
#include "experiment/read_values.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

std::string pattern_of(const form::Name &name) {
  return fmt::format("^[{}a-z0-9_-]{{1,{}}}$", name.has_capitals ? "A-Z" : "", name.longest);
}

// What a measure is and its unit: "bias toward the prior (degrees), low contrast".
std::string description_of(const MeasureColumn &column) {
  std::string text(column.measure->help);
  if (!column.measure->unit.empty()) text += fmt::format(", {}", column.measure->unit);
  if (column.measure->by_contrast == nullptr) return text;
  return text + (column.contrast.empty() ? "; with a contrast beside it"
                                         : fmt::format("; {} contrast", column.contrast));
}

} // namespace

FormSchema::FormSchema(bool is_whole, std::optional<int> stage, std::string own)
    : is_whole_(is_whole), stage_(stage), own_(std::move(own)) {}

Json FormSchema::ref(std::string_view definition) const {
  return {{"$ref", fmt::format("#/$defs/{}/{}", is_whole_ ? "whole" : "part", definition)}};
}

Json FormSchema::of(const Form &form) const {
  return std::visit([&](const auto &one) { return of(one); }, form);
}

Json FormSchema::of(const Key &key) const {
  Json schema = Json::object();
  if (!key.help.empty()) schema["description"] = key.help;
  schema.update(of(key.form));
  return schema;
}

Json FormSchema::of(const Mapping &mapping) const {
  Json schema = {
      {"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const Key &key : mapping.keys) {
    if (key.need == Key::Need::of_stage_2 && stage_ != 2) continue;
    schema["properties"][std::string(key.name)] = of(key);
    if (key.need != Key::Need::optional) required.push_back(key.name);
  }
  for (const Parameter &parameter : parameters()) {
    if (has_meaning(parameter)) add_parameter(schema, parameter, mapping.parameters);
  }
  for (const std::string_view one : mapping.one_of)
    schema["oneOf"].push_back({{"required", {one}}});
  if (!is_whole_) return schema;
  if (!required.empty()) schema["required"] = required;
  if (mapping.least > 0) schema["minProperties"] = mapping.least;
  if (mapping.find("grid") != nullptr) forbid_twice(schema);
  return schema;
}

// A match may name what a stage 2 takes from its parent; it is of either stage then.
bool FormSchema::has_meaning(const Parameter &parameter) const {
  return !stage_ || (*stage_ == 2 ? parameter.in_stage_2 : parameter.in_stage_1);
}

// Adds a parameter's key, and its alias; both at once are a fault.
void FormSchema::add_parameter(Json &schema, const Parameter &parameter,
                               Mapping::Parameters kind) const {
  using Parameters = Mapping::Parameters;
  if (kind == Parameters::none || kind == Parameters::on_axes) return;
  const std::string key(parameter.key);
  const Json value = ref(key), list = ref(key + "_list");
  const Json either = {{"anyOf", {value, list}}};
  const Json &form = kind == Parameters::value ? value : kind == Parameters::list ? list : either;
  schema["properties"][key] = form;
  if (parameter.alias.empty()) return;
  schema["properties"][std::string(parameter.alias)] = form;
  schema["not"] = {{"required", {parameter.key, parameter.alias}}};
}

// Forbids any parameter on two axes. In a part, an axis may be replaced: nothing can be said.
void FormSchema::forbid_twice(Json &schema) const {
  Json any = Json::array();
  for (const Parameter &parameter : parameters()) {
    if (has_meaning(parameter)) any.push_back(ref(fmt::format("{}_twice", parameter.key)));
  }
  schema["not"] = {{"anyOf", any}};
}

Json FormSchema::of(const form::Constant &form) const {
  return std::visit([](const auto &value) { return Json{{"const", value}}; }, form.value);
}

Json FormSchema::of(const form::Text &form) const {
  Json schema = {{"type", "string"}};
  if (!form.may_be_empty) schema["minLength"] = 1;
  if (!form.default_text.empty()) schema["default"] = form.default_text;
  return schema;
}

Json FormSchema::of(const form::Name &form) const {
  return {{"type", "string"}, {"pattern", pattern_of(form)}, {"not", {{"enum", form.taken}}}};
}

Json FormSchema::of(const form::Word &form) const { return {{"enum", form.words()}}; }

Json FormSchema::of(const form::Whole &form) const {
  return {{"type", "integer"}, {"minimum", form.least}, {"maximum", form.most}};
}

Json FormSchema::of(const form::Number &form) const {
  Json schema = {{"type", "number"}};
  if (form.is_above_0) schema["exclusiveMinimum"] = 0;
  if (form.is_not_0) schema["not"] = {{"const", 0}};
  return schema;
}

Json FormSchema::of(const form::Interval &) const {
  return {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};
}

Json FormSchema::of(const form::Spaced &form) const {
  const Json end = form.is_above_0 ? of(form::Number{.is_above_0 = true}) : ref(own_);
  return {{"type", "array"},
          {"prefixItems", Json::array({end, end, of(form::Whole{1, k_most_points})})},
          {"minItems", 3},
          {"maxItems", 3}};
}

Json FormSchema::of(const form::OwnValue &) const { return ref(own_); }

// By the measure's name, or with a contrast in it.
Json FormSchema::of(const form::MeasureName &) const {
  Json names = Json::array();
  for (const std::string &word : measure_words())
    names.push_back({{"const", word}, {"description", description_of(find_measure(word))}});
  return {{"description", "A measure of a network"}, {"anyOf", names}};
}

Json FormSchema::of(const form::NumberName &) const {
  std::vector<std::string_view> names;
  for (const Parameter &parameter : parameters()) {
    if (!is_number(parameter)) continue;
    names.push_back(parameter.key);
    if (!parameter.alias.empty()) names.push_back(parameter.alias);
  }
  return {{"enum", names}};
}

Json FormSchema::of(const form::Defined &form) const {
  if (form.is_of_both) return {{"$ref", fmt::format("#/$defs/{}", form.name)}};
  return ref(form.name);
}

Json FormSchema::of(const form::Mapped &form) const { return of(*form.mapping); }

Json FormSchema::of(const form::ListOf &form) const {
  Json schema = {{"type", "array"}, {"items", of(*form.entry)}};
  if (form.least > 0) schema["minItems"] = form.least;
  return schema;
}

Json FormSchema::of(const form::ByName &form) const {
  Json schema = {{"type", "object"},
                 {"propertyNames", {{"pattern", pattern_of(form.name)}}},
                 {"additionalProperties", of(*form.value)}};
  if (is_whole_) schema["minProperties"] = 1;
  return schema;
}

Json FormSchema::of(const form::ByStage &form) const {
  return of(stage_ == 2 ? *form.in_stage_2 : *form.in_stage_1);
}

Json FormSchema::of(const form::AnyOf &form) const {
  Json any = Json::array();
  for (const Form &one : std::span(form.first, form.count)) any.push_back(of(one));
  return {{"anyOf", any}};
}

} // namespace pursuit
