#include "store/measures.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "experiment/words.hpp"

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
  EXPECT_FALSE(measure_value(measures, "fwhm", "high"));
  EXPECT_EQ(measure_value(measures, "fwhm", "low"), 81);
  EXPECT_FALSE(measure_value(measures, "bias", "low"));
  EXPECT_FALSE(measure_value(measures, "no such measure", "low"));
}

TEST(MeasuresJson, OtherTextIsAnError) {
  EXPECT_THROW(parse_measures("{"), RunError);
  EXPECT_THROW(parse_measures(R"({"bias":{"high":1},"null_because":{}})"), RunError);
}

// Whatever an expectation may speak of is measured, with the same contrasts.
TEST(MeasureTable, HasWhatExpectationsName) {
  for (const Measure &measure : measures()) {
    if (measure.name.rfind("loss", 0) == 0) continue; // of the training itself
    bool found = false;
    for (const MeasureRow &row : measure_rows()) {
      if (row.name != measure.name) continue;
      found = true;
      EXPECT_EQ(row.by_contrast != nullptr, measure.per_contrast) << measure.name;
    }
    EXPECT_TRUE(found) << measure.name;
  }
}

} // namespace
} // namespace pursuit
