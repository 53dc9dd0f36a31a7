#include "experiment/experiment_schema_json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/number.hpp"
#include "experiment/form_schema_json.hpp"
#include "experiment/mapping_tables.hpp"
#include "experiment/measures.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

std::string default_text(const ParameterValue &value) {
  if (const ActivationBound *bound = std::get_if<ActivationBound>(&value)) return to_text(*bound);
  return shortest_number(std::get<double>(value));
}

std::string description_of(const Parameter &parameter) {
  std::string text(parameter.help);
  if (!parameter.unit.empty()) text += fmt::format(", in {}", parameter.unit);
  if (parameter.default_value.has_value())
    text += fmt::format(" (default {})", default_text(*parameter.default_value));
  if (!parameter.in_stage_2) text += "; stage 2 takes it from its parent";
  if (!parameter.in_stage_1) text += "; stage 2 only";
  return text;
}

// Several names joined by +; each at most once is for the program to say.
std::string activation_set_pattern() {
  const std::string name = fmt::format("({})", fmt::join(activation_words(), "|"));
  return fmt::format("^{0}( *[+] *{0})+$", name);
}

// One value of a parameter.
Json value_schema(const Parameter &parameter) {
  Json schema = {{"description", description_of(parameter)}};
  if (is_word(parameter)) {
    schema["anyOf"] = {{{"enum", activation_words()}},
                       {{"type", "string"}, {"pattern", activation_set_pattern()}}};
    return schema;
  }
  if (is_bound(parameter)) {
    const Json number = {
        {"type", "number"}, {"minimum", parameter.minimum}, {"maximum", parameter.maximum}};
    Json by_name = {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", false}};
    for (const std::string &word : activation_words()) by_name["properties"][word] = number;
    schema["anyOf"] = {number, {{"type", "null"}}, by_name};
    return schema;
  }
  const auto bound = [&](double number) {
    return is_whole(parameter) ? Json(static_cast<std::int64_t>(number)) : Json(number);
  };
  schema["type"] = is_whole(parameter) ? "integer" : "number";
  schema[parameter.minimum_excluded ? "exclusiveMinimum" : "minimum"] = bound(parameter.minimum);
  schema["maximum"] = bound(parameter.maximum);
  return schema;
}

// A sweep (or a when entry) in which the axis of this kind sets the parameter.
Json on_axis(const FormSchema &schema, const std::string &axis, const Parameter &parameter) {
  Json names_it = {{"anyOf", {{{"required", {parameter.key}}}}}};
  if (!parameter.alias.empty()) names_it["anyOf"].push_back({{"required", {parameter.alias}}});
  if (axis == "list") names_it = {{"contains", names_it}};
  if (axis == "when") {
    Json entry = {{"anyOf", Json::array()}};
    for (const char *inner : {"grid", "zip", "list"})
      entry["anyOf"].push_back(schema.ref(fmt::format("{}_on_{}", parameter.key, inner)));
    names_it = {{"contains", entry}};
  }
  return {{"required", {axis}}, {"properties", {{axis, names_it}}}};
}

// Definitions of sweeps that have one parameter on two axes.
void add_twice(Json &defs, const FormSchema &schema, const Parameter &parameter) {
  const std::vector<std::string> axes_of = {"grid", "zip", "list", "when"};
  Json pairs = Json::array();
  for (std::size_t a = 0; a < axes_of.size(); ++a) {
    const std::string first = fmt::format("{}_on_{}", parameter.key, axes_of[a]);
    defs[first] = on_axis(schema, axes_of[a], parameter);
    for (std::size_t b = a + 1; b < axes_of.size(); ++b)
      pairs.push_back(
          {{"allOf",
            {schema.ref(first), schema.ref(fmt::format("{}_on_{}", parameter.key, axes_of[b]))}}});
  }
  defs[fmt::format("{}_twice", parameter.key)] = {{"anyOf", pairs}};
}

Json either_stage(bool is_whole) {
  const FormSchema schema{is_whole};
  const Json first = schema.ref("stage_1"), second = schema.ref("stage_2");
  // In a part, `stage` itself may be elsewhere: then either will do.
  if (!is_whole) return {{"anyOf", {first, second}}};
  return {{"if", {{"properties", {{"stage", {{"const", 2}}}}}, {"required", {"stage"}}}},
          {"then", second},
          {"else", first}};
}

Json definitions(bool is_whole) {
  const FormSchema schema{is_whole};
  const auto list_of = [&](const std::string &name, bool is_numeric) {
    return FormSchema{is_whole, {}, name}.of(is_numeric ? k_number_list : k_list);
  };
  Json defs = Json::object();
  for (const Key &key : k_definitions) defs[std::string(key.name)] = schema.of(key);
  for (const Parameter &parameter : parameters()) {
    const std::string key(parameter.key);
    defs[key] = value_schema(parameter);
    defs[key + "_list"] = list_of(key, is_number(parameter));
    if (is_whole) add_twice(defs, schema, parameter);
  }
  defs["seed_list"] = list_of("seed", true);
  defs["match_1"] = FormSchema{is_whole, 1}.of(k_match);
  defs["match_any"] = schema.of(k_match);
  for (const int stage : {1, 2}) {
    defs[fmt::format("sweep_{}", stage)] = FormSchema{is_whole, stage}.of(k_sweep);
    defs[fmt::format("stage_{}", stage)] = FormSchema{is_whole, stage}.of(k_stage);
  }
  defs["stage"] = either_stage(is_whole);
  return defs;
}

Json options_schema(const std::string &figure) {
  std::vector<Key> keys;
  for (const std::string &option : figure_option_words(figure))
    keys.push_back(*k_figure_options.find(option));
  const Mapping options = {keys};
  Json schema = FormSchema{true}.of(options);
  if (options.find("measure") == nullptr) return schema;
  std::vector<std::string> without_contrast_beside;
  for (const MeasureColumn &column : measure_columns())
    without_contrast_beside.push_back(column.name());
  schema["if"] = {{"properties", {{"measure", {{"enum", without_contrast_beside}}}}},
                  {"required", {"measure"}}};
  schema["then"] = {{"properties", {{"contrast", false}}}};
  return schema;
}

Json figure_schema() {
  Json properties = Json::object();
  for (const std::string &figure : figure_words()) properties[figure] = options_schema(figure);
  return {{"anyOf",
           {{{"enum", figure_words()}},
            {{"type", "object"},
             {"properties", properties},
             {"additionalProperties", false},
             {"minProperties", 1},
             {"maxProperties", 1}}}}};
}

Json expectation_schema() {
  std::vector<std::string> by_contrast;
  for (const Measure &measure : measure_table()) {
    if (measure.by_contrast != nullptr) by_contrast.emplace_back(measure.name);
  }
  Json schema = FormSchema{true}.of(k_expectation);
  schema["if"] = {{"properties", {{"measure", {{"enum", by_contrast}}}}}};
  schema["then"] = {{"required", {"contrast"}}};
  schema["else"] = {{"properties", {{"contrast", false}}}};
  return schema;
}

} // namespace

std::string experiment_schema() {
  const Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"title", "pursuit-experiment/1"},
                       {"description", "An experiment file of pursuit"},
                       {"type", "object"},
                       {"if", {{"required", {"include"}}}},
                       {"then", FormSchema{false}.of(k_file)},
                       {"else", FormSchema{true}.of(k_file)},
                       {"$defs",
                        {{"figure", figure_schema()},
                         {"expectation", expectation_schema()},
                         {"whole", definitions(true)},
                         {"part", definitions(false)}}}};
  return schema.dump(2) + "\n";
}

} // namespace pursuit
