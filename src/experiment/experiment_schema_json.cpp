#include "experiment/experiment_schema_json.hpp"

#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/number.hpp"
#include "experiment/experiment.hpp"
#include "experiment/parameters.hpp"
#include "experiment/read_values.hpp"
#include "experiment/requests_schema_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

Json whole_number(std::int64_t low, std::int64_t high) {
  return {{"type", "integer"}, {"minimum", low}, {"maximum", high}};
}

Json described_as(const std::string &text, const Json &schema) {
  Json result = {{"description", text}};
  result.update(schema);
  return result;
}

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

// Which parameters a place may name.
enum class Place { stage_1, stage_2, matched_in_stage_1, anywhere };

bool has_place(const Parameter &parameter, Place place) {
  switch (place) {
  case Place::stage_1:
  case Place::matched_in_stage_1:
    return parameter.in_stage_1;
  case Place::stage_2:
    return parameter.in_stage_2;
  case Place::anywhere:
    return true;
  }
  return false;
}

// Builds one set of definitions: "whole" for a file that stands alone, or "part" for one with `include`, whose missing keys
// may stand in the included files (there nothing is required).
class Definitions {
public:
  explicit Definitions(bool whole) : whole_(whole), prefix_(whole ? "whole" : "part") {}

  Json all() {
    Json defs = Json::object();
    defs["seed"] = described_as("Every random number of a run follows from its seed",
                                whole_number(0, std::numeric_limits<std::int64_t>::max()));
    for (const Parameter &parameter : parameters()) {
      const std::string key(parameter.key);
      defs[key] = value_schema(parameter);
      defs[key + "_list"] = list_of(key, is_number(parameter));
      if (whole_) add_twice(defs, parameter);
    }
    defs["seed_list"] = list_of("seed", true);
    defs["seeds"] = seeds();
    defs["match_1"] = match(Place::matched_in_stage_1);
    defs["match_any"] = match(Place::anywhere);
    defs["sweep_1"] = sweep(Place::stage_1, "match_1");
    defs["sweep_2"] = sweep(Place::stage_2, "match_any");
    defs["needs"] = needs();
    defs["stage_1"] = stage(Place::stage_1);
    defs["stage_2"] = stage(Place::stage_2);
    defs["stage"] = either_stage();
    defs["data"] = data();
    return defs;
  }

  Json file() {
    Json properties = {
        {"format", {{"const", "pursuit-experiment/1"}}},
        {"name", described_as("Also the name of the experiment's folder",
                              {{"type", "string"},
                               {"pattern", "^[a-z0-9_-]{1,100}$"},
                               {"not", {{"enum", {"models", "runs"}}}}})},
        {"description", described_as("What the experiment asks", {{"type", "string"}})},
        {"data", ref("data")},
        {"output_dir",
         described_as("Where results go, relative to the current folder",
                      {{"type", "string"}, {"minLength", 1}, {"default", "results"}})},
        {"include", include()},
        {"defaults", described_as("Parameters of every stage in which they have a meaning",
                                  settings(Place::anywhere, Json::object(), {}))},
        {"stages", stages()},
        {"evaluate", object({{"trials", whole_number(1, k_most_evaluation_trials)},
                             {"window_ms", whole_number(1, k_longest_window_ms)},
                             {"shuffles", whole_number(0, k_most_shuffles)}},
                            {})},
        {"figures",
         list_of_entries("Drawn when the training is done", {{"$ref", "#/$defs/figure"}})},
        {"expect", list_of_entries("Claims about the trained networks, checked then",
                                   {{"$ref", "#/$defs/expectation"}})}};
    return object(properties, {"format", "name", "stages"});
  }

private:
  static Json list_of_entries(const std::string &text, const Json &entry) {
    return {{"description", text}, {"type", "array"}, {"items", entry}};
  }

  Json ref(const std::string &name) const {
    return {{"$ref", fmt::format("#/$defs/{}/{}", prefix_, name)}};
  }

  Json object(const Json &properties, const std::vector<std::string> &required) const {
    Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
    if (whole_ && !required.empty()) schema["required"] = required;
    return schema;
  }

  Json not_empty(Json schema) const {
    if (whole_) schema["minProperties"] = 1;
    return schema;
  }

