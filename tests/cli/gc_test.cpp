// `pursuit-run gc` from outside: what it lists, what it removes, and above all what it keeps.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Eight runs of tau 30 that are asked for, and eight of tau 50 that were once.
class Gc : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml", small_experiment());
    ASSERT_EQ(call("pursuit-run small.yaml -q --set defaults.tau=50 && ls results/runs > old && "
                   "pursuit-run small.yaml -q && rm results/small/manifest-1.json")
                  .exit_code,
              0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  std::string files() { return call("cd results && find . -type f | sort | xargs sha256sum").out; }

  std::string old_run() { return read_file(scratch / "old").substr(0, 64); }

  void expect_all_is_well(int runs) {
    const Ended ended = call("pursuit-run small.yaml -q && pursuit-run verify small.yaml && "
                             "ls results/runs | wc -l && ls results/models/pursuit | wc -l");
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    const std::string counts = fmt(runs) + fmt(runs);
    EXPECT_TRUE(ended.out.ends_with(counts)) << ended.out;
  }

  static std::string fmt(int number) { return std::to_string(number) + "\n"; }

  Scratch scratch;
};

TEST_F(Gc, ListsAndRemovesNothingUnasked) {
  const std::string before = files();
  const Ended ended = call("pursuit-run gc small.yaml");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.out.find("8 runs, "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("tau=50"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("    models/pursuit/Task_pursuit_N_9_Tau_50_"), std::string::npos);
  EXPECT_EQ(ended.out.find("tau=30"), std::string::npos) << ended.out;
  EXPECT_EQ(files(), before);
}

TEST_F(Gc, RemovesWhatNobodyAsksForAndKeepsTheRest) {
  for (const char *name : {"evaluation.mat", "evaluation_0a1b2c3d.json", "result.json.99.tmp"})
    write_file(scratch / "results/runs" / old_run() / name, "ours");
  const Ended ended = call("pursuit-run gc small.yaml --yes");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.out.find("8 runs removed"), std::string::npos) << ended.out;
  expect_all_is_well(8);
  EXPECT_NE(call("pursuit-run gc small.yaml").out.find("0 runs, "), std::string::npos);
}

TEST_F(Gc, KeepsWhatAnyExperimentAsksFor) {
  ASSERT_EQ(call("sed 's/name: small/name: other/; s/tau: 30/tau: 50/' small.yaml > other.yaml && "
                 "pursuit-run other.yaml -q")
                .exit_code,
            0);
  EXPECT_NE(call("pursuit-run gc small.yaml --yes").out.find("0 runs removed"), std::string::npos);
  expect_all_is_well(16);
}

TEST_F(Gc, KeepsAModelThatAnExperimentExtendsAsAFile) {
  write_file(scratch / "outer.yaml",
             "format: pursuit-experiment/1\nname: outer\nstages:\n  adapt: {mode: activation, "
             "stage: 2, needs: {files: 'results/models/pursuit/*Tau_50_stage1*.mat'}, n_trials: 2, "
             "activation: threshold}\n");
  ASSERT_EQ(call("pursuit-run outer.yaml -q").exit_code, 0);
  EXPECT_NE(call("pursuit-run gc small.yaml --yes").out.find("6 runs removed"), std::string::npos);
  EXPECT_EQ(call("pursuit-run verify outer.yaml").exit_code, 0);
}

TEST_F(Gc, RefusesWhereAManifestCannotBeRead) {
  ASSERT_EQ(call("sed 's/name: small/name: other/' small.yaml > other.yaml && "
                 "pursuit-run other.yaml -q")
                .exit_code,
            0);
  const std::string before = files();
  for (const char *damage :
       {"truncate -s 100 results/other/manifest.json", "rm results/other/manifest.json"}) {
    ASSERT_EQ(call(damage).exit_code, 0);
    const Ended ended = call("pursuit-run gc small.yaml --yes");
    EXPECT_EQ(ended.exit_code, 1) << ended.out;
    EXPECT_NE(ended.err.find("results/other/manifest.json"), std::string::npos) << ended.err;
  }
  EXPECT_EQ(call("ls results/runs | wc -l").out, "16\n");
}

TEST_F(Gc, NeverRemovesForeignFilesOrWhatARecordWronglyNames) {
  const std::string id = old_run();
  write_file(scratch / "results/models/pursuit/notes.txt", "mine");
  write_file(scratch / "results/runs" / id / "plot.png", "mine");
  write_file(scratch / "precious", "mine");
  const std::string other = call("sed -n 2p old").out.substr(0, 64);
  ASSERT_EQ(
      call("sed -i 's#models/pursuit/[^\"]*#../precious#' results/runs/" + other + "/result.json")
          .exit_code,
      0);
  const Ended ended = call("pursuit-run gc small.yaml --yes");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.err.find("left alone: runs/" + other), std::string::npos) << ended.err;
  EXPECT_NE(ended.out.find("7 runs removed"), std::string::npos) << ended.out;
  EXPECT_TRUE(fs::exists(scratch / "precious"));
  EXPECT_TRUE(fs::exists(scratch / "results/models/pursuit/notes.txt"));
  EXPECT_EQ(call("ls results/runs/" + id).out, "plot.png\n");
}

TEST_F(Gc, NeverRemovesWhatALockProtects) {
  const std::string id = old_run();
  const std::string claimed =
      "flock results/runs/" + id + "/lock -c 'pursuit-run gc small.yaml --yes'";
  const Ended run = call(claimed);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("7 runs removed"), std::string::npos) << run.out;
  EXPECT_TRUE(fs::exists(scratch / "results/runs" / id / "run.json"));
  const Ended live = call("flock results/small/lock -c 'pursuit-run gc small.yaml --yes'");
  EXPECT_EQ(live.exit_code, 1) << live.out;
  EXPECT_NE(live.err.find("small is being run"), std::string::npos) << live.err;
  EXPECT_TRUE(fs::exists(scratch / "results/runs" / id / "run.json"));
}

TEST_F(Gc, LeavesATrainingOfPursuitTrainAlone) {
  const Ended ended =
      call("pursuit-train --n_trials 100000000 --N 9 --decay_taus 20 --mode activation --stage 1 "
           "--output_dir results 2> err & pid=$!; for i in $(seq 400); do grep -qs trial err && "
           "break; sleep 0.05; done; pursuit-run gc small.yaml --yes; kill -TERM $pid; wait $pid; "
           "cat results/runs/*/run.json | grep -c '\"tau\": 20'");
  EXPECT_NE(ended.out.find("8 runs removed"), std::string::npos) << ended.out << ended.err;
  EXPECT_TRUE(ended.out.ends_with("\n1\n")) << ended.out;
}

TEST_F(Gc, GoesOnWhereARemovalWasCutShort) {
  const std::string id = old_run();
  ASSERT_EQ(call("rm results/models/pursuit/*" + id.substr(0, 12) + "* results/runs/" + id +
                 "/result.json")
                .exit_code,
            0);
  EXPECT_NE(call("pursuit-run gc small.yaml --yes").out.find("8 runs removed"), std::string::npos);
  expect_all_is_well(8);
}

} // namespace

} // namespace pursuit
