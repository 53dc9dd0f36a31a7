#include "store/measures.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "experiment/measures.hpp"

namespace pursuit {
namespace {

TEST(MeasuresJson, ReadsWhatItWrites) {
  Measures measures;
  measures.bias = ByContrast{-0.25, 4.5};
  measures.fwhm = ByContrast{NAN, 81};
  measures.silent_units = 12;
  measures.null_because = {{"fwhm.high", "kappa 0.2 is below 0.35"}};
  const std::string json = measures_json(measures);
  EXPECT_EQ(json,
            R"({"bias":{"high":-0.25,"low":4.5},"fwhm":{"high":null,"low":81},"silent_units":12,)"
            R"("null_because":{"fwhm.high":"kappa 0.2 is below 0.35"}})");
  EXPECT_EQ(measures_json(parse_measures(json)), json);
}

TEST(MeasuresJson, WhatIsUnknownHasNoValue) {
  Measures measures;
  measures.fwhm = ByContrast{NAN, 81};
  EXPECT_FALSE(measured_value({}, measures, "fwhm", "high"));
  EXPECT_EQ(measured_value({}, measures, "fwhm", "low"), 81);
  EXPECT_FALSE(measured_value({}, measures, "bias", "low"));
  EXPECT_FALSE(measured_value({}, measures, "loss", ""));
  EXPECT_FALSE(measured_value({}, measures, "no such measure", "low"));
}

TEST(MeasuresJson, OtherTextIsAnError) {
  EXPECT_THROW(parse_measures("{"), RunError);
  EXPECT_THROW(parse_measures(R"({"bias":{"high":1},"null_because":{}})"), RunError);
}

// The names of columns, of claims and of `--where`.
TEST(MeasureTable, NamesColumnsByMeasureAndContrast) {
  std::vector<std::string> names;
  for (const MeasureColumn &column : measure_columns()) names.push_back(column.name());
  EXPECT_EQ(names, (std::vector<std::string>{"loss",
                                             "loss_first",
                                             "loss_last",
                                             "bias_high",
                                             "bias_low",
                                             "direction_sd_high",
                                             "direction_sd_low",
                                             "direction_error_high",
                                             "direction_error_low",
                                             "fwhm_high",
                                             "fwhm_low",
                                             "silent_units",
                                             "behaviour_bias_high",
                                             "behaviour_bias_low",
                                             "onset_ms_high",
                                             "onset_ms_low",
                                             "open_loop_bias_high",
                                             "open_loop_bias_low",
                                             "observer_bias_high",
                                             "observer_bias_low",
                                             "bias_without_cue_high",
                                             "bias_without_cue_low",
                                             "parameter_amplitude",
                                             "parameter_phase",
                                             "parameter_amplitude_input_gain",
                                             "parameter_phase_input_gain",
                                             "parameter_amplitude_threshold",
                                             "parameter_phase_threshold",
                                             "parameter_amplitude_response_gain",
                                             "parameter_phase_response_gain",
                                             "shuffled_bias_high",
                                             "shuffled_bias_low",
                                             "uniform_bias_high",
                                             "uniform_bias_low"}));
  for (const std::string &name : names) EXPECT_EQ(find_measure(name).name(), name);
  EXPECT_EQ(find_measure("bias").contrast, "");
  EXPECT_EQ(find_measure("bias_middle").measure, nullptr);
}

TEST(MeasureTable, KnowsWhatColumnsWereCalled) {
  EXPECT_EQ(renamed_measure("bias_deg_low"), "bias_low");
  EXPECT_EQ(renamed_measure("tuning_fwhm_deg_high"), "fwhm_high");
  EXPECT_EQ(renamed_measure("loss_mean_last_200"), "loss");
  EXPECT_EQ(renamed_measure("parameter_phase_deg"), "parameter_phase");
  EXPECT_EQ(renamed_measure("bias_low"), "");
  EXPECT_EQ(renamed_measure("bias_deg"), "");
}

TEST(MeasureTable, EveryRowHasOneValue) {
  EXPECT_EQ(find_measure("bias_low").axis_label(), "bias toward the prior (degrees), low contrast");
  EXPECT_EQ(find_measure("silent_units").axis_label(), "silent units");
  for (const Measure &row : measure_table()) {
    EXPECT_EQ((row.by_contrast != nullptr) + (row.single != nullptr) + (row.loss != nullptr), 1)
        << row.name;
  }
  const LossSummary loss = {6, 1, 2};
  EXPECT_EQ(measured_value(loss, {}, "loss", ""), 2);
  EXPECT_EQ(measured_value(loss, {}, "loss_first", ""), 6);
  EXPECT_EQ(measured_value(loss, {}, "loss_last", "low"), 1);
}

} // namespace
} // namespace pursuit