  Json list_of(const std::string &name, bool numeric) const {
    const Json written = {{"type", "array"}, {"items", ref(name)}, {"minItems", 1}};
    if (!numeric) return written;
    const Json number = {{"type", "number"}};
    const Json positive = {{"type", "number"}, {"exclusiveMinimum", 0}};
    const auto spaced = [](const Json &end) {
      return Json{{"type", "array"},
                  {"prefixItems", Json::array({end, end, whole_number(1, k_most_points)})},
                  {"minItems", 3},
                  {"maxItems", 3}};
    };
    const Json step = {{"type", "number"}, {"not", {{"const", 0}}}};
    return {{"anyOf",
             {written,
              object({{"from", ref(name)}, {"to", number}, {"step", step}}, {"from", "to", "step"}),
              object({{"linspace", spaced(ref(name))}}, {"linspace"}),
              object({{"geomspace", spaced(positive)}}, {"geomspace"})}}};
  }

  Json seeds() const {
    return {{"description", "Every point is trained once with each seed"},
            {"anyOf",
             {object({{"from", ref("seed")}, {"count", whole_number(1, k_most_points)}},
                     {"from", "count"}),
              ref("seed_list")}}};
  }

  // Adds a parameter's key, and its alias; both at once are a fault.
  void add_parameter(Json &schema, const Parameter &parameter, const Json &value) const {
    schema["properties"][std::string(parameter.key)] = value;
    if (parameter.alias.empty()) return;
    schema["properties"][std::string(parameter.alias)] = value;
    schema["not"] = {{"required", {parameter.key, parameter.alias}}};
  }

  // Parameters set to one value each, beside other properties.
  Json settings(Place place, const Json &properties,
                const std::vector<std::string> &required) const {
    Json schema = object(properties, required);
    for (const Parameter &parameter : parameters()) {
      if (has_place(parameter, place))
        add_parameter(schema, parameter, ref(std::string(parameter.key)));
    }
    return schema;
  }

  Json columns(Place place) const {
    Json schema = not_empty(object(Json::object(), {}));
    for (const Parameter &parameter : parameters()) {
      if (has_place(parameter, place))
        add_parameter(schema, parameter, ref(std::string(parameter.key) + "_list"));
    }
    return schema;
  }

  Json match(Place place) const {
    const auto one_or_list = [&](const std::string &key) {
      return Json{{"anyOf", {ref(key), ref(key + "_list")}}};
    };
    Json schema = not_empty(object({{"seed", one_or_list("seed")}}, {}));
    for (const Parameter &parameter : parameters()) {
      if (has_place(parameter, place))
        add_parameter(schema, parameter, one_or_list(std::string(parameter.key)));
    }
    return schema;
  }

  Json axes(Place place) const {
    return {{"grid", described_as("Every combination; the first key is slowest", columns(place))},
            {"zip", described_as("Lists of equal length, taken together", columns(place))},
            {"list", described_as("Explicit points",
                                  {{"type", "array"},
                                   {"minItems", 1},
                                   {"items", not_empty(settings(place, Json::object(), {}))}})}};
  }

  // A sweep (or a when entry) in which the axis of this kind sets the parameter.
  Json on_axis(const std::string &axis, const Parameter &parameter) const {
    Json names_it = {{"anyOf", {{{"required", {parameter.key}}}}}};
    if (!parameter.alias.empty()) names_it["anyOf"].push_back({{"required", {parameter.alias}}});
    if (axis == "list") names_it = {{"contains", names_it}};
    if (axis == "when") {
      Json entry = {{"anyOf", Json::array()}};
      for (const char *inner : {"grid", "zip", "list"})
        entry["anyOf"].push_back(ref(fmt::format("{}_on_{}", parameter.key, inner)));
      names_it = {{"contains", entry}};
    }
    return {{"required", {axis}}, {"properties", {{axis, names_it}}}};
  }

  // Definitions of sweeps that have one parameter on two axes.
  void add_twice(Json &defs, const Parameter &parameter) const {
    const std::vector<std::string> axes_of = {"grid", "zip", "list", "when"};
    Json pairs = Json::array();
    for (std::size_t a = 0; a < axes_of.size(); ++a) {
      const std::string first = fmt::format("{}_on_{}", parameter.key, axes_of[a]);
      defs[first] = on_axis(axes_of[a], parameter);
      for (std::size_t b = a + 1; b < axes_of.size(); ++b)
        pairs.push_back(
            {{"allOf", {ref(first), ref(fmt::format("{}_on_{}", parameter.key, axes_of[b]))}}});
    }
    defs[fmt::format("{}_twice", parameter.key)] = {{"anyOf", pairs}};
  }

