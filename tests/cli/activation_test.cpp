// Several activation parameters trained together, and bounds, through the programs.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

constexpr const char *k_sets = R"(format: pursuit-experiment/1
name: sets
defaults: {N: 10, tau: 30, n_trials: 6, learning_rate: 0.01}
stages:
  weights: {mode: activation, stage: 1, seeds: [1, 2]}
  adapt:
    mode: activation
    stage: 2
    needs: weights
    sweep: {grid: {activation: [threshold, threshold+input_gain, response_gain + threshold + input_gain]}}
evaluate: {trials: 2, shuffles: 2}
figures: [threshold_tuning, bias_toward_prior, stage2_learning]
expect:
  - {measure: bias_low, stage: adapt, where: {activation: threshold}, mean_between: [-180, 180]}
  - {measure: parameter_phase_input_gain, stage: adapt, where: {activation: threshold+input_gain}, mean_between: [-180, 180]}
)";

class Activations : public ::testing::Test {
protected:
  Ended call(const std::string &command) { return shell(scratch.path(), command); }
  void expect_python(const std::string &script) {
    const Ended ended = call(python() + " - <<'END'\n" + script + "\nEND");
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  }

  Scratch scratch;
};

TEST_F(Activations, SetsAreTrainedTogetherAndKnownByEveryPart) {
  write_file(scratch / "sets.yaml", k_sets);
  const Ended ended = call("pursuit-run sets.yaml");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err.find("not drawn"), std::string::npos) << ended.err;
  expect_python(R"(import csv, glob, json, numpy, scipy.io
manifest = json.load(open("results/sets/manifest.json"))
assert all(claim["passed"] for claim in manifest["expectations"]), manifest["expectations"]
assert [claim["n"] for claim in manifest["expectations"]] == [2, 2]  # sets are no thresholds
neutral = {"input_gain": 1, "threshold": 0, "response_gain": 1}
seen = set()
for run in manifest["runs"]:
    if run["stage"] != "adapt": continue
    activation = run["parameters"]["activation"]
    trained = activation.split("+")
    assert trained == [name for name in neutral if name in trained], activation
    assert run["model"]["path"] == "models/pursuit/Task_pursuit_N_10_Tau_30_%s_%s.mat" % (activation, run["id"][:12])
    assert json.loads(json.load(open("results/runs/%s/run.json" % run["id"]))["canonical"])["activation"] == activation
    model = scipy.io.loadmat("results/" + run["model"]["path"])
    assert model["activation"][0] == activation
    for name in neutral:
        assert (numpy.abs(model[name] - neutral[name]).max() > 1e-3) == (name in trained), (activation, name)
    measures = run["measures"]
    assert ("parameter_phase" in measures) == (len(trained) == 1)
    for name in neutral:
        assert ("parameter_phase_" + name in measures) == ("parameter_amplitude_" + name in measures) \
            == (len(trained) > 1 and name in trained), (activation, measures)
    evaluation = scipy.io.loadmat("results/runs/%s/evaluation.mat" % run["id"])
    assert evaluation["parameter"].shape == (10, len(trained))
    for column, name in enumerate(trained):
        assert (evaluation["parameter"][:, column] == model[name][:, 0]).all()
    seen.add(activation)
assert seen == {"threshold", "input_gain+threshold", "input_gain+threshold+response_gain"}
rows = list(csv.DictReader(open("results/sets/figures/threshold_tuning.csv")))
assert {(row["model"], row["trained_parameter"]) for row in rows if row["model"] in seen} == {
    (set_, name) for set_ in seen for name in set_.split("+")}, rows[0])");
  const Ended listed =
      call("pursuit-run list sets.yaml --where activation=input_gain+threshold --csv");
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 3) << listed.out;
  EXPECT_EQ(call("pursuit-run list sets.yaml --where activation=threshold+input_gain --csv").out,
            listed.out);
  EXPECT_EQ(call("pursuit-run verify sets.yaml").exit_code, 0);
}

TEST_F(Activations, SetsAndBoundsHaveTheSameBytesUnderEveryInstructionSetAloneAndSideBySide) {
  write_file(scratch / "sets.yaml", k_sets);
  const std::string train = " pursuit-run sets.yaml --no-figures -q --devices cpu:1 "
                            "--set stages.adapt.activation_min=0 -o ";
  ASSERT_EQ(call("PURSUIT_SIMD=scalar" + train + "a").exit_code, 0);
  ASSERT_EQ(call(train + "b").exit_code, 0);
  EXPECT_EQ(call("diff -r a/models b/models && ls a/models/pursuit | wc -l").out, "8\n");
  // Each again without its siblings.
  const Ended repeated =
      call("for id in $(ls a/runs); do pursuit-run repeat -o a sets.yaml $id || exit; done");
  EXPECT_EQ(repeated.exit_code, 0) << repeated.out << repeated.err;
}

