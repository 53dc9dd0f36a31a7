// The smaller verbs from outside.
#include <gtest/gtest.h>

#include <sstream>

#include "verbs.hpp"

namespace pursuit {

namespace {

TEST_F(Verbs, HelpAndVersionEverywhere) {
  expect_output("pursuit-run --help", "pursuit-run EXPERIMENT.yaml");
  // Every verb that the help lists; and it lists at least these.
  const std::string listed = call("pursuit-run --help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p'").out;
  for (const char *verb :
       {"run", "plan", "status", "list", "show", "log", "why", "diff", "verify", "repeat", "gc",
        "evaluate", "report", "replay", "devices", "schema", "data"}) {
    EXPECT_NE(("\n" + listed).find(std::string("\n") + verb + "\n"), std::string::npos) << verb;
  }
  std::istringstream verbs(listed);
  int helped = 0;
  for (std::string verb; std::getline(verbs, verb);) {
    expect_output("pursuit-run " + verb + " --help", "pursuit-run " + verb);
    ++helped;
  }
  EXPECT_GE(helped, 17);
  expect_output("pursuit-run --version", "numerics fused-1 reference-1");
  expect_output("pursuit-train --version", "pursuit-train");
  expect_output("pursuit-train --help", "--pretrained_path");
}

// CLI11 2.4 refuses an argument that is called like an option, in every call of its verb.
TEST_F(Verbs, NoArgumentIsCalledLikeAnOption) {
  expect_output("pursuit-run --help", "list");
  expect_python("pursuit-run --help", R"(
import re, subprocess
verbs = re.findall(r"^  ([a-z]+) ", out, re.M)
assert len(verbs) > 15, verbs
checked = 0
for verb in verbs:
    text = subprocess.run(["pursuit-run", verb, "--help"], capture_output=True, text=True).stdout
    arguments = re.search(r"^(?:Positionals|POSITIONALS):\n(.*?)^\n", text + "\n\n", re.M | re.S)
    for name in re.findall(r"^  ([a-z]+) ", arguments[1] if arguments else "", re.M):
        assert not re.search(rf"--{name}\b", text), (verb, name)
        checked += 1
assert checked > 10, checked
)");
}

TEST_F(Verbs, MistypedWordsAreAnswered) {
  expect_refused("pursuit-run pln small.yaml", "did you mean \"plan\"?");
  expect_refused("pursuit-run plan small.yaml --jsn", "did you mean \"--json\"?");
  expect_refused("pursuit-run small.yaml --engine refrence", "did you mean \"reference\"?");
  expect_refused("pursuit-run small.yaml --devices cpu:0", "cpu:0");
  expect_refused("pursuit-run small.yaml --devices tpu", "tpu");
  expect_refused("pursuit-run gone.yaml", "gone.yaml");
  expect_refused("PURSUIT_SIMD=avx1024 pursuit-run small.yaml", "PURSUIT_SIMD");
  expect_refused("PURSUIT_SIMD=avx1024 pursuit-train --describe --engine fused", "PURSUIT_SIMD");
  expect_refused("pursuit-run", "--help");
}

// Before LibTorch is looked for, which may have to be fetched.
TEST_F(Verbs, NoGpuIsSaidFirst) {
  const std::string none = "CUDA_VISIBLE_DEVICES= ";
  expect_refused(none + "pursuit-run plan small.yaml --devices cuda", "GPU");
  expect_refused(
      none + "PURSUIT_MODULE_DIR=/nowhere pursuit-train --n_trials 1 --N 10 --decay_taus 30 "
             "--mode activation --stage 1 --output_dir . --device cuda:0",
      "--device cuda:0: there is no GPU");
  write_file(scratch / "case.mat", "");
  expect_refused(none + "pursuit-run replay case.mat -o out.mat --engine torch --device cuda:0",
                 "case.mat");
}

TEST_F(Verbs, OnlyTheTorchEngineNamesLibTorch) {
  const Ended version = call("pursuit-run --version");
  EXPECT_EQ(version.out.find("LibTorch"), std::string::npos) << version.out;
  const std::string libraries = R"(
import json
libraries = json.load(open("results/small/manifest.json"))["program"]["libraries"]
assert len(libraries) > 5, libraries
)";
  const std::string train = "pursuit-run small.yaml --no-figures --set stages.weights.n_trials=1 ";
  ASSERT_EQ(call(train).exit_code, 0);
  expect_python("true", libraries + "assert 'LibTorch' not in libraries, libraries");
  if (call("ls $(dirname $(command -v pursuit-run))/pursuit_torch.so").exit_code != 0) {
    GTEST_SKIP() << "the torch module is not built: tools/setup torch";
  }
  ASSERT_EQ(call(train + "--engine torch --devices cpu:1 --set stages.adapt.n_trials=1").exit_code,
            0);
  expect_python("true", libraries + "assert libraries['LibTorch'].startswith('2.'), libraries");
}

TEST_F(Verbs, VerbsOfLaterVersionsSaySo) {
  for (const std::string verb :
       {"submit", "work", "cancel", "cluster", "summary", "compare", "bundle"}) {
    const std::string told = "the verb \"" + verb + "\" is not in this version";
    for (const std::string &words : {verb + " small.yaml", verb + " --help", "help " + verb})
      expect_refused("pursuit-run " + words, told);
  }
}

TEST_F(Verbs, OptionsThatCannotBeAreNamed) {
  const std::string plan = "pursuit-run plan small.yaml ";
  expect_refused(plan + "--devices cpu --devices cpu", "--devices is given 2 times; give it once");
  expect_refused(plan + "--set", "--set needs a value");
  expect_refused(plan + "--engine ''", "write auto, fused, torch, reference or reference-double");
  expect_refused(plan + "-o $(printf 'x%.0s' $(seq 300))", "File name too long");
  expect_refused("pursuit-run --versio", "unknown option \"--versio\"");
  const std::string synth = "pursuit-run data synth -o ";
  expect_refused(synth + ".", ". is a folder; name a file in it");
  for (const char *seed : {"9223372036854775808", "-1", "1.5", "''"})
    expect_refused(synth + "x.mat --seed " + seed, "a whole number from 0 to 2^63 - 1, not");
  expect_refused("pursuit-run data draws --mode x --stage 1 --n_trials 1",
                 "write activation or prior_input");
}

TEST_F(Verbs, PlanSaysWhatAndWhy) {
  expect_output("pursuit-run plan small.yaml", "8 runs: 0 reused, 8 to train");
  expect_python("pursuit-run plan small.yaml --json", R"(
import json
runs = json.loads(out)["runs"]
assert len(runs) == 8 and all(r["state"] == "pending" and r["reason"] == "new" for r in runs)
seen = set()
for r in runs:
    assert r["parent"] is None or r["parent"] in seen
    seen.add(r["id"])
assert len(seen) == 8
# Stages as in the file, then what is trained, then seeds.
order = [(r["stage"], r["parameters"]["activation"], r["parameters"]["seed"]) for r in runs]
assert order == [("weights", None, 1), ("weights", None, 2), ("adapt", "input_gain", 1), ("adapt", "input_gain", 2),
                 ("adapt", "threshold", 1), ("adapt", "threshold", 2), ("adapt", "response_gain", 1),
                 ("adapt", "response_gain", 2)], order)");
  expect_python("pursuit-run plan small.yaml --sort=-seed,stage --json", R"(
import json
runs = json.loads(out)["runs"]
assert [r["parameters"]["seed"] for r in runs] == [2] * 4 + [1] * 4
assert [r["stage"] for r in runs] == ["weights", "adapt", "adapt", "adapt"] * 2)");
  expect_output("pursuit-run plan small.yaml --sort -seed | head -1 | grep -o seed=2", "seed=2");
  expect_refused("pursuit-run plan small.yaml --sort sead", "did you mean \"seed\"?");
  expect_output("pursuit-run plan small.yaml --graph dot", "digraph");
  expect_output("pursuit-run plan small.yaml --graph mermaid", "flowchart");
}

// The issue's bound: 100,000 points in 2 s and 500 MB. Timed twice over, since other processes
// share the cores of a test machine.
TEST_F(Verbs, PlansAHundredThousandPoints) {
  write_file(scratch / "huge.yaml",
             "format: pursuit-experiment/1\nname: huge\nstages:\n  weights:\n    mode: activation\n"
             "    stage: 1\n    n_trials: 10\n    tau: 30\n    sweep:\n      grid:\n"
             "        N: {from: 1, to: 100, step: 1}\n        gain: {linspace: [1, 2, 50]}\n"
             "    seeds: {from: 1, count: 20}\n");
  expect_python("bash -c 'TIMEFORMAT=%U; time pursuit-run plan huge.yaml > plan.txt' 2> time.txt; "
                "tail -1 plan.txt",
                R"(
assert out.startswith("100000 runs"), out
user_s = float(open("time.txt").read())
assert user_s < 4, user_s)");
}

TEST_F(Verbs, ReadersOfAFinishedExperiment) {
  ASSERT_EQ(call("pursuit-run small.yaml --progress none").exit_code, 0);
  expect_output("pursuit-run status small.yaml", "8 runs: 8 done");
  expect_output("pursuit-run status results/small", "complete");
  expect_python("pursuit-run status results/small/ --json",
                "import json; assert json.loads(out)['counts']['done'] == 8");
  expect_output("pursuit-run status small.yaml --watch", "complete");
  expect_python("pursuit-run list small.yaml --csv", R"(
import csv, io
rows = list(csv.DictReader(io.StringIO(out)))
assert len(rows) == 8
assert {r["stage"] for r in rows} == {"weights", "adapt"}
assert all(float(r["loss_last"]) > 0 and r["state"] == "done" for r in rows)
assert sorted({r["activation"] for r in rows}) == ["", "input_gain", "response_gain", "threshold"])");
  expect_python(
      "pursuit-run list small.yaml --csv --where 'stage=adapt,seed>=2,activation!=threshold'",
      "assert out.count('\\n') == 3, out");
  expect_python("pursuit-run list small.yaml --json --where seed=1",
                "import json; assert len(json.loads(out)) == 4");
  expect_refused("pursuit-run list small.yaml --where sead=1", "did you mean \"seed\"?");
  expect_python("pursuit-run list small.yaml --csv --where 'activation=threshold,seed=1'", R"(
import subprocess
run = out.split("\n")[1].split(",")[0]
text = subprocess.run(["pursuit-run", "show", "small.yaml", run[:8]], capture_output=True, text=True, check=True).stdout
assert run in text and "canonical" in text and "threshold" in text and "sha256" in text, text
log = subprocess.run(["pursuit-run", "log", "small.yaml", run], capture_output=True, text=True, check=True).stdout
assert log.strip(), log)");
  expect_refused("pursuit-run show small.yaml zzzz", "zzzz");
}

// Claims about losses need no evaluation; three units are too few for the cosine fit that the map would show.
TEST_F(Verbs, ClaimsAreCheckedAndTheReportWritten) {
  write_file(scratch / "claims.yaml",
             small_experiment() +
                 "figures: [learning_curves, {parameter_map: {x: N, y: tau, measure: "
                 "parameter_amplitude}}]\nexpect:\n"
                 "  - {measure: loss, stage: weights, mean_between: [0, 100]}\n"
                 "  - {measure: loss_first, stage: weights, mean_between: [-2, -1]}\n");
  const Ended ended = call("pursuit-run claims.yaml --progress none --set defaults.N=3");
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_NE(ended.out.find("expect  passed  loss, of weights"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("expect  FAILED  loss_first"), std::string::npos) << ended.out;
  expect_python("cat results/small/manifest.json", R"(
import hashlib, json
manifest = json.loads(out)
assert [e["passed"] for e in manifest["expectations"]] == [True, False]
assert manifest["expectations"][0]["n"] == 2 and len(manifest["expectations"][0]["interval"]) == 2
drawn, skipped = manifest["figures"]
assert len(drawn["files"]) == 4 and len(drawn["models"]) == 2 and drawn["skipped_because"] is None
for file in drawn["files"]:
    assert hashlib.sha256(open("results/" + file["path"], "rb").read()).hexdigest() == file["sha256"]
assert skipped["files"] == [] and skipped["skipped_because"])");
  expect_output("cp -r results/small/figures before && { pursuit-run report claims.yaml; "
                "test $? = 1; } && diff -r before results/small/figures && echo same",
                "same");
  expect_output("grep -c 'synthetic data' results/small/report.html", "");
}

TEST_F(Verbs, StatusOfWhatWasNeverRun) {
  expect_refused("pursuit-run status small.yaml", "has not been run");
}

TEST_F(Verbs, DataOfASeedIsTheSameFileEverywhere) {
  expect_output("pursuit-run data synth -o a.mat && pursuit-run data synth -o b.mat && cmp a.mat "
                "b.mat && echo same",
                "same");
  expect_output("pursuit-run data synth -o c.mat --seed 2; cmp -s a.mat c.mat || echo other",
                "other");
  expect_python("pursuit-run data synth -o d.mat", R"(
import hashlib, scipy.io
assert out.split()[0] == hashlib.sha256(open("d.mat", "rb").read()).hexdigest()
data = scipy.io.loadmat("d.mat")["Data"]
assert data.shape == (1, 28)
assert data[0, 0]["highCont"][0, 0]["narrow_plus15"][0, 0]["hvel"].size == 300)");
  expect_output("pursuit-run data info d.mat", "28 days");
}

TEST_F(Verbs, DrawsShowWhoIsShownWhat) {
  expect_python("pursuit-run data draws --mode activation --stage 2 --n_trials 3000", R"(
import csv, io, collections
rows = list(csv.DictReader(io.StringIO(out)))
assert len(rows) == 3000 and {r["day"] for r in rows} == {"0"}
priors = collections.Counter(r["prior"] for r in rows)
assert set(priors) == {"narrow", "narrow_plus15", "narrow_minus15"}
# A third each: five standard deviations of a binomial count of 3000 are 129.
assert all(abs(n - 1000) < 129 for n in priors.values()), priors
contrasts = collections.Counter(r["contrast"] for r in rows)
assert abs(contrasts["high"] - 1500) < 137, contrasts)");
  expect_python("pursuit-run data draws --mode activation --stage 1 --n_trials 2000", R"(
import csv, io
rows = list(csv.DictReader(io.StringIO(out)))
assert {r["prior"] for r in rows} == {"wide"} and len({r["day"] for r in rows}) == 28)");
  if (test_data().empty()) GTEST_SKIP() << "no recorded data: set PURSUIT_TEST_DATA";
  expect_python("pursuit-run data draws --mode prior_input --stage 1 --n_trials 40000 --data " +
                    (test_data() / "data/behavior_data.mat").string(),
                R"(
import csv, io
rows = list(csv.DictReader(io.StringIO(out)))
shown = sum(r["prior"] != "wide" for r in rows) / len(rows)
# One day of 28 with direction 0, three of four conditions: 2.68 %; five standard deviations are 0.4 %.
assert abs(shown - 3 / 4 / 28) < 0.004, shown)");
}

TEST_F(Verbs, DataFilesThatAreNone) {
  write_file(scratch / "text.mat", "no data");
  expect_refused("pursuit-run data info text.mat", "text.mat");
  expect_refused("pursuit-run data info gone.mat", "gone.mat");
  expect_refused("pursuit-run small.yaml --data text.mat", "text.mat");
  expect_refused("pursuit-run small.yaml --data gone.mat", "gone.mat");
  ASSERT_EQ(
      call("pursuit-run data synth -o whole.mat && head -c 100000 whole.mat > cut.mat").exit_code,
      0);
  expect_refused("pursuit-run small.yaml --data cut.mat", "cut.mat");
}

TEST_F(Verbs, StreamsThatAreClosedOrFullStopNothing) {
  EXPECT_EQ(call("pursuit-run plan gone.yaml 2>/dev/full").exit_code, 2);
  EXPECT_EQ(call("pursuit-run plan gone.yaml 2>&-").exit_code, 2);
  EXPECT_EQ(call("pursuit-run small.yaml -o full 2>/dev/full").exit_code, 0);
  EXPECT_EQ(call("pursuit-run small.yaml -o closed 2>&- >&- <&-").exit_code, 0);
  EXPECT_EQ(all_models(scratch / "full"), all_models(scratch / "closed"));
  EXPECT_EQ(read_file(scratch / "closed/small/lock").find("pid "), 0U)
      << "nothing said may land in a file of ours";
  EXPECT_EQ(call("pursuit-run list small.yaml -o full > /dev/full").exit_code, 1);
}

TEST_F(Verbs, NumbersThatAreNoneAreRefused) {
  expect_refused("pursuit-run small.yaml --timeout nan", "--timeout");
  expect_refused("pursuit-run small.yaml --timeout -1", "--timeout");
  expect_refused("pursuit-run small.yaml --checkpoint-every 0", "--checkpoint-every");
  expect_refused("pursuit-run data synth -o s.mat --seed -1", "--seed");
  expect_refused(
      "pursuit-run data draws --mode activation --stage 1 --n_trials 1 --noise_direction 1e300",
      "--noise_direction");
  expect_refused(
      "pursuit-train --n_trials 1 --N 2 --decay_taus 9 --mode activation --stage 1 --output_dir . "
      "--gpu_frac nan",
      "--gpu_frac");
}

TEST_F(Verbs, FoldersAndDevicesAreNoFiles) {
  expect_refused("pursuit-run small.yaml --data .", "Is a directory");
  expect_refused("pursuit-run plan .", ". is a folder");
  expect_refused("pursuit-run plan /dev/zero", "no regular file");
  expect_refused("pursuit-run replay . -o out.mat", "Is a directory");
}

TEST_F(Verbs, DamagedManifestIsNamedAndMended) {
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  write_file(scratch / "results/small/manifest.json", "{\"format\": ");
  const Ended ended = call("pursuit-run status small.yaml");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find("results/small/manifest.json is damaged"), std::string::npos)
      << ended.err;
  EXPECT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  expect_output("pursuit-run status small.yaml", "8 done (8 reused)");
}

TEST_F(Verbs, SchemasAreSchemas) {
  for (const char *kind : {"experiment", "manifest"}) {
    expect_python(
        std::string("pursuit-run schema ") + kind,
        "import json, jsonschema; jsonschema.Draft202012Validator.check_schema(json.loads(out))");
  }
  expect_refused("pursuit-run schema manifst", "did you mean \"manifest\"?");
}

TEST_F(Verbs, DevicesListsSlots) { expect_output("pursuit-run devices", "cpu: "); }

} // namespace

} // namespace pursuit
