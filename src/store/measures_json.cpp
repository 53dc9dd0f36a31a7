#include "store/measures.hpp"

#include <limits>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/json_fault.hpp"
#include "store/pieces_json.hpp"

namespace pursuit {

namespace {

double read_number(const Json &json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

} // namespace

Json measures_to_json(const Measures &measures) {
  Json json = Json::object();
  for (const Measure &row : measure_table()) {
    const std::string name(row.name);
    if (row.single != nullptr) {
      if (const std::optional<double> &value = measures.*row.single)
        json[name] = number_json(*value);
    } else if (row.by_contrast != nullptr && measures.*row.by_contrast) {
      const std::optional<ByContrast> &pair = measures.*row.by_contrast;
      json[name] = {{"high", number_json(pair->high)}, {"low", number_json(pair->low)}};
    }
  }
  Json reasons = Json::object();
  for (const auto &[name, reason] : measures.null_because) reasons[name] = reason;
  json["null_because"] = std::move(reasons);
  return json;
}

Measures read_measures(const Json &json) {
  Measures measures;
  for (const Measure &row : measure_table()) {
    const Json::const_iterator found = json.find(std::string(row.name));
    if (found == json.end()) continue;
    if (row.single != nullptr) {
      measures.*row.single = read_number(*found);
    } else if (row.by_contrast != nullptr) {
      measures.*row.by_contrast =
          ByContrast{read_number(found->at("high")), read_number(found->at("low"))};
    }
  }
  for (const auto &[name, reason] : json.at("null_because").items()) {
    measures.null_because.emplace_back(name, reason.get<std::string>());
  }
  return measures;
}

std::string measures_json(const Measures &measures) {
  return json_text(measures_to_json(measures));
}

Measures parse_measures(const std::string &json) {
  try {
    return read_measures(parse_json(json));
  } catch (const nlohmann::json::exception &error) {
    throw RunError(fmt::format("not measures: {}", json_fault(error.what())));
  }
}

} // namespace pursuit
