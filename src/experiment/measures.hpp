// What is known of a finished network, and the one table of it: claims, figures, `--where`, list, CSV, report and schemas
// read it. Adding a measure is one row in measures.cpp, one member here, and the line in src/measure that takes it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/activation.hpp"

namespace pursuit {

// NaN: it could not be measured (null in JSON, with a reason in Measures::null_because).
struct ByContrast {
  double high = 0, low = 0;
};

// From what the network does on trials of its own. Absent: it has no meaning for this kind of network.
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
  // The same of each of several parameters that were trained together.
  std::optional<double> amplitude_input_gain, amplitude_threshold, amplitude_response_gain;
  std::optional<double> phase_input_gain, phase_threshold, phase_response_gain;
  std::vector<std::pair<std::string, std::string>> null_because; // "fwhm.low": "..."
};

// Of its training: the losses of a run that had trials.
struct LossSummary {
  double first = 0, last = 0, mean_last_200 = 0;
};

// Which networks can have a measure: one_parameter of stage 2 that trained one, set of stage 2 that trained several.
enum class MeasuredOf { all, trained, one_parameter, set, shuffled, prior_input };

struct Measure {
  std::string_view name;  // as in the manifest and in claims; a column's has _high, _low as well
  std::string_view unit;  // "degrees", "ms"; "" where there is none
  std::string_view label; // on axes, without the unit
  std::string_view help;
  std::string_view old_column; // what lists called it once, without _high, _low; "": the same
  MeasuredOf of = MeasuredOf::all;
  Activation parameter{}; // `of` is set: of sets that this one is in
  std::optional<ByContrast> Measures::*by_contrast = nullptr; // one of the three
  std::optional<double> Measures::*single = nullptr;
  double LossSummary::*loss = nullptr;
};
std::span<const Measure> measure_table();

// A measure of one contrast, or one that has none: what a column holds and an axis shows. `contrast` is "high", "low" or
// "".
struct MeasureColumn {
  const Measure *measure = nullptr;
  std::string_view contrast;
  std::string name() const;       // "bias_low", "loss"
  std::string axis_label() const; // "bias toward the prior (degrees), low contrast"
};

// Every column of the table, in its order, whatever a network has.
std::vector<MeasureColumn> measure_columns();

// By a column's name ("bias_low", "loss"), or by that of a measure whose contrast is said elsewhere ("bias": contrast "").
// measure == nullptr: there is none.
MeasureColumn find_measure(std::string_view name);

// What an old column ("tuning_fwhm_deg_low") is called now, or "".
std::string renamed_measure(std::string_view old_column);

// The value, if the network has it and it is known.
std::optional<double> measured_value(const std::optional<LossSummary> &loss,
                                     const std::optional<Measures> &measures,
                                     const MeasureColumn &column);
// By names; `contrast` is passed over where the measure has none.
std::optional<double> measured_value(const std::optional<LossSummary> &loss,
                                     const std::optional<Measures> &measures, std::string_view name,
                                     std::string_view contrast);

} // namespace pursuit
