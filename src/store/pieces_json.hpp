// Pieces of JSON that run.json, result.json and manifest.json share. Only for the *_json.cpp of
// this folder.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"
#include "store/manifest.hpp"

namespace pursuit {

using Json = nlohmann::ordered_json; // keys in the order they were added, so files read well

// The text, with bytes that are no UTF-8 (of a path, of a worker's last words) as base/utf8.hpp says; `indent` -1: on one
// line.
std::string json_text(const Json &json, int indent = -1);
// The inverse. Throws nlohmann::json::exception.
Json parse_json(std::string_view text);

// An object with room for `members`, and a further member whose key is not yet there: without the
// search and the growing of operator[], which is half the time of writing a large manifest.
Json object_of(std::size_t members);
void add(Json &object, std::string_view key, Json value);

// {mode, stage, activation (null in stage 1), the table's parameters, seed}; gain is null where it
// is unknown.
Json parameters_json(const RunSpec &spec);
// The inverse; a parameter of a later version than the record's is at its default. The readers below too. All throw RunError or nlohmann::json::exception.
void read_parameters(const Json &json, RunSpec &spec);

// A whole number without ".0"; null where it is not finite.
Json number_json(double value);
// Text, or null where it is empty.
Json text_or_null(const std::string &text);
std::string read_text_or_null(const Json &json);
template <class Value> Json or_null(const std::optional<Value> &value) {
  return value ? Json(*value) : Json(nullptr);
}
// Also where an older record lacks the key.
template <class Value>
void read_or_null(const Json &json, const char *key, std::optional<Value> &value) {
  const Json::const_iterator found = json.find(key);
  if (found != json.end() && !found->is_null()) value = found->get<Value>();
}
double read_seconds(const Json &json); // a length of time: a damaged one would spoil every estimate
RunState read_state(const Json &json);
Json pack_json(const Pack &pack);
Pack read_pack(const Json &json); // size: at least 1

Json parent_file_json(const OutsideModel &file); // null where there is none
// Both together; in stage 2 there is a parent, in stage 1 there is none.
void read_parent(const Json &id, const Json &file, RunSpec &spec);
Json model_file_json(const std::optional<ModelFile> &file);
// A record cannot lead out of the output folder. Throws RunError.
void refuse_outside(const std::string &recorded, const std::string &what);
std::optional<ModelFile> read_model_file(const Json &json); // inside the output folder
Json loss_json(const std::optional<LossSummary> &loss);
std::optional<LossSummary> read_loss(const Json &json);
Json attempts_to_json(const std::vector<Attempt> &attempts);
std::vector<Attempt> read_attempts(const Json &json);
Json measures_to_json(const Measures &measures);
Measures read_measures(const Json &json);

} // namespace pursuit
