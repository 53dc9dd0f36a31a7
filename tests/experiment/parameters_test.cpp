#include "experiment/parameters.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace pursuit {
namespace {

const Parameter &row(std::string_view key) { return *find_parameter(key); }

TEST(Parameters, the_table_has_every_parameter_in_the_order_of_settings) {
  std::vector<std::string_view> keys;
  for (const Parameter &parameter : parameters()) keys.push_back(parameter.key);
  EXPECT_EQ(keys, (std::vector<std::string_view>{"N", "tau", "n_trials", "gain", "learning_rate",
                                                 "activation", "noise_recurrent", "noise_input",
                                                 "noise_direction", "amplitude_low",
                                                 "activation_min", "activation_max"}));
}

TEST(Parameters, defaults_in_the_table_are_those_of_settings) {
  const Settings settings;
  for (const Parameter &parameter : parameters()) {
    if (!parameter.default_value.has_value()) continue;
    EXPECT_EQ(value_of(settings, parameter), ParameterValue(*parameter.default_value))
        << parameter.key;
  }
}

TEST(Parameters, aliases_and_unknown_keys) {
  EXPECT_EQ(find_parameter("decay_taus"), find_parameter("tau"));
  EXPECT_EQ(find_parameter(""), nullptr);
  EXPECT_EQ(find_parameter("n"), nullptr);
}

TEST(Parameters, what_is_set_is_read_back) {
  Settings settings;
  set_value(settings, row("N"), std::int64_t{7});
  set_value(settings, row("n_trials"), 40.0);
  set_value(settings, row("tau"), std::int64_t{30});
  set_value(settings, row("activation"), std::string("response_gain"));
  EXPECT_EQ(settings.N, 7);
  EXPECT_EQ(settings.n_trials, 40);
  EXPECT_EQ(settings.tau_ms, 30);
  EXPECT_EQ(settings.activation, Activation::response_gain);
  EXPECT_EQ(value_of(settings, row("N")), ParameterValue(std::int64_t{7}));
  EXPECT_EQ(value_of(settings, row("tau")), ParameterValue(30.0));
  EXPECT_EQ(value_of(settings, row("activation")), ParameterValue(std::string("response_gain")));
}

TEST(Parameters, the_edges_of_every_range) {
  const double infinite = std::numeric_limits<double>::infinity();
  for (const Parameter &parameter : parameters()) {
    if (is_word(parameter)) continue;
    const bool at_minimum = range_fault(parameter, parameter.minimum).empty();
    EXPECT_EQ(at_minimum, !parameter.minimum_excluded) << parameter.key;
    EXPECT_EQ(range_fault(parameter, parameter.maximum), "") << parameter.key;
    EXPECT_NE(range_fault(parameter, parameter.minimum - 1), "") << parameter.key;
    EXPECT_NE(range_fault(parameter, parameter.maximum + 1), "") << parameter.key;
    EXPECT_NE(range_fault(parameter, std::nan("")), "") << parameter.key;
    EXPECT_NE(range_fault(parameter, infinite), "") << parameter.key;
    EXPECT_NE(range_fault(parameter, std::string("5")), "") << parameter.key;
  }
}

TEST(Parameters, the_largest_network_fits_a_model_file) {
  // A variable of a MATLAB v5 file is below 2 GiB.
  const double limit = 2147483648.0 - 200; // what stands beside the numbers
  EXPECT_LT(row("N").maximum * row("N").maximum * sizeof(float), limit);
  EXPECT_LT(row("n_trials").maximum * sizeof(double), limit);
}

TEST(Parameters, whole_numbers_and_words) {
  EXPECT_EQ(range_fault(row("N"), 40.0), "");
  EXPECT_NE(range_fault(row("N"), 40.5), "");
  EXPECT_EQ(range_fault(row("activation"), std::string("threshold")), "");
  EXPECT_NE(range_fault(row("activation"), std::string("Threshold")), "");
  EXPECT_NE(range_fault(row("activation"), std::int64_t{1}), "");
}

TEST(Parameters, numbers_match_by_value) {
  EXPECT_TRUE(same_value(std::int64_t{40}, 40.0));
  EXPECT_TRUE(same_value(40.0, std::int64_t{40}));
  EXPECT_FALSE(same_value(std::int64_t{40}, 40.5));
  EXPECT_TRUE(same_value(std::string("a"), std::string("a")));
  EXPECT_FALSE(same_value(std::string("40"), std::int64_t{40}));
  const std::int64_t large = std::int64_t{1} << 60; // neighbours are one double
  EXPECT_FALSE(same_value(large, large + 1));
}

} // namespace
} // namespace pursuit
