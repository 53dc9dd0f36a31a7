// `pursuit-run repeat` from outside: the same bytes from what is recorded, or where they part.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Repeat : public ::testing::Test {
protected:
  Repeat() {
    write_file(scratch / "small.yaml", small_experiment());
    fs::create_directory(scratch / "tmp");
  }

  // Temporary folders go where we can see whether they go away.
  Ended call(const std::string &command) {
    return shell(scratch.path(), "export TMPDIR=$PWD/tmp\n" + command);
  }

  std::string id_of(const std::string &where, const std::string &filter) {
    return call("pursuit-run list " + where + " --csv --where '" + filter +
                "' | tail -1 | cut -d, -f1")
        .out.substr(0, 64);
  }

  void expect_identical(const std::string &where, const std::string &filter) {
    const Ended ended = call("pursuit-run repeat " + where + " " + id_of(where, filter) + " -q");
    EXPECT_EQ(ended.exit_code, 0) << filter << "\n" << ended.out << ended.err;
    EXPECT_TRUE(ended.out.starts_with("identical: ")) << ended.out;
    EXPECT_TRUE(fs::is_empty(scratch / "tmp"));
  }

  fs::path model_of(const std::string &id) {
    const std::string line = call("ls results/models/pursuit/*" + id.substr(0, 12) + ".mat").out;
    return scratch / line.substr(0, line.find('\n'));
  }

  Scratch scratch;
};

TEST_F(Repeat, GivesTheSameBytesOfEveryKindOfRun) {
  write_file(scratch / "kinds.yaml",
             "format: pursuit-experiment/1\nname: kinds\ndata: {synthetic: {seed: 3}}\n"
             "defaults: {N: 9, tau: 30}\nstages:\n"
             "  weights: {mode: activation, stage: 1, n_trials: 20}\n"
             "  nothing: {mode: activation, stage: 1, n_trials: 0}\n"
             "  cued: {mode: prior_input, stage: 1, n_trials: 20}\n"
             "  adapt: {mode: activation, stage: 2, needs: weights, n_trials: 20, activation: "
             "threshold}\n");
  ASSERT_EQ(call("pursuit-run kinds.yaml -q").exit_code, 0);
  for (const char *stage : {"weights", "nothing", "cued", "adapt"})
    expect_identical("kinds.yaml", std::string("stage=") + stage);
  write_file(scratch / "outer.yaml",
             "format: pursuit-experiment/1\nname: outer\ndata: d.mat\nstages:\n  adapt: {mode: "
             "activation, stage: 2, needs: {files: 'kept/*.mat'}, n_trials: 9, activation: "
             "response_gain}\n");
  ASSERT_EQ(call("pursuit-run data synth --seed 2 -o d.mat && mkdir kept && cp "
                 "results/models/pursuit/*stage1* kept && pursuit-run outer.yaml -q")
                .exit_code,
            0);
  expect_identical("results/outer", "stage=adapt");
}

TEST_F(Repeat, WritesNothingWhereTheRunLies) {
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  const std::string list = "find results -printf '%p %T@ %s\\n' | sort";
  const std::string id = id_of("small.yaml", "stage=adapt");
  const std::string before = call(list).out;
  EXPECT_EQ(call("pursuit-run repeat small.yaml " + id + " -q").exit_code, 0);
  EXPECT_EQ(call(list).out, before);
}

// What a bug in the arithmetic would leave: a model whose bytes fit its record and are not the
// run's.
TEST_F(Repeat, NamesTheFirstElementThatDiffers) {
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  const std::string id = id_of("small.yaml", "stage=weights,seed=1");
  const Ended changed = call(python() + R"( - <<'END'
import glob, hashlib, struct
path = glob.glob("results/models/pursuit/*)" +
                             id.substr(0, 12) + R"(.mat")[0]
old = open(path, "rb").read()
# The third loss: losses is the only variable of 30 doubles (mxDOUBLE tag, 240 bytes).
at = old.index(struct.pack("<II", 9, 240)) + 8 + 2 * 8
new = old[:at] + struct.pack("<d", 123.5) + old[at + 8:]
open(path, "wb").write(new)
sums = hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest()
for f in glob.glob("results/runs/*/result.json") + ["results/small/manifest.json"]:
    text = open(f).read()
    open(f, "w").write(text.replace(*sums))
END)");
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  const Ended ended = call("pursuit-run repeat small.yaml " + id + " -q");
  EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("first difference: losses(3, 1): 123.5 and "), std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("; losses differ"), std::string::npos) << ended.out;
}

