#include "cli/run_facts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/byte_json.hpp"
#include "base/number.hpp"
#include "plan/describe.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json &value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? shortest_number(value.get<double>()) : dump_bytes(value);
}

// A leaf a fact; the names of what it stands under come first.
void add_leaves(std::vector<Fact> &facts, const std::string &name, const Json &value) {
  if (!value.is_object()) {
    facts.push_back({name, text_of(value)});
    return;
  }
  for (const auto &[key, member] : value.items()) add_leaves(facts, name + " " + key, member);
}

void add_last_attempt(std::vector<Fact> &facts, const Json &attempts) {
  facts.push_back({"attempts", std::to_string(attempts.size())});
  if (attempts.empty()) return;
  for (const char *key : {"host", "device", "error"})
    facts.push_back({key, text_of(attempts.back().value(key, Json()))});
}

} // namespace

std::vector<Fact> run_facts(const RunSpec &spec, const std::string &run_json) {
  std::vector<Fact> facts;
  for (const auto &[name, text] : run_parameters(spec))
    facts.push_back({name == "stage" ? "training stage" : name, text});
  facts.push_back({"data sha256", spec.data_sha256});
  facts.push_back({"numerics", spec.numerics});
  facts.push_back({"parent", spec.parent_id});
  facts.push_back({"parent file", spec.parent_file.path});
  facts.push_back({"parent file sha256", spec.parent_file.sha256});
  const Json run = parse_bytes<Json>(run_json);
  facts.push_back({"state", text_of(run.value("state", Json()))});
  for (const char *key : {"model", "loss", "measures"})
    add_leaves(facts, key, run.value(key, Json()));
  facts.push_back({"diverged", text_of(run.value("diverged", Json()))});
  facts.push_back({"seconds", text_of(run.value("seconds", Json()))});
  add_last_attempt(facts, run.value("attempts", Json::array()));
  return facts;
}

std::vector<FactPair> side_by_side(const std::vector<Fact> &left, const std::vector<Fact> &right) {
  const auto find = [](const std::vector<Fact> &facts, const std::string &name) {
    return std::find_if(facts.begin(), facts.end(),
                        [&](const Fact &fact) { return fact.name == name; });
  };
  std::vector<FactPair> pairs;
  for (const Fact &fact : left) {
    const auto other = find(right, fact.name);
    pairs.push_back({fact.name, fact.value, other == right.end() ? "" : other->value});
  }
  for (const Fact &fact : right) {
    if (find(left, fact.name) == left.end()) pairs.push_back({fact.name, "", fact.value});
  }
  return pairs;
}

std::string diff_json(const std::vector<FactPair> &pairs, const std::string &left_id,
                      const std::string &right_id) {
  const auto value = [](const std::string &text) { return text.empty() ? Json() : Json(text); };
  Json equal = Json::object(), different = Json::object();
  for (const FactPair &pair : pairs) {
    if (pair.left != pair.right) {
      different[pair.name] = {value(pair.left), value(pair.right)};
    } else if (!pair.left.empty()) {
      equal[pair.name] = pair.left;
    }
  }
  const Json json = {{"runs", {left_id, right_id}}, {"different", different}, {"equal", equal}};
  return dump_bytes(json, 2) + "\n";
}

} // namespace pursuit
