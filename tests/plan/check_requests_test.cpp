// Claims and figures that no training can give data, and what is easily not meant: from the text of a file to the messages.
#include <gtest/gtest.h>

#include "building.hpp"
#include "experiment_file.hpp"
#include "plan/check_requests.hpp"
#include "plan/notices.hpp"

namespace pursuit {
namespace {

using namespace building;
using Texts = std::vector<std::string>;

// Lines 1 to 9: two networks, four of stage 2, two with a cue.
constexpr const char *k_stages = R"(format: pursuit-experiment/1
name: test
defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  weights: {mode: activation, stage: 1, seeds: [1, 2]}
  still: {mode: activation, stage: 1, N: 20, n_trials: 0, seeds: [7]}
  cued: {mode: prior_input, stage: 1, seeds: [1, 2]}
  adapt: {mode: activation, stage: 2, needs: weights, sweep: {grid: {activation: [input_gain, threshold]}}}
)";

class Requests : public ExperimentFile {
protected:
  Texts impossible(const std::string &requests) const { return impossible_in(k_stages + requests); }
  Texts impossible_in(const std::string &text) const {
    const Experiment experiment = read(text);
    return lines_of(impossible_requests(experiment, build_graph(expand(experiment, inputs()))));
  }
  Texts notices(const std::string &text) const {
    const Experiment experiment = read("format: pursuit-experiment/1\nname: test\n" + text);
    Texts lines;
    for (const std::string &line :
         plan_notices(experiment, build_graph(expand(experiment, inputs())), {}))
      lines.push_back(line.substr(line.find("test.yaml")));
    return lines;
  }
};

TEST_F(Requests, WhatCanHaveDataIsTaken) {
  EXPECT_EQ(impossible(R"(evaluate: {shuffles: 5}
figures: [velocity_traces, learning_curves, direction_scatter, stage2_learning, bias_toward_prior, direction_sd,
  threshold_tuning, population_tuning, response_change, {unit_tuning: {seed: 2}}, state_space, bias_time_course, prior_cue,
  {parameter_map: {x: N, y: tau, measure: loss_first}}, shuffle_control]
expect:
  - {measure: bias_low, stage: adapt, where: {activation: threshold, N: 10}, greater_than: {stage: weights}}
  - {measure: bias, contrast: low, stage: cued, greater_than: {stage: adapt, where: {seed: 2}}}
  - {measure: shuffled_bias_high, stage: adapt, mean_between: [0, 1]}
  - {measure: loss, stage: adapt, paired_difference: {to: {stage: weights}, between: [0, 1]}}
)"),
            Texts{});
}

TEST_F(Requests, AWhereThatMatchesNoRunIsFoundWithItsPlace) {
  EXPECT_EQ(
      impossible(R"(figures:
  - {bias_toward_prior: {where: {N: 250}}}
  - {stage2_learning: {stage: adapt, where: {activation: response_gain}}}
expect:
  - {measure: loss, stage: adapt, where: {activation: response_gain}, mean_between: [0, 1]}
  - {measure: loss, stage: weights, greater_than: {stage: weights, where: {seed: [3, 4]}}}
  - {measure: loss, stage: still, where: {N: 20, seed: 1}, mean_between: [0, 1]}
)"),
      (Texts{"test.yaml:10:33: figures: bias_toward_prior: this where matches no run; N is 10 or "
             "20 there",
             "test.yaml:11:45: figures: stage2_learning: this where matches no run of stage "
             "\"adapt\"; activation is input_gain or threshold there",
             "test.yaml:13:42: expect: this where matches no run of stage \"adapt\"; activation is "
             "input_gain or threshold there",
             "test.yaml:14:75: expect: compared with: this where matches no run of stage "
             "\"weights\"; seed is 1 or 2 there",
             "test.yaml:15:42: expect: this where matches no run of stage \"still\"; seed is 7 "
             "there"}));
}

TEST_F(Requests, AMeasureThatNoRunOfTheGroupCanHave) {
  EXPECT_EQ(impossible(R"(expect:
  - {measure: parameter_amplitude, stage: weights, mean_between: [0, 1]}
  - {measure: bias_without_cue_low, stage: adapt, mean_between: [0, 1]}
  - {measure: uniform_bias, contrast: low, stage: adapt, mean_between: [0, 1]}
  - {measure: shuffled_bias, contrast: low, stage: cued, mean_between: [0, 1]}
  - {measure: loss, stage: still, mean_between: [0, 1]}
  - {measure: loss_first, stage: weights, less_than: {stage: still}}
)"),
            (Texts{"test.yaml:10:15: expect: none of these runs can have parameter_amplitude; "
                   "only runs of stage 2 have it",
                   "test.yaml:11:15: expect: none of these runs can have bias_without_cue; "
                   "only runs of mode prior_input have it",
                   "test.yaml:12:15: expect: none of these runs can have uniform_bias; write "
                   "evaluate: {shuffles: 100}",
                   "test.yaml:13:15: expect: none of these runs can have shuffled_bias; "
                   "only runs of stage 2 have it",
                   "test.yaml:14:15: expect: none of these runs can have loss; without a trial "
                   "(n_trials: 0) there is no loss",
                   "test.yaml:15:5: expect: compared with: none of these runs can have loss_first; "
                   "without a trial (n_trials: 0) there is no loss"}));
}

TEST_F(Requests, FiguresWithoutANetworkToShow) {
  EXPECT_EQ(
      impossible(R"(evaluate: {shuffles: 0}
figures:
  - {prior_cue: {stage: weights}}
  - {threshold_tuning: {where: {N: 20}}}
  - shuffle_control
  - {unit_tuning: {seed: 99}}
  - {state_space: {stage: cued}}
  - {learning_curves: {stage: still}}
  - parameter_map
  - {parameter_map: {x: N, y: N}}
  - {parameter_map: {x: N, y: tau, measure: parameter_phase, stage: cued}}
)"),
      (Texts{"test.yaml:11:6: figures: prior_cue: no run is of mode prior_input; choose other "
             "runs, add a stage that has some, or remove the figure",
             "test.yaml:12:6: figures: threshold_tuning: no run is of stage 2; choose other runs, "
             "add a stage that has some, or remove the figure",
             "test.yaml:13:5: figures: shuffle_control: no shuffles are evaluated; write evaluate: "
             "{shuffles: 100}",
             "test.yaml:14:26: figures: unit_tuning: no run of stage 1 and mode activation has "
             "seed 99; 3 seeds are there: 1, 2, 7",
             "test.yaml:15:6: figures: state_space: no run is of stage 1 and mode activation; "
             "choose other runs, add a stage that has some, or remove the figure",
             "test.yaml:16:6: figures: learning_curves: no run is of stage 1 with trials; choose "
             "other runs, add a stage that has some, or remove the figure",
             "test.yaml:17:5: figures: parameter_map: fewer than two parameters have several "
             "values; name two: {parameter_map: {x: N, y: tau}}, or remove the figure",
             "test.yaml:18:6: figures: parameter_map: x and y are both N; name two parameters",
             "test.yaml:19:45: figures: parameter_map: none of these runs can have "
             "parameter_phase; only runs of stage 2 have it"}));
}

TEST_F(Requests, PairsNeedACommonSeed) {
  EXPECT_EQ(
      impossible(R"(expect:
  - {measure: loss, stage: adapt, paired_difference: {to: {stage: still}, between: [0, 1]}}
  - {measure: bias_low, stage: weights, paired_difference: {to: {stage: still}, between: [0, 1]}}
  - {measure: loss, stage: adapt, greater_than: {stage: adapt}}
)"),
      (Texts{"test.yaml:10:5: expect: compared with: none of these runs can have loss; without a "
             "trial (n_trials: 0) there is no loss",
             "test.yaml:11:5: expect: the two groups have no pair: no seed in common; give their "
             "stages the same seeds, or compare by greater_than or less_than",
             "test.yaml:12:5: expect: it compares runs with themselves; name another group"}));
}

// The run is the stage's, too: it can be asked of it, and has no seed that it has not.
TEST_F(Requests, AStageHasTheRunsThatAreListedUnderAnother) {
  EXPECT_EQ(
      impossible_in(R"(format: pursuit-experiment/1
name: test
defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  a: {mode: activation, stage: 1, seeds: [1, 2]}
  b: {mode: activation, stage: 1, seeds: [2]}
expect:
  - {measure: loss, stage: b, mean_between: [0, 1]}
  - {measure: loss, stage: b, where: {seed: 2}, mean_between: [0, 1]}
  - {measure: loss, stage: b, where: {seed: 1}, mean_between: [0, 1]}
)"),
      Texts{"test.yaml:10:38: expect: this where matches no run of stage \"b\"; seed is 2 there"});
}

TEST_F(Requests, StagesWithoutSeedsAreSaidOnce) {
  EXPECT_EQ(
      notices(R"(defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  a: {mode: activation, stage: 1}
  b: {mode: prior_input, stage: 1}
  c: {mode: activation, stage: 2, needs: a, activation: threshold}
)"),
      Texts{
          "test.yaml:5:3: stages \"a\", \"b\": no seeds are given: seed 1; for more networks write "
          "seeds: {from: 1, count: 6}"});
}

TEST_F(Requests, WhatIsGivenTwiceIsSaid) {
  EXPECT_EQ(notices(R"(defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  a: {mode: activation, stage: 1, seeds: [3, 1, 3, 2, 2], sweep: {grid: {gain: [1, 2, 1.0]}, list: [{N: 5}, {N: 5}]}}
)"),
            (Texts{"test.yaml:5:42: stage \"a\": seeds 2, 3 are given twice, and trained once",
                   "test.yaml:5:74: stage \"a\": gain=1 is given twice, and trained once",
                   "test.yaml:5:100: stage \"a\": N=5 is given twice, and trained once"}));
}

TEST_F(Requests, RunsThatTwoStagesAskForAreSaid) {
  EXPECT_EQ(notices(R"(defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  a: {mode: activation, stage: 1, seeds: [1, 2, 2]}
  b: {mode: activation, stage: 1, seeds: [2, 3, 4]}
)"),
            (Texts{"test.yaml:5:42: stage \"a\": seed 2 is given twice, and trained once",
                   "test.yaml:6:3: stage \"b\": 1 of its runs is also of stage \"a\", trained once "
                   "and listed there; claims and figures count it in both"}));
}

TEST_F(Requests, OtherTrialsThanTheParentsAreSaid) {
  EXPECT_EQ(notices(R"(defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  a: {mode: activation, stage: 1, noise_recurrent: 0.05, amplitude_low: 0.2, learning_rate: 0.01, seeds: [1]}
  b: {mode: activation, stage: 2, needs: a, activation: threshold, amplitude_low: 0.2}
  c: {mode: activation, stage: 2, needs: a, activation: threshold, noise_recurrent: 0.05, sweep: {grid: {amplitude_low: [0.2, 0.3, 0.4]}}}
)"),
            (Texts{"test.yaml:6:3: stage \"b\": noise_recurrent is 0.01, and its parents were "
                   "trained with 0.05; "
                   "where that is not meant, set it in defaults, for both",
                   "test.yaml:7:3: stage \"c\": amplitude_low is 0.3, 0.4, and its parents were "
                   "trained with "
                   "0.2; where that is not meant, set it in defaults, for both"}));
}

} // namespace
} // namespace pursuit