TEST_F(Repeat, TellsADamagedFileFromADifferentResult) {
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  const std::string id = id_of("small.yaml", "stage=weights,seed=1");
  const fs::path model = model_of(id);
  write_file(model, read_file(model).substr(0, 500));
  Ended ended = call("pursuit-run repeat small.yaml " + id + " -q");
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_NE(ended.out.find("has the recorded SHA-256"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("is damaged"), std::string::npos) << ended.out;
  ended = call("pursuit-run repeat small.yaml " + id_of("small.yaml", "stage=adapt,seed=1"));
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find(model.filename().string() + " is damaged"), std::string::npos)
      << "a damaged parent: " << ended.err;
}

TEST_F(Repeat, OfOtherNumericsIsNotComparable) {
  ASSERT_EQ(call("pursuit-run small.yaml -q --engine reference").exit_code, 0);
  expect_identical("small.yaml", "stage=weights,seed=1");
  // As a later version of the program would find it, if reference-1 had become reference-2.
  ASSERT_EQ(call(python() + R"( - <<'END'
import glob, hashlib, json, os
m = open("results/small/manifest.json").read()
for f in glob.glob("results/runs/*/run.json"):
    run = json.load(open(f))
    text = run["canonical"].replace("reference-1", "reference-9")
    new = hashlib.sha256(text.encode()).hexdigest()
    run.update(canonical=text, id=new, numerics="reference-9")
    if run["parent"]: continue
    json.dump(run, open(f, "w"))
    os.rename(os.path.dirname(f), "results/runs/" + new)
    r = json.load(open("results/runs/%s/result.json" % new))
    m = m.replace(r["id"], new)
    r["id"] = new
    json.dump(r, open("results/runs/%s/result.json" % new, "w"))
open("results/small/manifest.json", "w").write(m.replace("reference-1", "reference-9"))
END)")
                .exit_code,
            0);
  const std::string id = id_of("small.yaml", "stage=weights,seed=1");
  const Ended ended = call("pursuit-run repeat small.yaml " + id);
  EXPECT_EQ(ended.exit_code, 2) << ended.out;
  EXPECT_NE(ended.err.find("not comparable: the run was made with reference-9"), std::string::npos)
      << ended.err;
}

TEST_F(Repeat, StopsAtSigintAndLeavesNothing) {
  ASSERT_EQ(call("pursuit-run small.yaml -q --set stages.weights.n_trials=60000 --set "
                 "stages.weights.seeds='[1]' --set defaults.N=40")
                .exit_code,
            0);
  const std::string id = id_of("small.yaml", "stage=weights");
  const Ended ended = call("pursuit-run repeat small.yaml " + id +
                           " -q & pid=$!; for i in $(seq 400); do grep -qs run_started "
                           "tmp/*/repeat/journal.jsonl && break; sleep 0.05; done; kill -INT $pid; "
                           "wait $pid");
  EXPECT_EQ(ended.exit_code, 130) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("nothing was compared"), std::string::npos) << ended.err;
  EXPECT_TRUE(fs::is_empty(scratch / "tmp"));
}

TEST_F(Repeat, KeepsItsFolderWhenAsked) {
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  const std::string id = id_of("small.yaml", "stage=weights,seed=1");
  const Ended ended = call("pursuit-run repeat small.yaml --keep " + id + " -q");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(call("ls tmp/*/models/pursuit/*.mat | wc -l").out, "1\n");
}

} // namespace

} // namespace pursuit