TEST_F(Activations, BoundsClipWhatIsTrained) {
  write_file(scratch / "bounds.yaml", R"(format: pursuit-experiment/1
name: bounds
defaults: {N: 12, tau: 30, n_trials: 40, learning_rate: 0.01}
stages:
  weights: {mode: activation, stage: 1}
  one:
    {mode: activation, stage: 2, needs: weights, activation: threshold,
     sweep: {grid: {activation_min: [null, 0, -0.02], activation_max: [0.05]}}}
  many:
    {mode: activation, stage: 2, needs: weights, activation: threshold+input_gain,
     activation_min: {threshold: 0.02}, activation_max: {threshold: 0.05, input_gain: 1.01}}
)");
  const Ended ended = call("pursuit-run bounds.yaml --no-figures -q");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  expect_python(R"(import json, numpy, scipy.io
manifest = json.load(open("results/bounds/manifest.json"))
runs = {}
for run in manifest["runs"]:
    if run["parameters"]["stage"] == 1:
        assert "activation_min" not in run["parameters"], run
        continue
    canonical = json.loads(json.load(open("results/runs/%s/run.json" % run["id"]))["canonical"])
    for key in ("activation_min", "activation_max"):
        assert run["parameters"].get(key) == canonical.get(key), run
    runs[run["stage"], str(canonical.get("activation_min"))] = scipy.io.loadmat("results/" + run["model"]["path"])
assert set(runs) == {("one", "None"), ("one", "0"), ("one", "-0.02"), ("many", "{'threshold': 0.02}")}, set(runs)
free, zero, below, many = (runs[key] for key in (("one", "None"), ("one", "0"), ("one", "-0.02"), ("many", "{'threshold': 0.02}")))
most = numpy.float32(0.05)
assert free["threshold"].min() < -0.05 and free["threshold"].max() == most
assert zero["threshold"].min() == 0 and zero["threshold"].max() == most
assert below["threshold"].min() == numpy.float32(-0.02)
assert "activation_min" not in free and zero["activation_min"] == 0 and zero["activation_max"] == 0.05
assert many["threshold"].min() == numpy.float32(0.02) and many["input_gain"].max() == numpy.float32(1.01)
assert many["input_gain"].min() < 0.99  # free below
assert many["activation_max"]["input_gain"][0, 0] == 1.01 and many["activation_min"].dtype.names == ("threshold",))");
  const Ended zero = call("pursuit-run list bounds.yaml --where stage=one,activation_min=0 --csv");
  EXPECT_EQ(std::count(zero.out.begin(), zero.out.end(), '\n'), 2) << zero.out;
  EXPECT_EQ(call("pursuit-run verify bounds.yaml").exit_code, 0);
  const Ended again = call("pursuit-run plan bounds.yaml");
  EXPECT_NE(again.out.find("5 runs: 5 reused, 0 to train"), std::string::npos) << again.out;
}

// A bound holds before the first trial, and where there is none.
TEST_F(Activations, BoundsHoldWithoutTrials) {
  write_file(scratch / "none.yaml", R"(format: pursuit-experiment/1
name: none
defaults: {N: 5, tau: 30, n_trials: 0}
stages:
  weights: {mode: activation, stage: 1}
  adapt: {mode: activation, stage: 2, needs: weights, activation: threshold, activation_min: 0.1}
)");
  ASSERT_EQ(call("pursuit-run none.yaml --no-figures -q").exit_code, 0);
  expect_python(R"(import glob, numpy, scipy.io
(path,) = glob.glob("results/models/pursuit/*_threshold_*")
assert (scipy.io.loadmat(path)["threshold"] == numpy.float32(0.1)).all())");
}

TEST_F(Activations, WhatCannotBeIsRefusedWithItsPlace) {
  const std::string head = "format: pursuit-experiment/1\nname: x\nstages:\n"
                           "  w: {mode: activation, stage: 1, N: 5, tau: 30, n_trials: 2}\n";
  const auto refused = [&](const std::string &stage, const std::string &message) {
    write_file(scratch / "x.yaml", head + stage);
    const Ended ended = call("pursuit-run plan x.yaml");
    EXPECT_EQ(ended.exit_code, 2) << stage;
    EXPECT_NE(ended.err.find(message), std::string::npos) << stage << "\n" << ended.err;
  };
  const std::string adapt = "  a: {mode: activation, stage: 2, needs: w, n_trials: 2, ";
  refused(adapt + "activation: threshold+threshold}\n",
          "x.yaml:5:70: activation: threshold is given twice");
  refused(adapt + "activation: threshold+input_gian}\n", "did you mean \"input_gain\"?");
  refused(adapt + "activation: threshold, activation_min: 2, activation_max: 1}\n",
          "activation_min of threshold is 2, above activation_max, which is 1");
  refused(adapt + "activation: threshold, activation_min: {input_gain: 0}}\n",
          "activation_min names input_gain, which is not trained where activation is threshold");
  refused(adapt + "activation: threshold, activation_min: {input_gian: 0}}\n",
          "did you mean \"input_gain\"?");
  refused(adapt + "activation: threshold, activation_min: low}\n", "expected a number, found");
  refused("  v: {mode: activation, stage: 1, N: 5, tau: 30, n_trials: 2, activation_min: 0}\n",
          "activation_min has no meaning in stage 1");
}

