#include "plan/filter.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"

namespace pursuit {
namespace {

const Row k_row = {
    {"id", "ab12cd"},       {"stage", "adapt"},          {"stage", "2"},
    {"mode", "activation"}, {"activation", "threshold"}, {"N", "250"},
    {"tau", "30"},          {"gain", "unknown"},         {"seed", "9007199254740993"},
    {"state", "done"},      {"loss_last", "0.71"},       {"bias_low", "4.5"}};

std::vector<FilterKey> keys() {
  std::vector<FilterKey> keys = run_filter_keys();
  keys.push_back(
      {"state", {"pending", "running", "done", "failed", "skipped", "interrupted"}, false});
  for (const char *name : {"loss", "loss_last", "bias_low", "bias_high", "fwhm_low", "fwhm_high"})
    keys.push_back({name, {}, true});
  return keys;
}

bool matches(std::string_view text) { return parse_filter(text, keys()).matches(k_row); }

std::string fault(std::string_view text) {
  try {
    parse_filter(text, keys());
  } catch (const ConfigError &error) {
    return error.what();
  }
  return "";
}

struct Case {
  const char *text;
  bool matches;
};

void expect_all(const std::vector<Case> &cases) {
  for (const Case &one : cases) EXPECT_EQ(matches(one.text), one.matches) << one.text;
}

TEST(FilterNames, AParentIsMetByTheStartOfItsId) {
  std::vector<FilterKey> with_parent = keys();
  with_parent.push_back({"parent", {}, false});
  const Row child = {{"id", "ab12cd"}, {"parent", "77fe01"}},
            orphan = {{"id", "77"}, {"parent", ""}};
  EXPECT_TRUE(parse_filter("parent=77fe", with_parent).matches(child));
  EXPECT_FALSE(parse_filter("parent=78", with_parent).matches(child));
  EXPECT_FALSE(parse_filter("parent=77fe", with_parent).matches(orphan));
}

TEST(FilterNames, WhatIsNoNumberIsNotOrdered) {
  EXPECT_EQ(fault("id>2026"),
            "--where: id cannot be ordered by \"2026\"; < <= > >= compare numbers");
  EXPECT_TRUE(matches("stage<3"));
}

TEST(FilterNames, OfEarlierVersionsAreTakenWithANotice) {
  const Filter filter = parse_filter("bias_deg_low>4,N=250", keys());
  EXPECT_TRUE(filter.matches(k_row));
  EXPECT_EQ(filter.notices(),
            std::vector<std::string>{"--where: bias_deg_low is called bias_low now"});
  EXPECT_FALSE(matches("bias_deg_low>5"));
  EXPECT_TRUE(parse_filter("bias_low>4", keys()).notices().empty());
}

TEST(FilterNames, AMeasureOfTwoContrastsNeedsOne) {
  EXPECT_EQ(fault("bias>1"),
            "--where: bias has a value for each contrast; write bias_low or bias_high");
  EXPECT_EQ(fault("tuning_fwhm_deg>1"),
            "--where: tuning_fwhm_deg has a value for each contrast; write fwhm_low or fwhm_high");
}

TEST(FilterMatches, Relations) {
  expect_all({{"", true},
              {"N=250", true},
              {"N=250.0", true},
              {"N=2.5e2", true},
              {"N=251", false},
              {"N==250", true},
              {"N!=250", false},
              {"N!=40", true},
              {"N<251", true},
              {"N<250", false},
              {"N<=250", true},
              {"N<=249.5", false},
              {"N>249", true},
              {"N>250", false},
              {"N>=250", true},
              {"N>=250.5", false},
              {"N > 99", true},
              {" N = 250 , tau = 30 ", true},
              {"N=250,tau=10", false},
              {"N>100,N<300,tau=30", true},
              {"decay_taus=30", true},
              {"loss_last<0.8", true},
              {"loss_last>0.8", false}});
}

TEST(FilterMatches, Words) {
  expect_all({{"activation=threshold", true},
              {"activation!=threshold", false},
              {"activation=input_gain", false},
              {"state=done", true},
              {"state!=failed", true},
              {"mode=prior_input", false},
              {"id=ab12", true},
              {"id=12", false},
              {"id!=ab", false}});
}

// A stage has a name and a number.
TEST(FilterMatches, Twice) {
  expect_all({{"stage=adapt", true},
              {"stage=2", true},
              {"stage=weights", false},
              {"stage!=adapt", false},
              {"stage!=1", true}});
}

// "none" is a bound that there is not, and a name like any other.
TEST(FilterMatches, None) {
  const Row row = {{"stage", "none"}, {"activation_min", ""}, {"activation_max", "2"}};
  const auto matches = [&](std::string_view text) {
    return parse_filter(text, keys()).matches(row);
  };
  EXPECT_TRUE(matches("stage=none"));
  EXPECT_FALSE(matches("stage!=none"));
  EXPECT_TRUE(matches("activation_min=none"));
  EXPECT_FALSE(matches("activation_max=none"));
  EXPECT_TRUE(matches("activation_max!=none"));
}

// What a row does not say, or nobody knows, is unequal to everything and has no order.
TEST(FilterMatches, Unknown) {
  expect_all({{"learning_rate=1", false},
              {"learning_rate!=1", true},
              {"learning_rate<1", false},
              {"gain<2", false},
              {"gain>=0", false},
              {"gain!=1.5", true},
              {"gain=unknown", true}});
}

// One apart, and equal as doubles.
TEST(FilterMatches, LargeSeeds) {
  expect_all({{"seed=9007199254740993", true},
              {"seed=9007199254740992", false},
              {"seed>9007199254740992", true}});
}

TEST(ParseFilter, SaysWhatIsWrong) {
  EXPECT_EQ(fault("activaton=threshold"),
            "--where: unknown key \"activaton\"; did you mean \"activation\"?");
  EXPECT_EQ(fault("activation=treshold"),
            "--where: activation is never \"treshold\"; did you mean \"threshold\"?");
  EXPECT_EQ(fault("state=dnoe"), "--where: state is never \"dnoe\"; did you mean \"done\"?");
  EXPECT_EQ(fault("N=many"), "--where: N is a number, not \"many\"");
  EXPECT_EQ(fault("N="), "--where: N is compared with nothing; give a value");
  EXPECT_EQ(fault("state<done"),
            "--where: state cannot be ordered by \"done\"; < <= > >= compare numbers");
  const std::string grammar = "; write key=value, with = != < <= > or >=";
  EXPECT_EQ(fault("N"), "--where: \"N\" is no comparison" + grammar);
  EXPECT_EQ(fault("=3"), "--where: \"=3\" is no comparison" + grammar);
  EXPECT_EQ(fault("N!3"), "--where: \"N!3\" is no comparison" + grammar);
  EXPECT_EQ(fault("N=1,,tau=3"), "--where: \"\" is no comparison" + grammar);
}

TEST(ParseFilter, AnUnlikeKeyListsTheKnownOnes) {
  const std::string text = fault("wavelength=3");
  EXPECT_NE(text.find("unknown key \"wavelength\"; use one of id, stage, mode, N, tau"),
            std::string::npos)
      << text;
}

TEST(ParseFilter, ReportsEveryFaultAtOnce) {
  const std::string text = fault("M=1,N=2,tao=3");
  EXPECT_NE(text.find("\"M\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"tao\"; did you mean \"tau\"?"), std::string::npos) << text;
}

} // namespace
} // namespace pursuit
