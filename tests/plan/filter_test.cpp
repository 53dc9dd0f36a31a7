#include "plan/filter.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"

namespace pursuit {
namespace {

const Row k_row = {
    {"id", "ab12cd"},       {"stage", "adapt"},          {"stage", "2"},
    {"mode", "activation"}, {"activation", "threshold"}, {"N", "250"},
    {"tau", "30"},          {"gain", "unknown"},         {"seed", "9007199254740993"},
    {"state", "done"},      {"loss_last", "0.71"}};

std::vector<FilterKey> keys() {
  std::vector<FilterKey> keys = run_filter_keys();
  keys.push_back(
      {"state", {"pending", "running", "done", "failed", "skipped", "interrupted"}, false});
  keys.push_back({"loss_last", {}, true});
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

class FilterMatches : public testing::TestWithParam<Case> {};

TEST_P(FilterMatches, AsWritten) { EXPECT_EQ(matches(GetParam().text), GetParam().matches); }

INSTANTIATE_TEST_SUITE_P(
    Relations, FilterMatches,
    testing::Values(Case{"", true}, Case{"N=250", true}, Case{"N=250.0", true},
                    Case{"N=2.5e2", true}, Case{"N=251", false}, Case{"N==250", true},
                    Case{"N!=250", false}, Case{"N!=40", true}, Case{"N<251", true},
                    Case{"N<250", false}, Case{"N<=250", true}, Case{"N<=249.5", false},
                    Case{"N>249", true}, Case{"N>250", false}, Case{"N>=250", true},
                    Case{"N>=250.5", false}, Case{"N > 99", true},
                    Case{" N = 250 , tau = 30 ", true}, Case{"N=250,tau=10", false},
                    Case{"N>100,N<300,tau=30", true}, Case{"decay_taus=30", true},
                    Case{"loss_last<0.8", true}, Case{"loss_last>0.8", false}));

INSTANTIATE_TEST_SUITE_P(Words, FilterMatches,
                         testing::Values(Case{"activation=threshold", true},
                                         Case{"activation!=threshold", false},
                                         Case{"activation=input_gain", false},
                                         Case{"state=done", true}, Case{"state!=failed", true},
                                         Case{"mode=prior_input", false}, Case{"id=ab12", true},
                                         Case{"id=12", false}, Case{"id!=ab", false}));

// A stage has a name and a number.
INSTANTIATE_TEST_SUITE_P(Twice, FilterMatches,
                         testing::Values(Case{"stage=adapt", true}, Case{"stage=2", true},
                                         Case{"stage=weights", false}, Case{"stage!=adapt", false},
                                         Case{"stage!=1", true}));

// What a row does not say, or nobody knows, is unequal to everything and has no order.
INSTANTIATE_TEST_SUITE_P(Unknown, FilterMatches,
                         testing::Values(Case{"learning_rate=1", false},
                                         Case{"learning_rate!=1", true},
                                         Case{"learning_rate<1", false}, Case{"gain<2", false},
                                         Case{"gain>=0", false}, Case{"gain!=1.5", true},
                                         Case{"gain=unknown", true}));

// One apart, and equal as doubles.
INSTANTIATE_TEST_SUITE_P(LargeSeeds, FilterMatches,
                         testing::Values(Case{"seed=9007199254740993", true},
                                         Case{"seed=9007199254740992", false},
                                         Case{"seed>9007199254740992", true}));

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
