#include "experiment/read_requests.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/read_expectations.hpp"
#include "experiment/read_figures.hpp"
#include "experiment/read_stages.hpp"
#include "experiment/words.hpp"
#include "experiment/yaml_value.hpp"

namespace pursuit {

namespace {

// A setting of `evaluate`: a whole number.
void read_setting(const Fields &fields, const char *key, std::int64_t &target, Faults &faults) {
  const Value *value = fields.get(key);
  if (value == nullptr) return;
  const auto [least, most] = std::get<form::Whole>(k_evaluate.find(key)->form);
  const double number = *number_of(*value);
  if (number < static_cast<double>(least) || number > static_cast<double>(most)) {
    faults.add(value->where,
               fmt::format("evaluate: {}: {} is out of range", key, shown(value->text)),
               fmt::format("it goes from {} to {}", least, most));
    return;
  }
  target = static_cast<std::int64_t>(number);
}

// data: {synthetic: {seed: 3}}; 1 where it says nothing.
std::uint64_t synthetic_seed_in(const Value &root) {
  const Value *value = root.find("data");
  for (const char *key : {"synthetic", "seed"}) {
    if (value != nullptr) value = value->find(key);
  }
  const std::int64_t *seed = value != nullptr ? std::get_if<std::int64_t>(&value->data) : nullptr;
  return seed != nullptr ? static_cast<std::uint64_t>(*seed) : 1;
}

Evaluate read_settings(const Value &value, Faults &faults) {
  Evaluate evaluate;
  const Fields fields(value, {&k_evaluate}, "evaluate", faults);
  read_setting(fields, "trials", evaluate.trials, faults);
  read_setting(fields, "window_ms", evaluate.window_ms, faults);
  read_setting(fields, "shuffles", evaluate.shuffles, faults);
  fields.finish();
  return evaluate;
}

bool asks_for_shuffles(const Value *figures) {
  if (figures == nullptr || figures->sequence() == nullptr) return false;
  return std::any_of(
      figures->sequence()->begin(), figures->sequence()->end(), [](const Value &item) {
        return item.text == "shuffle_control" || item.find("shuffle_control") != nullptr;
      });
}

} // namespace

Evaluate read_evaluate(const Value &root, Faults &faults) {
  constexpr std::int64_t k_shuffles_of_figure = 100;
  const Value *written = root.find("evaluate");
  const bool is_set = written != nullptr && written->find("shuffles") != nullptr;
  Evaluate evaluate = written != nullptr ? read_settings(*written, faults) : Evaluate{};
  if (!is_set && asks_for_shuffles(root.find("figures"))) evaluate.shuffles = k_shuffles_of_figure;
  return evaluate;
}

Requests read_requests(const std::string &resolved_json) {
  Faults faults;
  const std::optional<Value> root = read_yaml(resolved_json, "the resolved experiment", faults);
  Requests requests;
  if (root.has_value() && root->mapping() != nullptr) {
    const Fields fields(*root, {&k_file}, "the file", faults, "");
    StageKinds kinds;
    if (const Value *stages = root->find("stages")) kinds = read_stage_kinds(*stages, faults);
    requests.evaluate = read_evaluate(*root, faults);
    if (const Value *value = fields.get("figures"))
      requests.figures = read_figures(*value, kinds, faults, true);
    if (const Value *value = fields.get("expect"))
      requests.expect = read_expectations(*value, kinds, faults);
    requests.synthetic_seed = synthetic_seed_in(*root);
  }
  faults.throw_if_any();
  return requests;
}

} // namespace pursuit
