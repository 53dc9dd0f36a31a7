#include "plan/describe.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace pursuit {
namespace {

RunSpec stage_1_run() {
  RunSpec spec;
  spec.settings.N = 250;
  spec.settings.tau_ms = 30;
  spec.settings.n_trials = 4000;
  spec.seed = 3;
  return spec;
}

RunSpec stage_2_run() {
  RunSpec spec = stage_1_run();
  spec.stage = 2;
  spec.settings.activation = Activation::threshold;
  return spec;
}

TEST(RunText, SaysWhatARunIs) {
  EXPECT_EQ(run_text("weights", stage_1_run()), "weights  N=250 tau=30 gain=1.5 seed=3");
  EXPECT_EQ(run_text("adapt", stage_2_run()), "adapt  threshold N=250 tau=30 gain=1.5 seed=3");
  RunSpec prior = stage_1_run();
  prior.mode = Mode::prior_input;
  EXPECT_EQ(run_text("cue", prior), "cue  prior_input N=250 tau=30 gain=1.5 seed=3");
}

TEST(RunLabels, SayWhatTellsTheRunsOfAStageApart) {
  RunLabels labels;
  RunSpec other = stage_2_run();
  other.settings.N = 100;
  other.seed = 4;
  labels.add("weights", stage_1_run());
  labels.add("adapt", stage_2_run());
  labels.add("adapt", other);
  EXPECT_EQ(labels.label("weights", stage_1_run()), "weights");
  EXPECT_EQ(labels.label("adapt", stage_2_run()), "adapt threshold N=250 seed=3");
  EXPECT_EQ(labels.label("adapt", other), "adapt threshold N=100 seed=4");
}

TEST(RunText, ShowsWhatIsNotAtItsDefault) {
  RunSpec spec = stage_2_run();
  spec.settings.learning_rate = 0.5;
  spec.settings.gain = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(run_text("adapt", spec),
            "adapt  threshold N=250 tau=30 gain=unknown learning_rate=0.5 seed=3");
}

TEST(RunParameters, AreTheTablesThatHaveAMeaning) {
  EXPECT_EQ(run_parameters(stage_1_run()), (ParameterTexts{{"mode", "activation"},
                                                           {"stage", "1"},
                                                           {"N", "250"},
                                                           {"tau", "30"},
                                                           {"n_trials", "4000"},
                                                           {"gain", "1.5"},
                                                           {"learning_rate", "0.0001"},
                                                           {"noise_recurrent", "0.01"},
                                                           {"noise_input", "0.01"},
                                                           {"noise_direction", "7"},
                                                           {"amplitude_low", "0.1"},
                                                           {"seed", "3"}}));
  EXPECT_EQ(run_parameters(stage_2_run()), (ParameterTexts{{"mode", "activation"},
                                                           {"stage", "2"},
                                                           {"N", "250"},
                                                           {"tau", "30"},
                                                           {"n_trials", "4000"},
                                                           {"gain", "1.5"},
                                                           {"learning_rate", "0.0001"},
                                                           {"activation", "threshold"},
                                                           {"noise_recurrent", "0.01"},
                                                           {"noise_input", "0.01"},
                                                           {"noise_direction", "7"},
                                                           {"amplitude_low", "0.1"},
                                                           {"seed", "3"}}));
}

TEST(RunParameterKeys, CoverEveryRunInOrder) {
  const std::vector<std::string> keys = run_parameter_keys();
  std::vector<std::string> of_stage_2;
  RunSpec bounded = stage_2_run();
  bounded.settings.activation_min.all = bounded.settings.activation_max.all = 0;
  for (const auto &[key, value] : run_parameters(bounded)) of_stage_2.push_back(key);
  EXPECT_EQ(keys, of_stage_2);
}

TEST(ShortId, IsTheFirstTwelveDigits) { EXPECT_EQ(short_id("0123456789abcdef"), "0123456789ab"); }

} // namespace
} // namespace pursuit
