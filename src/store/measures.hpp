// What is known of a finished network beyond its losses (SPEC section 9): in the manifest, in a run's evaluation.json,
// and what `pursuit-run evaluate` prints. Plain values; src/measure computes them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pursuit {

// NaN: it could not be measured (null in JSON, with a reason in Measures::null_because).
struct ByContrast {
  double high = 0, low = 0;
};

// Absent: it has no meaning for this kind of network.
struct Measures {
  std::optional<ByContrast> bias; // toward the prior, degrees
  std::optional<ByContrast>
      direction_sd; // circular, over trials; mean of the three directions, degrees
  std::optional<ByContrast> direction_error; // mean absolute, over the days, degrees
  std::optional<ByContrast> fwhm;            // of the population's tuning, degrees
  std::optional<ByContrast> behaviour_bias;  // of the data, degrees
  std::optional<ByContrast> onset_ms;        // of the mean velocity at 0 degrees
  std::optional<ByContrast> open_loop_bias;  // from the first 100 ms after the onset, degrees
  std::optional<ByContrast> observer_bias; // of a Bayesian observer with this direction_sd, degrees
  std::optional<ByContrast> bias_without_cue; // prior_input, degrees
  std::optional<ByContrast> shuffled_bias; // stage 2: mean over shuffles of the parameter, degrees
  std::optional<ByContrast> uniform_bias;  // stage 2: every unit has the parameter's mean, degrees
  std::optional<double> silent_units;
  std::optional<double>
      parameter_amplitude; // stage 2: cosine fit of the parameter over preferred direction
  std::optional<double> parameter_phase; // and where it is greatest, degrees
  std::vector<std::pair<std::string, std::string>> null_because; // "fwhm.low": "..."
};

// The one table of measures: JSON, CSV, list and expectations read it.
struct MeasureRow {
  std::string_view name;  // as in the manifest
  std::string_view label; // of a column, with its unit: "bias_deg"; "_high", "_low" are added
  std::string_view help;
  std::optional<ByContrast> Measures::*by_contrast = nullptr; // one of the two
  std::optional<double> Measures::*single = nullptr;
};
std::span<const MeasureRow> measure_rows();

// {"bias": {"high": 0.1, "low": 4.6}, ..., "null_because": {...}} on one line.
std::string measures_json(const Measures &measures);
// The inverse; keys of later versions are passed over. Throws RunError.
Measures parse_measures(const std::string &json);

// The value, if the network has it and it is known. `contrast` "high" or "low"; "" for measures that have none.
std::optional<double> measure_value(const Measures &measures, std::string_view name,
                                    std::string_view contrast);

// (column, value): "bias_deg_high" .., every column of the table whatever the network has.
std::vector<std::pair<std::string, std::optional<double>>>
measure_columns(const Measures &measures);

} // namespace pursuit
