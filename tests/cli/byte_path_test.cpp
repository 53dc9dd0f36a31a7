// Paths that are bytes and no UTF-8, as on old disks and out of old archives: everything is read and written where it was
// asked for, and every record that names it is JSON and leads there again.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

class BytePath : public ::testing::Test {
protected:
  void SetUp() override { write_file(scratch / "small.yaml", small_experiment()); }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }
  void expect_done(const std::string &command) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, 0) << command << "\n" << ended.out << ended.err;
  }
  // Every verb that reads the folder; a second start trains nothing.
  void expect_whole(const std::string &where, const std::string &again) {
    const Ended plan = call(again + " -n");
    EXPECT_NE(plan.out.find("8 runs: 8 reused, 0 to train"), std::string::npos)
        << plan.out << plan.err;
    for (const std::string verb :
         {"verify", "list", "status", "report", "list --json", "status --json"})
      expect_done("pursuit-run " + verb + " " + where +
                  (verb.ends_with("json") ? " | python3 -m json.tool" : ""));
    expect_done("run=$(pursuit-run list --csv " + where +
                " --where stage=adapt | cut -d, -f1 | sed -n 2p) && "
                "pursuit-run show " +
                where + " $run && pursuit-run why " + where +
                " $run && "
                "pursuit-run log " +
                where + " $run && pursuit-run repeat " + where + " $run -q");
    const Ended gc = call("pursuit-run gc " + where);
    EXPECT_EQ(gc.exit_code, 0) << gc.out << gc.err;
  }

  Scratch scratch;
};

TEST_F(BytePath, OfTheOutputFolder) {
  expect_done("o=$(printf 'caf\\351') && pursuit-run small.yaml -q -o $o && "
              "test $(ls -d caf* | wc -l) = 1 && test $(ls $o/models/pursuit | wc -l) = 8 && "
              "python3 -m json.tool $o/small/manifest.json");
  expect_whole("$(printf 'caf\\351/small')", "pursuit-run small.yaml -o $(printf 'caf\\351')");
}

TEST_F(BytePath, OfTheCurrentFolderAndOfTheExperiment) {
  expect_done("h=$(printf 'h\\351') && mkdir $h && cp small.yaml $h/$h.yaml && cd $h && "
              "pursuit-run $h.yaml -q && python3 -m json.tool results/small/manifest.json && "
              "test $(ls results/models/pursuit | wc -l) = 8");
  expect_whole("$(printf 'h\\351/results/small')",
               "cd $(printf 'h\\351') && pursuit-run $(printf 'h\\351.yaml')");
}

TEST_F(BytePath, OfTheData) {
  expect_done("d=$(printf 'd\\351') && mkdir $d && pursuit-run data synth --seed 2 -o $d/$d.mat && "
              "pursuit-run small.yaml -q --data $d/$d.mat && "
              "python3 -m json.tool results/small/manifest.json");
  expect_whole("results/small", "pursuit-run small.yaml --data $(printf 'd\\351/d\\351.mat')");
  const Ended gone = call("mv $(printf 'd\\351') e && pursuit-run verify small.yaml");
  EXPECT_EQ(gone.exit_code, 1);
  EXPECT_NE(gone.out.find("d\\xe9/d\\xe9.mat: it is not there"), std::string::npos) << gone.out;
}

TEST_F(BytePath, OfModelsMadeElsewhereAndOfTemporaryFiles) {
  write_file(scratch / "more.yaml",
             "format: pursuit-experiment/1\nname: more\nevaluate: {trials: 2}\n"
             "stages:\n  adapt: {mode: activation, stage: 2, n_trials: 20, "
             "activation: threshold, needs: {files: 'm*/*.mat'}}\n");
  expect_done(
      "m=$(printf 'm\\351') && mkdir $m && pursuit-train --n_trials 20 --N 9 --decay_taus 30 "
      "--mode activation --stage 1 --output_dir $m && mv $m/models/pursuit/*.mat $m/$m.mat && "
      "mkdir $m/tmp && export TMPDIR=$PWD/$m/tmp && pursuit-run more.yaml -q && "
      "pursuit-run verify more.yaml && pursuit-run more.yaml -n 2>&1 | grep '1 reused, 0 to train' "
      "&& "
      "pursuit-run repeat more.yaml $(pursuit-run list --csv more.yaml | cut -d, -f1 | sed -n 2p) "
      "-q "
      "&& "
      "pursuit-run evaluate $m/$m.mat | python3 -m json.tool");
}

} // namespace

} // namespace pursuit
