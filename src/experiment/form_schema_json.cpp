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

Json render(const FormSchema &, const form::Constant &form) {
  return std::visit([](const auto &value) { return Json{{"const", value}}; }, form.value);
}

Json render(const FormSchema &, const form::Text &form) {
  Json schema = {{"type", "string"}};
  if (!form.may_be_empty) schema["minLength"] = 1;
  if (!form.default_text.empty()) schema["default"] = form.default_text;
  return schema;
}

Json render(const FormSchema &, const form::Name &form) {
  return {{"type", "string"}, {"pattern", pattern_of(form)}, {"not", {{"enum", form.taken}}}};
}

Json render(const FormSchema &, const form::Word &form) { return {{"enum", form.words()}}; }

Json render(const FormSchema &, const form::Whole &form) {
  return {{"type", "integer"}, {"minimum", form.least}, {"maximum", form.most}};
}

Json render(const FormSchema &, const form::Number &form) {
  Json schema = {{"type", "number"}};
  if (form.is_above_0) schema["exclusiveMinimum"] = 0;
  if (form.is_not_0) schema["not"] = {{"const", 0}};
  return schema;
}

Json render(const FormSchema &, const form::Interval &) {
  return {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};
}

Json render(const FormSchema &in, const form::Spaced &form) {
  const Json end = form.is_above_0 ? render(in, form::Number{.is_above_0 = true}) : in.ref(in.own);
  return {{"type", "array"},
          {"prefixItems", Json::array({end, end, render(in, form::Whole{1, k_most_points})})},
          {"minItems", 3},
          {"maxItems", 3}};
}

Json render(const FormSchema &in, const form::OwnValue &) { return in.ref(in.own); }

// By the measure's name, or with a contrast in it.
Json render(const FormSchema &, const form::MeasureName &) {
  Json names = Json::array();
  for (const std::string &word : measure_words())
    names.push_back({{"const", word}, {"description", description_of(find_measure(word))}});
  return {{"anyOf", names}};
}

Json render(const FormSchema &, const form::NumberName &) {
  std::vector<std::string_view> names;
  for (const Parameter &parameter : parameters()) {
    if (!is_number(parameter)) continue;
    names.push_back(parameter.key);
    if (!parameter.alias.empty()) names.push_back(parameter.alias);
  }
  return {{"enum", names}};
}

Json render(const FormSchema &in, const form::Defined &form) {
  if (form.is_of_both) return {{"$ref", fmt::format("#/$defs/{}", form.name)}};
  return in.ref(form.name);
}

Json render(const FormSchema &in, const form::Mapped &form) { return in.of(*form.mapping); }

Json render(const FormSchema &in, const form::ListOf &form) {
  Json schema = {{"type", "array"}, {"items", in.of(*form.entry)}};
  if (form.least > 0) schema["minItems"] = form.least;
  return schema;
}

Json render(const FormSchema &in, const form::ByName &form) {
  Json schema = {{"type", "object"},
                 {"propertyNames", {{"pattern", pattern_of(form.name)}}},
                 {"additionalProperties", in.of(*form.value)}};
  if (in.is_whole) schema["minProperties"] = 1;
  return schema;
}

Json render(const FormSchema &in, const form::ByStage &form) {
  return in.of(in.stage == 2 ? *form.in_stage_2 : *form.in_stage_1);
}

Json render(const FormSchema &in, const form::AnyOf &form) {
  Json any = Json::array();
  for (const Form &one : std::span(form.first, form.count)) any.push_back(in.of(one));
  return {{"anyOf", any}};
}

// A match may name what a stage 2 takes from its parent; it is of either stage then.
bool has_meaning(const FormSchema &in, const Parameter &parameter) {
  return !in.stage || (in.stage == 2 ? parameter.in_stage_2 : parameter.in_stage_1);
}

// Adds a parameter's key, and its alias; both at once are a fault.
void add_parameter(Json &schema, const FormSchema &in, const Parameter &parameter,
                   Mapping::Parameters kind) {
  using Parameters = Mapping::Parameters;
  if (kind == Parameters::none || kind == Parameters::on_axes) return;
  const std::string key(parameter.key);
  const Json value = in.ref(key), list = in.ref(key + "_list");
  const Json either = {{"anyOf", {value, list}}};
  const Json &form = kind == Parameters::value ? value : kind == Parameters::list ? list : either;
  schema["properties"][key] = form;
  if (parameter.alias.empty()) return;
  schema["properties"][std::string(parameter.alias)] = form;
  schema["not"] = {{"required", {parameter.key, parameter.alias}}};
}

// Forbids any parameter on two axes. In a part, an axis may be replaced: nothing can be said.
void forbid_twice(Json &schema, const FormSchema &in) {
  Json any = Json::array();
  for (const Parameter &parameter : parameters()) {
    if (has_meaning(in, parameter)) any.push_back(in.ref(fmt::format("{}_twice", parameter.key)));
  }
  schema["not"] = {{"anyOf", any}};
}

} // namespace

Json FormSchema::ref(std::string_view definition) const {
  return {{"$ref", fmt::format("#/$defs/{}/{}", is_whole ? "whole" : "part", definition)}};
}

Json FormSchema::of(const Form &form) const {
  return std::visit([&](const auto &one) { return render(*this, one); }, form);
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
    if (key.need == Key::Need::of_stage_2 && stage != 2) continue;
    schema["properties"][std::string(key.name)] = of(key);
    if (key.need != Key::Need::optional) required.push_back(key.name);
  }
  for (const Parameter &parameter : parameters()) {
    if (has_meaning(*this, parameter)) add_parameter(schema, *this, parameter, mapping.parameters);
  }
  for (const std::string_view one : mapping.one_of)
    schema["oneOf"].push_back({{"required", {one}}});
  if (!is_whole) return schema;
  if (!required.empty()) schema["required"] = required;
  if (mapping.least > 0) schema["minProperties"] = mapping.least;
  if (mapping.find("grid") != nullptr) forbid_twice(schema, *this);
  return schema;
}

} // namespace pursuit
