// From the text of an experiment file to runs, through the real reader.
#include <gtest/gtest.h>

#include "building.hpp"
#include "experiment_file.hpp"

namespace pursuit {
namespace {

using namespace building;
using Texts = std::vector<std::string>;

class FromFile : public ExperimentFile {
protected:
  std::vector<ExpandedRun> runs(const std::string &stages,
                                const ExperimentOptions &options = {}) const {
    const std::string head = "format: pursuit-experiment/1\nname: test\ndata: synthetic\n";
    return expand(read(head + stages, options), inputs());
  }

  Texts complaints_of(const std::string &stages) const {
    try {
      runs(stages);
    } catch (const ConfigError &error) {
      return lines_of(error.complaints());
    }
    return {};
  }
};

constexpr const char *k_study = R"(defaults: {N: 250, tau: 30, activation: threshold}
stages:
  weights:
    mode: activation
    stage: 1
    n_trials: 4000
    sweep:
      override: [{match: {N: 250}, set: {n_trials: 5000}}]
      exclude: [{N: 100, tau: [50]}]
      when: [{match: {tau: 10.0}, list: [{gain: 1}, {gain: 2}]}]
      grid: {N: [100, 250], tau: {from: 10, to: 50, step: 20}}
    seeds: {from: 1, count: 2}
  adapt:
    mode: activation
    stage: 2
    needs: {stage: weights, where: {N: 250, seed: 2}}
    n_trials: 2000
    sweep:
      grid: {activation: [input_gain, threshold]}
      exclude: [{activation: input_gain, gain: [1, 2]}]
)";

TEST_F(FromFile, TheAlgebraAppliesInItsOwnOrder) {
  EXPECT_EQ(texts(runs(k_study), {"stage", "N", "tau", "gain", "n_trials", "activation", "seed"}),
            (Texts{"weights 100 10 1 4000 1",
                   "weights 100 10 2 4000 1",
                   "weights 100 10 1 4000 2",
                   "weights 100 10 2 4000 2",
                   "weights 100 30 1.5 4000 1",
                   "weights 100 30 1.5 4000 2",
                   "weights 250 10 1 5000 1",
                   "weights 250 10 2 5000 1",
                   "weights 250 10 1 5000 2",
                   "weights 250 10 2 5000 2",
                   "weights 250 30 1.5 5000 1",
                   "weights 250 30 1.5 5000 2",
                   "weights 250 50 1.5 5000 1",
                   "weights 250 50 1.5 5000 2",
                   "adapt 250 10 1 2000 threshold 2",
                   "adapt 250 10 2 2000 threshold 2",
                   "adapt 250 30 1.5 2000 input_gain 2",
                   "adapt 250 30 1.5 2000 threshold 2",
                   "adapt 250 50 1.5 2000 input_gain 2",
                   "adapt 250 50 1.5 2000 threshold 2"}));
}

TEST_F(FromFile, SpellingsOfOneNumberGiveOneId) {
  const std::string head = "stages:\n  a: {mode: activation, stage: 1, n_trials: 5, N: 10, ";
  const std::string id = runs(head + "tau: 30}\n")[0].id;
  for (const char *spelling : {"tau: 30.0}", "decay_taus: 3e1}", "tau: +30, gain: 1.50}",
                               "tau: 30, seeds: [1]}", "tau: 30, learning_rate: 0.0001}"})
    EXPECT_EQ(runs(head + spelling + "\n")[0].id, id) << spelling;
  EXPECT_NE(runs(head + "tau: 30.5}\n")[0].id, id);
}

TEST_F(FromFile, NamesAndFoldersAreNoPartOfAnId) {
  const std::string stage = "{mode: activation, stage: 1, n_trials: 5, N: 10, tau: 30}\n";
  const std::string id = runs("stages:\n  a: " + stage)[0].id;
  EXPECT_EQ(runs("description: another\noutput_dir: elsewhere\nstages:\n  b: " + stage)[0].id, id);
}

TEST_F(FromFile, AnOptionIsAsGoodAsALine) {
  ExperimentOptions options;
  options.sets = {"stages.weights.n_trials=50"};
  const std::vector<ExpandedRun> changed = runs(k_study, options);
  EXPECT_EQ(texts({changed[0]}, {"n_trials"}), Texts{"50"});
}

TEST_F(FromFile, AWhenSeesWhatTheOneBeforeItAdded) {
  EXPECT_EQ(texts(runs(R"(stages:
  a:
    mode: activation
    stage: 1
    n_trials: 5
    tau: 30
    sweep:
      list: [{N: 10}, {N: 20, gain: 3}]
      when:
        - {match: {gain: 3}, grid: {learning_rate: [0.5, 0.25]}}
        - {match: {learning_rate: 0.25}, grid: {noise_input: [0, 1]}}
)"),
                  {"N", "gain", "learning_rate", "noise_input"}),
            (Texts{"10 1.5 0.0001 0.01", "20 3 0.5 0.01", "20 3 0.25 0", "20 3 0.25 1"}));
}

TEST_F(FromFile, FaultsOfTheSweepComeWithTheirPlaces) {
  EXPECT_EQ(complaints_of(R"(stages:
  adapt:
    mode: activation
    stage: 2
    needs: {stage: weights, where: {N: 11}}
    n_trials: 5
  weights:
    mode: activation
    stage: 1
    N: 10
    tau: 30
    n_trials: 5
    sweep:
      grid: {gain: [1, 2]}
      exclude: [{gain: 3}]
      when:
        - {match: {gain: 2}, list: [{learning_rate: 0.5}]}
        - {match: {N: 10}, grid: {learning_rate: [1, 2]}}
)"),
            (Texts{"test.yaml:5:3: stage \"adapt\": activation is not set; give activation in the "
                   "stage, in its sweep or in defaults",
                   "test.yaml:18:17: this exclude matches no point of stage \"weights\"; gain is 1 "
                   "or 2 there",
                   "test.yaml:21:19: stage \"weights\": learning_rate is on an axis of this when "
                   "and on another axis of the points it matches; keep one of them, or use "
                   "override to change single points"}));
}

TEST_F(FromFile, AHugeSweepIsRefusedWithItsSize) {
  const Texts lines = complaints_of(R"(stages:
  a:
    mode: activation
    stage: 1
    n_trials: 5
    sweep:
      grid: {N: {from: 1, to: 2000, step: 1}, tau: {from: 1, to: 1000, step: 1}}
    seeds: {from: 0, count: 1000000}
)");
  EXPECT_EQ(lines, (Texts{"test.yaml:9:5: stage \"a\" has 2000000000000 points, more than 1000000; "
                          "use fewer values, or split the experiment into several files"}));
}

} // namespace
} // namespace pursuit
