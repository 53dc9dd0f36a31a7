#include "experiment/measures.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace pursuit {

namespace {

constexpr std::array<std::string_view, 2> k_contrasts = {"high", "low"};

constexpr std::array<Measure, 23> k_table = {{
    {.name = "loss",
     .unit = "",
     .label = "loss over the last 200 trials",
     .help = "mean of the last 200 losses of the training",
     .old_column = "loss_mean_last_200",
     .of = MeasuredOf::trained,
     .loss = &LossSummary::mean_last_200},
    {.name = "loss_first",
     .unit = "",
     .label = "loss of the first trial",
     .help = "loss of the first trial of the training",
     .old_column = "",
     .of = MeasuredOf::trained,
     .loss = &LossSummary::first},
    {.name = "loss_last",
     .unit = "",
     .label = "loss of the last trial",
     .help = "loss of the last trial of the training",
     .old_column = "",
     .of = MeasuredOf::trained,
     .loss = &LossSummary::last},
    {.name = "bias",
     .unit = "degrees",
     .label = "bias toward the prior",
     .help = "how far the output is drawn toward the prior's centre",
     .old_column = "bias_deg",
     .by_contrast = &Measures::bias},
    {.name = "direction_sd",
     .unit = "degrees",
     .label = "SD of direction over trials",
     .help = "circular SD of direction over trials",
     .old_column = "direction_sd_deg",
     .by_contrast = &Measures::direction_sd},
    {.name = "direction_error",
     .unit = "degrees",
     .label = "error of direction over the days",
     .help = "mean over the days of |output direction - target direction|",
     .old_column = "direction_error_deg",
     .by_contrast = &Measures::direction_error},
    {.name = "fwhm",
     .unit = "degrees",
     .label = "width of the population's tuning at half height",
     .help = "width of the population's tuning at half height",
     .old_column = "tuning_fwhm_deg",
     .by_contrast = &Measures::fwhm},
    {.name = "silent_units",
     .unit = "",
     .label = "silent units",
     .help = "number of units that answer to no direction",
     .old_column = "",
     .single = &Measures::silent_units},
    {.name = "behaviour_bias",
     .unit = "degrees",
     .label = "bias of the behaviour",
     .help = "bias of the data toward the prior",
     .old_column = "behaviour_bias_deg",
     .by_contrast = &Measures::behaviour_bias},
    {.name = "onset_ms",
     .unit = "ms",
     .label = "onset of movement",
     .help = "when the mean speed reaches a tenth of its maximum",
     .old_column = "",
     .by_contrast = &Measures::onset_ms},
    {.name = "open_loop_bias",
     .unit = "degrees",
     .label = "bias in the first 100 ms after the onset",
     .help = "bias in the first 100 ms after the onset",
     .old_column = "open_loop_bias_deg",
     .by_contrast = &Measures::open_loop_bias},
    {.name = "observer_bias",
     .unit = "degrees",
     .label = "bias of a Bayesian observer",
     .help = "bias of a Bayesian observer with this network's direction SD",
     .old_column = "observer_bias_deg",
     .by_contrast = &Measures::observer_bias},
    {.name = "bias_without_cue",
     .unit = "degrees",
     .label = "bias with the cue at 0",
     .help = "prior_input: bias with the cue at 0",
     .old_column = "bias_without_cue_deg",
     .of = MeasuredOf::prior_input,
     .by_contrast = &Measures::bias_without_cue},
    {.name = "parameter_amplitude",
     .unit = "",
     .label = "amplitude of the trained parameter over preferred direction",
     .help = "stage 2: cosine fit of the trained parameter over preferred direction",
     .old_column = "",
     .of = MeasuredOf::one_parameter,
     .single = &Measures::parameter_amplitude},
    {.name = "parameter_phase",
     .unit = "degrees",
     .label = "preferred direction with the greatest parameter",
     .help = "stage 2: preferred direction at which the trained parameter is greatest",
     .old_column = "parameter_phase_deg",
     .of = MeasuredOf::one_parameter,
     .single = &Measures::parameter_phase},
    {.name = "parameter_amplitude_input_gain",
     .unit = "",
     .label = "amplitude of the input gain over preferred direction",
     .help = "stage 2 of several parameters: cosine fit of the input gain over preferred direction",
     .old_column = "",
     .of = MeasuredOf::set,
     .parameter = Activation::input_gain,
     .single = &Measures::amplitude_input_gain},
    {.name = "parameter_phase_input_gain",
     .unit = "degrees",
     .label = "preferred direction with the greatest input gain",
     .help =
         "stage 2 of several parameters: preferred direction at which the input gain is greatest",
     .old_column = "",
     .of = MeasuredOf::set,
     .parameter = Activation::input_gain,
     .single = &Measures::phase_input_gain},
    {.name = "parameter_amplitude_threshold",
     .unit = "",
     .label = "amplitude of the threshold over preferred direction",
     .help = "stage 2 of several parameters: cosine fit of the threshold over preferred direction",
     .old_column = "",
     .of = MeasuredOf::set,
     .parameter = Activation::threshold,
     .single = &Measures::amplitude_threshold},
    {.name = "parameter_phase_threshold",
     .unit = "degrees",
     .label = "preferred direction with the greatest threshold",
     .help =
         "stage 2 of several parameters: preferred direction at which the threshold is greatest",
     .old_column = "",
     .of = MeasuredOf::set,
     .parameter = Activation::threshold,
     .single = &Measures::phase_threshold},
    {.name = "parameter_amplitude_response_gain",
     .unit = "",
     .label = "amplitude of the response gain over preferred direction",
     .help =
         "stage 2 of several parameters: cosine fit of the response gain over preferred direction",
     .old_column = "",
     .of = MeasuredOf::set,
     .parameter = Activation::response_gain,
     .single = &Measures::amplitude_response_gain},
    {.name = "parameter_phase_response_gain",
     .unit = "degrees",
     .label = "preferred direction with the greatest response gain",
     .help = "stage 2 of several parameters: preferred direction at which the response gain is "
             "greatest",
     .old_column = "",
     .of = MeasuredOf::set,
     .parameter = Activation::response_gain,
     .single = &Measures::phase_response_gain},
    {.name = "shuffled_bias",
     .unit = "degrees",
     .label = "bias with the parameter shuffled",
     .help = "stage 2: mean bias with the trained parameter permuted over units",
     .old_column = "shuffled_bias_deg",
     .of = MeasuredOf::shuffled,
     .by_contrast = &Measures::shuffled_bias},
    {.name = "uniform_bias",
     .unit = "degrees",
     .label = "bias with the parameter's mean in every unit",
     .help = "stage 2: bias with the trained parameter's mean in every unit",
     .old_column = "uniform_bias_deg",
     .of = MeasuredOf::shuffled,
     .by_contrast = &Measures::uniform_bias},
}};

std::string with_contrast(std::string_view name, std::string_view contrast) {
  return contrast.empty() ? std::string(name) : fmt::format("{}_{}", name, contrast);
}

std::optional<double> known(const std::optional<double> &value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

} // namespace

std::span<const Measure> measure_table() { return k_table; }

std::string MeasureColumn::name() const { return with_contrast(measure->name, contrast); }

std::string MeasureColumn::axis_label() const {
  std::string text(measure->label);
  if (!measure->unit.empty()) text += fmt::format(" ({})", measure->unit);
  return contrast.empty() ? text : text + fmt::format(", {} contrast", contrast);
}

std::vector<MeasureColumn> measure_columns() {
  std::vector<MeasureColumn> columns;
  for (const Measure &measure : k_table) {
    if (measure.by_contrast == nullptr) {
      columns.push_back({&measure, ""});
      continue;
    }
    for (const std::string_view contrast : k_contrasts) columns.push_back({&measure, contrast});
  }
  return columns;
}

MeasureColumn find_measure(std::string_view name) {
  for (const Measure &measure : k_table) {
    if (measure.name == name) return {&measure, ""};
  }
  for (const MeasureColumn &column : measure_columns()) {
    if (column.name() == name) return column;
  }
  return {};
}

std::string renamed_measure(std::string_view old_column) {
  for (const MeasureColumn &column : measure_columns()) {
    if (!column.measure->old_column.empty() &&
        with_contrast(column.measure->old_column, column.contrast) == old_column)
      return column.name();
  }
  return "";
}

std::optional<double> measured_value(const std::optional<LossSummary> &loss,
                                     const std::optional<Measures> &measures,
                                     const MeasureColumn &column) {
  const Measure &measure = *column.measure;
  if (measure.loss != nullptr) return loss ? known((*loss).*measure.loss) : std::optional<double>();
  if (!measures) return std::nullopt;
  if (measure.single != nullptr) return known((*measures).*measure.single);
  const std::optional<ByContrast> &pair = (*measures).*measure.by_contrast;
  if (!pair || column.contrast.empty()) return std::nullopt;
  return known(column.contrast == "high" ? pair->high : pair->low);
}

std::optional<double> measured_value(const std::optional<LossSummary> &loss,
                                     const std::optional<Measures> &measures, std::string_view name,
                                     std::string_view contrast) {
  for (const Measure &measure : k_table) {
    if (measure.name != name) continue;
    return measured_value(
        loss, measures, {&measure, measure.by_contrast == nullptr ? std::string_view() : contrast});
  }
  return std::nullopt;
}

} // namespace pursuit