TEST_F(Activations, ABoundInDefaultsMeansTheStagesThatTrainIt) {
  write_file(scratch / "x.yaml", R"(format: pursuit-experiment/1
name: x
defaults: {N: 5, tau: 30, n_trials: 2, activation_min: {threshold: 0}}
stages:
  w: {mode: activation, stage: 1}
  a: {mode: activation, stage: 2, needs: w, sweep: {grid: {activation: [threshold, input_gain]}}}
)");
  const Ended ended = call("pursuit-run plan x.yaml");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.out.find("threshold N=5 tau=30 gain=1.5 activation_min=0 "), std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("input_gain N=5 tau=30 gain=1.5 seed=1"), std::string::npos)
      << ended.out;
}

TEST_F(Activations, BoundsAreColumnsThatListCanAskFor) {
  write_file(scratch / "x.yaml", R"(format: pursuit-experiment/1
name: x
defaults: {N: 5, tau: 30, n_trials: 3}
stages:
  w: {mode: activation, stage: 1}
  a: {mode: activation, stage: 2, needs: w,
      sweep: {grid: {activation: [threshold, threshold+input_gain], activation_min: [null, 0]}}}
figures: [bias_toward_prior, unit_tuning]
evaluate: {trials: 1}
)");
  const Ended ended = call("pursuit-run x.yaml");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const auto ids = [&](const std::string &where) {
    const Ended listed = call("pursuit-run list x.yaml --csv --where 'stage=a," + where + "'");
    EXPECT_EQ(listed.exit_code, 0) << listed.err;
    return std::count(listed.out.begin(), listed.out.end(), '\n') - 1;
  };
  EXPECT_EQ(ids("activation_min=0"), 2);
  EXPECT_EQ(ids("activation_min=none"), 2);
  EXPECT_EQ(ids("activation_min!=none"), 2);
  EXPECT_EQ(ids("activation_min>=0"), 2);
  expect_python(R"(import csv
rows = list(csv.DictReader(open("results/x/figures/bias_toward_prior.csv")))
cells = {(row["model"], row["activation_min"]) for row in rows if "threshold" in row["model"]}
assert cells == {(model, least) for model in ("threshold", "input_gain+threshold") for least in ("none", "0")}, cells
rows = list(csv.DictReader(open("results/x/figures/unit_tuning.csv")))
assert len({row.get("activation_min") for row in rows if "threshold" in row["model"]}) == 1, "not side by side")");
}

TEST_F(Activations, DamagedBoundsAreNamed) {
  expect_python(R"(import numpy, scipy.io, subprocess
rng = numpy.random.default_rng(1)
f = numpy.float32
n, k, T = 4, 2, 150
case = dict(format="pursuit-replay/1", mode="activation", stage=2.0, activation="threshold", tau=30.0, dt=1.0,
            learning_rate=1e-4, w=rng.normal(size=(n, n)).astype(f), w_in=rng.normal(size=(n, k)).astype(f),
            w_out=numpy.zeros((2, n), f), b_out=numpy.zeros((1, 1), f), input_gain=numpy.ones((n, 1), f),
            threshold=numpy.zeros((n, 1), f), response_gain=numpy.ones((n, 1), f), u=rng.normal(size=(k, T, 1)),
            z=numpy.zeros((T, 2, 1)), x0=numpy.zeros((n, 1), f), noise=numpy.zeros((n, T - 1, 1), f))
two = numpy.zeros((1, 2), dtype=[("threshold", object)])
two["threshold"] = [[1.0, 2.0]]
for bounds, message in [({"activation_min": numpy.zeros((0, 0), dtype=[("threshold", object)])}, "no struct of one element"),
                        ({"activation_min": two}, "no struct of one element"),
                        ({"activation_min": {"threshold": "low"}}, "its field threshold is no number"),
                        ({"activation_min": {"thresold": 0.0}}, "its field \"thresold\" is no activation parameter"),
                        ({"activation_min": {"input_gain": 0.0}}, "which is not trained where activation is threshold"),
                        ({"activation_min": numpy.inf}, "it is not finite"),
                        ({"activation_min": 2.0, "activation_max": 1.0}, "above activation_max, which is 1"),
                        ({"stage": 1.0, "activation_max": 1.0}, "stage is 1")]:
    scipy.io.savemat("case.mat", {**case, **bounds})
    ended = subprocess.run(["pursuit-run", "replay", "case.mat", "-o", "out.mat"], capture_output=True, text=True)
    assert ended.returncode == 2 and "case.mat: " in ended.stderr and message in ended.stderr, (bounds, ended))");
  const Ended empty = call("pursuit-train --n_trials 2 --mode activation --stage 2 --output_dir . "
                           "--pretrained_path m.mat --activation threshold --activation_min ''");
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_NE(empty.err.find("--activation_min has no value"), std::string::npos) << empty.err;
}

} // namespace

} // namespace pursuit
