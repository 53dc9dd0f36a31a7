#include "store/measures.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "store/pieces_json.hpp"

namespace pursuit {

namespace {

constexpr std::array k_rows = {
    MeasureRow{"bias", "bias_deg", "toward the prior", &Measures::bias},
    MeasureRow{"direction_sd", "direction_sd_deg", "circular SD of direction over trials",
               &Measures::direction_sd},
    MeasureRow{"direction_error", "direction_error_deg",
               "mean over the days of |output direction - target direction|",
               &Measures::direction_error},
    MeasureRow{"fwhm", "tuning_fwhm_deg", "width of the population's tuning at half height",
               &Measures::fwhm},
    MeasureRow{"silent_units", "silent_units", "units that answer to no direction", nullptr,
               &Measures::silent_units},
    MeasureRow{"behaviour_bias", "behaviour_bias_deg", "of the data, toward the prior",
               &Measures::behaviour_bias},
    MeasureRow{"onset_ms", "onset_ms", "when the mean speed reaches a tenth of its maximum",
               &Measures::onset_ms},
    MeasureRow{"open_loop_bias", "open_loop_bias_deg", "bias in the first 100 ms after the onset",
               &Measures::open_loop_bias},
    MeasureRow{"observer_bias", "observer_bias_deg",
               "bias of a Bayesian observer with this network's direction SD",
               &Measures::observer_bias},
    MeasureRow{"bias_without_cue", "bias_without_cue_deg", "prior_input: bias with the cue at 0",
               &Measures::bias_without_cue},
    MeasureRow{"parameter_amplitude", "parameter_amplitude",
               "stage 2: cosine fit of the trained parameter over preferred direction", nullptr,
               &Measures::parameter_amplitude},
    MeasureRow{"parameter_phase", "parameter_phase_deg",
               "stage 2: preferred direction at which the trained parameter is greatest", nullptr,
               &Measures::parameter_phase},
    MeasureRow{"shuffled_bias", "shuffled_bias_deg",
               "stage 2: mean bias with the trained parameter permuted over units",
               &Measures::shuffled_bias},
    MeasureRow{"uniform_bias", "uniform_bias_deg",
               "stage 2: bias with the trained parameter's mean in every unit",
               &Measures::uniform_bias},
};

double read_number(const Json &json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

std::optional<double> known(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

std::span<const MeasureRow> measure_rows() { return k_rows; }

Json measures_to_json(const Measures &measures) {
  Json json = Json::object();
  for (const MeasureRow &row : k_rows) {
    const std::string name(row.name);
    if (row.single != nullptr) {
      if (const std::optional<double> &value = measures.*row.single)
        json[name] = number_json(*value);
    } else if (const std::optional<ByContrast> &pair = measures.*row.by_contrast) {
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
  for (const MeasureRow &row : k_rows) {
    const Json::const_iterator found = json.find(std::string(row.name));
    if (found == json.end()) continue;
    if (row.single != nullptr) {
      measures.*row.single = read_number(*found);
    } else {
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
    throw RunError(fmt::format("not measures: {}", error.what()));
  }
}

std::optional<double> measure_value(const Measures &measures, std::string_view name,
                                    std::string_view contrast) {
  for (const MeasureRow &row : k_rows) {
    if (row.name != name) continue;
    if (row.single != nullptr) {
      const std::optional<double> &value = measures.*row.single;
      return value ? known(*value) : std::nullopt;
    }
    const std::optional<ByContrast> &pair = measures.*row.by_contrast;
    if (!pair) return std::nullopt;
    return known(contrast == "high" ? pair->high : pair->low);
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::optional<double>>>
measure_columns(const Measures &measures) {
  std::vector<std::pair<std::string, std::optional<double>>> columns;
  for (const MeasureRow &row : k_rows) {
    if (row.single != nullptr) {
      columns.emplace_back(row.label, measure_value(measures, row.name, ""));
      continue;
    }
    for (const char *contrast : {"high", "low"}) {
      columns.emplace_back(fmt::format("{}_{}", row.label, contrast),
                           measure_value(measures, row.name, contrast));
    }
  }
  return columns;
}

} // namespace pursuit
