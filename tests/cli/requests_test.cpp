// What an experiment asks for beside networks, and what is said of it: names of measures, claims and figures that can have
// no data, and messages about what people type first.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

constexpr const char *k_head = R"(format: pursuit-experiment/1
name: small
defaults: {tau: 30, n_trials: 5}
stages:
  weights: {mode: activation, stage: 1, seeds: [1, 2], sweep: {grid: {N: [10, 12]}}}
  adapt: {mode: activation, stage: 2, needs: weights, sweep: {grid: {activation: [input_gain, threshold]}}}
evaluate: {trials: 2}
)";

class Requests : public ::testing::Test {
protected:
  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  void expect_refused(const std::string &command, const std::string &line) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, 2) << command << "\n" << ended.err;
    EXPECT_EQ(ended.err, line + "\n") << command;
    EXPECT_EQ(ended.out, "");
  }

  Scratch scratch;
};

// Trained once and listed under the first, it is a run of the second, too: in claims, figures, --where, and in the manifest
// from which a folder's report is made.
TEST_F(Requests, ARunThatTwoStagesAskForIsOneOfEach) {
  write_file(scratch / "small.yaml",
             "format: pursuit-experiment/1\nname: small\ndefaults: {N: 10, tau: 30, n_trials: 5}\n"
             "stages:\n  first: {mode: activation, stage: 1, seeds: [1, 2]}\n"
             "  second: {mode: activation, stage: 1, seeds: [2, 3]}\nevaluate: {trials: 2}\n"
             "figures: [{learning_curves: {stage: second}}]\n"
             "expect: [{measure: loss, stage: second, mean_between: [0, 100]}]\n");
  const Ended ended = call("pursuit-run small.yaml");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.out.find("n = 2 networks"), std::string::npos) << ended.out;
  const Ended checked = call(
      "mv small.yaml away.yaml; rm -r results/small/figures; pursuit-run report results/small && " +
      python() + R"( - <<'END'
import csv, json, subprocess
manifest = json.load(open("results/small/manifest.json"))
assert manifest["expectations"][0]["n"] == 2, manifest["expectations"]
assert [run.get("also_of") for run in manifest["runs"] if run["parameters"]["seed"] == 2] == [["second"]]
rows = list(csv.DictReader(open("results/small/figures/learning_curves.csv")))
assert {row["seed"] for row in rows if row["statistic"] == "network"} == {"2", "3"}, rows[0]
assert {row["model"] for row in rows} == {'stage1 (second)'}, rows[0]
listed = subprocess.check_output(["pursuit-run", "list", "results/small", "--where", "stage=second", "--json"])
assert len(json.loads(listed)) == 2, listed
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

TEST_F(Requests, AMapOfTheLossIsDrawnFromWhatListShows) {
  write_file(scratch / "small.yaml",
             std::string(k_head) +
                 "figures: [{parameter_map: {x: N, y: tau, measure: loss}}, bias_toward_prior]\n");
  const Ended ended = call("pursuit-run small.yaml");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err.find("not drawn"), std::string::npos) << ended.err;
  const Ended checked =
      call("pursuit-run list small.yaml --csv > list.csv && " + python() + R"( - <<'END'
import csv
runs = list(csv.DictReader(open("list.csv")))
assert {"loss", "loss_first", "loss_last", "bias_low", "bias_high", "fwhm_low", "onset_ms_high"} <= set(runs[0])
assert not [name for name in runs[0] if "deg" in name or "mean_last" in name], runs[0].keys()
cells = [row for row in csv.DictReader(open("results/small/figures/parameter_map.csv"))]
assert len(cells) == 6 and {row["model"] for row in cells} == {"stage1", "input_gain", "threshold"}, cells
for cell in cells:
    group = [float(run["loss"]) for run in runs if run["N"] == cell["N"] and
             (run["activation"] or "stage1") == cell["model"]]
    assert len(group) == 2 and abs(sum(group) / 2 - float(cell["loss"])) < 1e-12, (cell, group)
assert "bias" in next(csv.DictReader(open("results/small/figures/bias_toward_prior.csv")))
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;

  const Ended renamed =
      call("pursuit-run list small.yaml --csv --where 'loss_mean_last_200>0,bias_deg_low<1000'");
  EXPECT_EQ(renamed.exit_code, 0);
  EXPECT_EQ(renamed.err, "--where: loss_mean_last_200 is called loss now\n"
                         "--where: bias_deg_low is called bias_low now\n");
  EXPECT_EQ(renamed.out,
            call("pursuit-run list small.yaml --csv --where 'loss>0,bias_low<1000'").out);
  expect_refused(
      "pursuit-run list small.yaml --where 'bias>1'",
      "pursuit-run: --where: bias has a value for each contrast; write bias_low or bias_high");
}

TEST_F(Requests, WhatCanHaveNoDataIsRefusedBeforeAnyWork) {
  write_file(scratch / "small.yaml",
             std::string(k_head) + R"(figures: [prior_cue, {unit_tuning: {seed: 9}}]
expect:
  - {measure: bias_low, stage: adapt, where: {activation: response_gain}, mean_between: [0, 1]}
  - {measure: parameter_phase, stage: weights, mean_between: [0, 1]}
)");
  for (const char *verb : {"", "plan "}) {
    const Ended ended = call(std::string("pursuit-run ") + verb + "small.yaml");
    EXPECT_EQ(ended.exit_code, 2) << ended.err;
    EXPECT_EQ(ended.out, "");
    for (const char *part :
         {"small.yaml:8:11: figures: prior_cue: no run is of mode prior_input;",
          "small.yaml:8:43: figures: unit_tuning: no run of stage 1 and mode activation has seed "
          "9;",
          "small.yaml:10:46: expect: this where matches no run of stage \"adapt\"; activation is "
          "input_gain or threshold there\n",
          "small.yaml:11:15: expect: none of these runs can have parameter_phase;"}) {
      EXPECT_NE(ended.err.find(part), std::string::npos) << part << "\n" << ended.err;
    }
    EXPECT_FALSE(std::filesystem::exists(scratch / "results"));
  }
}

TEST_F(Requests, AMeasureWithoutContrastHasNoneInAFigureEither) {
  write_file(scratch / "small.yaml",
             std::string(k_head) +
                 R"(figures: [{parameter_map: {x: N, y: tau, measure: loss, contrast: low}}]
expect:
  - {measure: loss_low, stage: weights, mean_between: [0, 1]}
)");
  const Ended ended = call("pursuit-run plan small.yaml");
  EXPECT_EQ(ended.exit_code, 2) << ended.err;
  for (const char *part :
       {"small.yaml:8:57: figures: parameter_map: loss is not measured by contrast",
        "small.yaml:10:15: expect: there is no measure \"loss_low\": loss is not measured by "
        "contrast",
        "remove contrast", "write loss"})
    EXPECT_NE(ended.err.find(part), std::string::npos) << part << "\n" << ended.err;
}

TEST_F(Requests, PlanSaysWhatIsEasilyNotMeant) {
  write_file(scratch / "once.yaml", R"(format: pursuit-experiment/1
name: once
defaults: {N: 10, tau: 30, n_trials: 5}
stages:
  weights: {mode: activation, stage: 1, noise_input: 0.5}
  adapt: {mode: activation, stage: 2, needs: weights, activation: threshold}
)");
  const Ended ended = call("pursuit-run plan once.yaml");
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "once.yaml:5:3: stage \"weights\": no seeds are given: seed 1; for more "
                       "networks write seeds: {from: 1, "
                       "count: 6}\n"
                       "once.yaml:6:3: stage \"adapt\": noise_input is 0.01, and its parents were "
                       "trained with 0.5; where that "
                       "is not meant, set it in defaults, for both\n");
  EXPECT_EQ(call("pursuit-run plan once.yaml -q").err, "");
}