  // Forbids any parameter on two axes. In a part, an axis may be replaced: nothing can be said.
  void forbid_twice(Json &schema, Place place) const {
    if (!whole_) return;
    Json any = Json::array();
    for (const Parameter &parameter : parameters()) {
      if (has_place(parameter, place)) any.push_back(ref(fmt::format("{}_twice", parameter.key)));
    }
    schema["not"] = {{"anyOf", any}};
  }

  Json sweep(Place place, const std::string &match_name) const {
    Json properties = axes(place);
    Json when_properties = {{"match", ref(match_name)}};
    when_properties.update(axes(place));
    Json when = object(when_properties, {"match"});
    forbid_twice(when, place);
    if (whole_) when["minProperties"] = 2;
    const Json set = not_empty(settings(place, Json::object(), {}));
    properties["when"] = list_of_entries("Further axes for matching points", when);
    properties["exclude"] =
        list_of_entries("Drops the points that match all keys", ref(match_name));
    properties["override"] =
        list_of_entries("Sets parameters of matching points",
                        object({{"match", ref(match_name)}, {"set", set}}, {"match", "set"}));
    Json schema = not_empty(object(properties, {}));
    forbid_twice(schema, place);
    return schema;
  }

  Json needs() const {
    const Json name = {{"type", "string"}, {"minLength", 1}};
    return {{"description", "The finished networks that a stage 2 extends"},
            {"anyOf",
             {name, object({{"stage", name}, {"where", ref("match_1")}}, {"stage"}),
              object({{"files", name}}, {"files"})}}};
  }

  Json stage(Place place) const {
    const bool second = place == Place::stage_2;
    Json properties = {{"mode", {{"enum", mode_words()}}},
                       {"stage", {{"const", second ? 2 : 1}}},
                       {"sweep", ref(second ? "sweep_2" : "sweep_1")},
                       {"seeds", ref("seeds")}};
    if (!second) return settings(place, properties, {"mode", "stage"});
    properties["mode"] = {{"const", "activation"}};
    properties["needs"] = ref("needs");
    return settings(place, properties, {"mode", "stage", "needs"});
  }

  Json either_stage() const {
    // In a part, `stage` itself may be elsewhere: then either will do.
    if (!whole_) return {{"anyOf", {ref("stage_1"), ref("stage_2")}}};
    return {{"if", {{"properties", {{"stage", {{"const", 2}}}}}, {"required", {"stage"}}}},
            {"then", ref("stage_2")},
            {"else", ref("stage_1")}};
  }

  Json stages() const {
    Json schema = {{"description", "Families of runs by name"},
                   {"type", "object"},
                   {"propertyNames", {{"pattern", "^[A-Za-z0-9_-]{1,64}$"}}},
                   {"additionalProperties", ref("stage")}};
    return not_empty(schema);
  }

  Json data() const {
    const Json synthetic = object({{"seed", ref("seed")}}, {});
    return {{"description", "synthetic, or a file with recorded behaviour, relative to this file"},
            {"anyOf",
             {{{"type", "string"}, {"minLength", 1}},
              object({{"synthetic", synthetic}}, {"synthetic"})}}};
  }

  static Json include() {
    const Json name = {{"type", "string"}, {"minLength", 1}};
    return {{"description", "Files below this one's own keys, relative to this file"},
            {"anyOf", {name, {{"type", "array"}, {"items", name}}}}};
  }

  bool whole_;
  std::string prefix_;
};

} // namespace

std::string experiment_schema() {
  Definitions whole(true);
  Definitions part(false);
  const Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"title", "pursuit-experiment/1"},
                       {"description", "An experiment file of pursuit"},
                       {"type", "object"},
                       {"if", {{"required", {"include"}}}},
                       {"then", part.file()},
                       {"else", whole.file()},
                       {"$defs",
                        {{"figure", figure_schema()},
                         {"expectation", expectation_schema()},
                         {"whole", whole.all()},
                         {"part", part.all()}}}};
  return schema.dump(2) + "\n";
}

} // namespace pursuit
