#include "experiment/requests_schema_json.hpp"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiment/measures.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

Json object(const Json &properties, const std::vector<std::string> &required) {
  Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

Json match() { return {{"$ref", "#/$defs/whole/match_any"}}; }

Json stage_name() { return {{"type", "string"}}; }

Json contrast() { return {{"enum", contrast_words()}}; }

// A parameter that is a number, by either of its names.
Json number_name() {
  std::vector<std::string> names;
  for (const Parameter &parameter : parameters()) {
    if (!is_number(parameter)) continue;
    names.emplace_back(parameter.key);
    if (!parameter.alias.empty()) names.emplace_back(parameter.alias);
  }
  return {{"enum", names}};
}

// What a measure is and its unit: "bias toward the prior (degrees), low contrast".
std::string description_of(const MeasureColumn &column) {
  std::string text(column.measure->help);
  if (!column.measure->unit.empty()) text += fmt::format(", {}", column.measure->unit);
  if (column.measure->by_contrast == nullptr) return text;
  return text + (column.contrast.empty() ? "; with a contrast beside it"
                                         : fmt::format("; {} contrast", column.contrast));
}

// By the measure's name, or with a contrast in it.
Json measure_name() {
  Json names = Json::array();
  for (const std::string &word : measure_words())
    names.push_back({{"const", word}, {"description", description_of(find_measure(word))}});
  return {{"description", "A measure of a network"}, {"anyOf", names}};
}

std::vector<std::string> words_without_contrast_beside() {
  std::vector<std::string> words;
  for (const MeasureColumn &column : measure_columns()) {
    if (!column.contrast.empty() || column.measure->by_contrast == nullptr)
      words.push_back(column.name());
  }
  return words;
}

// The values of every option there is; which figure takes which is for figure_option_words.
std::map<std::string, Json> option_values() {
  return {{"where", match()},
          {"stage", stage_name()},
          {"x", number_name()},
          {"y", number_name()},
          {"measure", measure_name()},
          {"contrast", contrast()},
          {"seed", {{"$ref", "#/$defs/whole/seed"}}}};
}

Json options_schema(const std::string &figure) {
  const std::map<std::string, Json> values = option_values();
  Json properties = Json::object();
  for (const std::string &option : figure_option_words(figure))
    properties[option] = values.at(option);
  Json schema = object(properties, {});
  if (properties.contains("measure")) {
    schema["if"] = {{"properties", {{"measure", {{"enum", words_without_contrast_beside()}}}}},
                    {"required", {"measure"}}};
    schema["then"] = {{"properties", {{"contrast", false}}}};
  }
  return schema;
}

Json interval() {
  return {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}};
}

// Runs to compare with.
Json runs() { return object({{"stage", stage_name()}, {"where", match()}}, {"stage"}); }

} // namespace

Json figure_schema() {
  Json properties = Json::object();
  for (const std::string &figure : figure_words()) properties[figure] = options_schema(figure);
  Json with_options = object(properties, {});
  with_options["minProperties"] = 1;
  with_options["maxProperties"] = 1;
  return {{"anyOf", {{{"enum", figure_words()}}, with_options}}};
}

Json expectation_schema() {
  std::vector<std::string> by_contrast;
  for (const Measure &measure : measure_table()) {
    if (measure.by_contrast != nullptr) by_contrast.emplace_back(measure.name);
  }
  Json schema = object(
      {{"measure", measure_name()},
       {"stage", stage_name()},
       {"where", match()},
       {"contrast", contrast()},
       {"mean_between", interval()},
       {"less_than", runs()},
       {"greater_than", runs()},
       {"paired_difference", object({{"to", runs()}, {"between", interval()}}, {"to", "between"})}},
      {"measure", "stage"});
  schema["oneOf"] = Json::array();
  for (const char *demand : {"mean_between", "less_than", "greater_than", "paired_difference"})
    schema["oneOf"].push_back({{"required", {demand}}});
  schema["if"] = {{"properties", {{"measure", {{"enum", by_contrast}}}}}};
  schema["then"] = {{"required", {"contrast"}}};
  schema["else"] = {{"properties", {{"contrast", false}}}};
  return schema;
}

} // namespace pursuit