// The same of models made elsewhere, and by pursuit-train.
TEST_F(Requests, OtherNoiseThanAnOutsideModelsIsSaid) {
  write_file(scratch / "parent.yaml", R"(format: pursuit-experiment/1
name: parent
stages: {weights: {mode: activation, stage: 1, N: 10, tau: 30, n_trials: 5, noise_input: 0.5, seeds: [1]}}
)");
  ASSERT_EQ(
      call("pursuit-run parent.yaml -q && mv results/models/pursuit/*.mat parent.mat").exit_code,
      0);
  write_file(scratch / "child.yaml", R"(format: pursuit-experiment/1
name: child
stages: {adapt: {mode: activation, stage: 2, needs: {files: parent.mat}, n_trials: 5, activation: threshold}}
)");
  const Ended planned = call("pursuit-run plan child.yaml");
  EXPECT_NE(planned.err.find("noise_input is 0.01, and its parents were trained with 0.5"),
            std::string::npos)
      << planned.err;
  const Ended trained =
      call("pursuit-train --n_trials 2 --mode activation --stage 2 --activation threshold "
           "--pretrained_path parent.mat --output_dir .");
  EXPECT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_NE(trained.err.find("parent.mat was trained with noise_input 0.5"), std::string::npos)
      << trained.err;
}

TEST_F(Requests, AMissingWordIsNamedByWhatItIs) {
  expect_refused("pursuit-run status",
                 "pursuit-run: WHERE is missing (Experiment file or folder); write "
                 "pursuit-run status WHERE; see pursuit-run status --help");
  const Ended ended = call("pursuit-run show");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("WHERE is missing"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("RUN is missing (Start of a run id); write pursuit-run show WHERE RUN"),
            std::string::npos)
      << ended.err;
}

TEST_F(Requests, AFolderInPlaceOfAFileIsSaidToBeOne) {
  std::filesystem::create_directories(scratch / "folder");
  const std::string line =
      "folder is a folder; name the experiment file; status, list, show, report, verify and gc "
      "take an experiment's folder, too";
  expect_refused("pursuit-run plan folder", "pursuit-run: " + line);
  expect_refused("pursuit-run folder", "pursuit-run: " + line);
}

// One limit, in files and on the command line.
TEST_F(Requests, ShufflesHaveOneLimit) {
  write_file(scratch / "small.yaml", small_experiment());
  const Ended file = call("pursuit-run plan small.yaml --set evaluate.shuffles=10001");
  EXPECT_EQ(file.exit_code, 2);
  EXPECT_NE(file.err.find("it goes from 0 to 10000"), std::string::npos) << file.err;
  const Ended verb = call("pursuit-run evaluate none.mat --shuffles 10001");
  EXPECT_EQ(verb.exit_code, 2);
  EXPECT_NE(verb.err.find("10000"), std::string::npos) << verb.err;
}

} // namespace

} // namespace pursuit
