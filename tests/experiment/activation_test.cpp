// Sets of activation parameters and their bounds, as people write them.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "experiment/activation_bound.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"

namespace pursuit {
namespace {

TEST(ActivationSet, IsWrittenInTheOrderOfItsTableHoweverItIsRead) {
  for (const char *text :
       {"threshold+input_gain", "input_gain+threshold", "threshold + input_gain"})
    EXPECT_EQ(to_text(read_activation_set(text).set), "input_gain+threshold") << text;
  EXPECT_EQ(to_text(read_activation_set("response_gain+threshold+input_gain").set),
            "input_gain+threshold+response_gain");
  EXPECT_EQ(read_activation_set("threshold").set, ActivationSet(Activation::threshold));
}

TEST(ActivationSet, FaultsSayWhichName) {
  EXPECT_EQ(activation_fault("threshold+input_gain"), "");
  EXPECT_EQ(activation_fault("threshold+threshold"), "threshold is given twice");
  EXPECT_EQ(activation_fault("threshold+gain"), "there is no activation \"gain\"");
  EXPECT_EQ(activation_hint("threshold+input_gian"), "did you mean \"input_gain\"?");
  for (const char *text : {"threshold+", "+threshold", "threshold++input_gain"})
    EXPECT_EQ(activation_fault(text), "a name is missing beside a +") << text;
  EXPECT_EQ(activation_fault(""), "there is no activation \"\"");
}

TEST(ActivationSet, AllAreListedSingleOnesFirst) {
  std::vector<std::string> texts;
  for (const ActivationSet set : all_activation_sets()) texts.push_back(to_text(set));
  EXPECT_EQ(texts, (std::vector<std::string>{"input_gain", "threshold", "response_gain",
                                             "input_gain+threshold", "input_gain+response_gain",
                                             "threshold+response_gain",
                                             "input_gain+threshold+response_gain"}));
}

ParameterValue bound_of(const Settings &settings) {
  return value_of(settings, *find_parameter("activation_min"));
}

TEST(ActivationBound, IsANumberOfOneParameterAndByNameOfSeveral) {
  const Parameter &least = *find_parameter("activation_min");
  Settings settings;
  settings.activation = Activation::threshold;
  EXPECT_TRUE(is_omitted(least, bound_of(settings)));
  set_value(settings, least, 0.5);
  EXPECT_EQ(bound_of(settings), ParameterValue(0.5));
  settings.activation = read_activation_set("threshold+input_gain").set;
  EXPECT_EQ(to_text(std::get<ActivationBound>(bound_of(settings))), "0.5") << "both have it";
  ActivationBound by_name;
  by_name.each[Activation::threshold] = -2;
  set_value(settings, least, by_name);
  EXPECT_EQ(to_text(std::get<ActivationBound>(bound_of(settings))), "{threshold: -2}");
  settings.activation = Activation::threshold;
  EXPECT_EQ(bound_of(settings), ParameterValue(-2.0));
}

// What `match`, `where` and `exclude` mean by a bound.
TEST(ActivationBound, IsMatchedByWhatItComesToForWhatIsTrained) {
  const Parameter &least = *find_parameter("activation_min");
  ActivationBound threshold_at_0;
  threshold_at_0.each[Activation::threshold] = 0;
  const auto with = [&](const char *activation, const ParameterValue &bound) {
    Settings settings;
    settings.activation = read_activation_set(activation).set;
    set_value(settings, least, bound);
    return settings;
  };
  const Settings single = with("threshold", 0.0), both = with("threshold+input_gain", 0.0),
                 one_of_two = with("threshold+input_gain", threshold_at_0),
                 none = with("input_gain", ActivationBound{}), other = with("input_gain", 0.0);
  const auto matched = [&](const ParameterValue &wanted) {
    std::string text;
    for (const Settings *settings : {&single, &both, &one_of_two, &none, &other})
      text += has_value(*settings, least, wanted) ? 'x' : '-';
    return text;
  };
  EXPECT_EQ(matched(0.0), "xx--x");
  EXPECT_EQ(matched(std::int64_t{0}), "xx--x");
  EXPECT_EQ(matched(threshold_at_0), "x-x--");
  EXPECT_EQ(matched(ActivationBound{}), "---x-");
  EXPECT_EQ(matched(1.0), "-----");
}

TEST(ActivationLimits, AreInfiniteWhereNothingIsGiven) {
  Settings settings;
  settings.activation = Activation::threshold;
  settings.activation_min.all = 0;
  const ActivationLimits limits = limits_of(settings);
  EXPECT_TRUE(limits.bounds(Activation::threshold));
  EXPECT_FALSE(limits.bounds(Activation::input_gain));
  EXPECT_EQ(limits.clipped(Activation::threshold, -0.25f), 0.0f);
  EXPECT_EQ(limits.clipped(Activation::threshold, 1e30f), 1e30f);
  EXPECT_EQ(limits.clipped(Activation::input_gain, -0.25f), -0.25f);
  EXPECT_TRUE(std::isnan(limits.clipped(Activation::threshold, std::nanf(""))));
}

} // namespace
} // namespace pursuit
