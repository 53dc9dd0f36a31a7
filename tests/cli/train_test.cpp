// pursuit-train from outside, with the flags of the reference's train.py.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// The three commands of the reference's README, but for the program's name, the trials and the
// file.
const std::string k_stage1 =
    "pursuit-train --gpu 0 --gpu_frac 0.7 --n_trials 12 --N 20 --decay_taus 30 "
    "--gain 1.5 --mode activation --stage 1 --output_dir ./";
const std::string k_prior_input = "pursuit-train --gpu 0 --gpu_frac 0.7 --n_trials 12 --N 20 "
                                  "--decay_taus 30 --gain 1.5 --mode prior_input --stage 1 "
                                  "--output_dir ./";

std::string stage2(const std::string &model) {
  return "pursuit-train --gpu 0 --gpu_frac 0.7 --n_trials 8 --N 20 --decay_taus 30 --gain 1.5 "
         "--mode "
         "activation --stage 2 --activation threshold --pretrained_path '" +
         model + "' --output_dir ./";
}

std::string last_line(const std::string &text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
}

class Train : public ::testing::Test {
protected:
  std::string train(const std::string &command) {
    const Ended ended = shell(scratch.path(), command);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return last_line(ended.out);
  }

  void expect_refused(const std::string &command, const std::string &message) {
    const Ended ended = shell(scratch.path(), command);
    EXPECT_EQ(ended.exit_code, 2) << ended.err;
    EXPECT_NE(ended.err.find(message), std::string::npos) << ended.err;
    EXPECT_TRUE(fs::is_empty(scratch.path())) << "something was written";
  }

  Scratch scratch;
};

TEST_F(Train, CommandsOfTheReferenceRun) {
  const std::string first = train(k_stage1);
  EXPECT_EQ(first.find("./models/pursuit/Task_pursuit_N_20_Tau_30_20"), 0U) << first;
  const std::string second = train(stage2(first));
  const std::string cued = train(k_prior_input);
  const Ended checked =
      shell(scratch.path(), python() + " - " + first + " " + second + " " + cued + R"( <<'END'
import sys, numpy as np, scipy.io
first, second, cued = (scipy.io.loadmat(f) for f in sys.argv[1:])
for name in ("w", "w_in", "w_out", "b_out", "input_gain", "response_gain"):
    assert first[name].tobytes() == second[name].tobytes(), name
assert (second["threshold"] != 0).any() and (first["threshold"] == 0).all()
assert second["losses"].shape == (8, 1) and first["losses"].shape == (12, 1)
assert second["activation"][0] == "threshold" and first["activation"][0] == "input_gain"
assert first["w_in"].shape == (20, 2) and cued["w_in"].shape == (20, 3)
assert first["w"].dtype == np.float32 and first["N"].dtype == np.int64 and first["losses"].dtype == np.float64
assert open(sys.argv[1], "rb").read(19) == b"MATLAB 5.0 MAT-file"
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

TEST_F(Train, SaysEngineDeviceAndThatDataIsSynthetic) {
  const Ended ended = shell(scratch.path(), k_stage1);
  EXPECT_NE(ended.err.substr(0, ended.err.find("trial")).find("fused"), std::string::npos)
      << ended.err;
  EXPECT_NE(ended.err.find("synthetic data"), std::string::npos) << ended.err;
}

TEST_F(Train, GivesTheSameBytesAsAnExperiment) {
  write_file(scratch / "one.yaml",
             "format: pursuit-experiment/1\nname: one\nstages:\n  weights: {mode: activation, "
             "stage: 1, n_trials: 12, N: 20, tau: 30}\n");
  ASSERT_EQ(shell(scratch.path(), "pursuit-run one.yaml --progress none").exit_code, 0);
  const std::string model = train(k_stage1);
  EXPECT_EQ(shell(scratch.path(), "cmp " + model + " results/models/pursuit/*.mat").exit_code, 0);
}

// A training by hand is a worker: what it leaves, a sweep takes up.
TEST_F(Train, LeavesAResultThatAnExperimentReuses) {
  const std::string model = train(k_stage1);
  const Ended ended = shell(scratch.path(), python() + " - " + model + R"( <<'END'
import glob, hashlib, json, sys
result, = (json.load(open(f)) for f in glob.glob("runs/*/result.json"))
assert result["state"] == "done" and "./" + result["model"]["path"] == sys.argv[1], result
assert result["model"]["sha256"] == hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()
attempt, = result["attempts"]
assert attempt["ended"] and attempt["to_trial"] == 12 and attempt["device"] == "cpu", attempt
assert not glob.glob("runs/*/checkpoint")
END)");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  write_file(scratch / "one.yaml",
             "format: pursuit-experiment/1\nname: one\noutput_dir: .\nstages:\n  weights: {mode: "
             "activation, stage: 1, n_trials: 12, N: 20, tau: 30}\n");
  const Ended reused = shell(scratch.path(), "pursuit-run one.yaml --no-figures");
  EXPECT_NE(reused.out.find("1 of 1 runs done (1 reused)"), std::string::npos) << reused.out;
  EXPECT_EQ(shell(scratch.path(), "pursuit-run verify one").exit_code, 0);
  const std::string kept = "sha256sum runs/*/result.json > kept; ";
  EXPECT_EQ(shell(scratch.path(), kept + k_stage1 + " && sha256sum -c kept").exit_code, 0)
      << "it was finished before";
}

TEST_F(Train, AFailureIsRecordedAndTheNextStartIsAnotherTry) {
  const Ended failed = shell(scratch.path(), "touch models; " + k_stage1);
  EXPECT_EQ(failed.exit_code, 1) << failed.err;
  EXPECT_NE(failed.err.find("models"), std::string::npos) << failed.err;
  const std::string check = python() + R"( -c 'if 1:
    import glob, json
    result, = (json.load(open(f)) for f in glob.glob("runs/*/result.json"))
    print(result["state"], [bool(attempt["error"]) for attempt in result["attempts"]])')";
  EXPECT_EQ(shell(scratch.path(), check).out, "failed [True]\n");
  train("rm models; " + k_stage1);
  EXPECT_EQ(shell(scratch.path(), check).out, "done [True, False]\n");
}

TEST_F(Train, ATryThatWasKilledIsClosedByTheNext) {
  std::string endless = k_stage1;
  endless.replace(endless.find(" 12 "), 4, " 100000000 ");
  shell(scratch.path(), endless + " 2> err & pid=$!; for i in $(seq 400); do "
                                  "grep -qs trial err && break; sleep 0.05; done; kill -KILL $pid");
  const std::string last = "tail -n 2 runs/*/attempts.jsonl | grep -c 'nobody was left'";
  EXPECT_EQ(shell(scratch.path(), last).out, "0\n");
  shell(scratch.path(), "timeout -s INT 0.5 " + endless);
  EXPECT_EQ(shell(scratch.path(), "grep -c 'nobody was left' runs/*/attempts.jsonl").out, "1\n");
}

TEST_F(Train, RedrawsItsLineOnATerminal) {
  const Ended ended =
      shell(scratch.path(),
            python() + " -c 'import pty; pty.spawn([\"sh\", \"-c\", \"exec " + k_stage1 + "\"])'");
  EXPECT_NE(ended.out.find("\rtrial 12/12  loss "), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("\\x"), std::string::npos) << ended.out;
}

TEST_F(Train, NeverOverwritesAModel) {
  const Ended ended = shell(scratch.path(), "for i in 1 2 3; do " + k_stage1 +
                                                " || exit; done; ls models/pursuit | wc -l");
  EXPECT_EQ(last_line(ended.out), "3") << ended.out << ended.err;
}

TEST_F(Train, TakesBothFormsOfAFlag) {
  EXPECT_EQ(shell(scratch.path(),
                  "pursuit-train --n_trials=2 --N=5 --decay_taus=20.5 --mode=activation "
                  "--stage=1 --output_dir=. && ls models/pursuit/Task_pursuit_N_5_Tau_20.5_*")
                .exit_code,
            0);
}

TEST_F(Train, RefusesWrongFlagsBeforeAnyWork) {
  expect_refused("pursuit-train --n_trials 5 --mode activation --stage 2 --output_dir .",
                 "--pretrained_path");
  expect_refused("pursuit-train --n_trials 5 --N 5 --decay_taus 30 --mode prior_input --stage 2 "
                 "--pretrained_path x.mat --output_dir .",
                 "prior_input has one stage");
  expect_refused(
      "pursuit-train --n_trials 5 --N 5 --decay_taus 30 --mode activation --stage 3 --output_dir .",
      "--stage is 1 or 2");
  expect_refused("pursuit-train --n_trials 5 --N 5 --decay_taus 30 --mode activation --stage 1 "
                 "--activation treshold --output_dir .",
                 "did you mean \"threshold\"?");
  const std::string wrong = "pursuit-train --n_trials 1.5 --decay_taus 0.5 --gain big --mode "
                            "activation --stage 1 --output_dir . --activation_min 0";
  expect_refused(wrong, "--n_trials: expected a whole number, found 1.5");
  expect_refused(wrong, "0.5 is out of range; allowed: from 1 to 1000000 ms");
  expect_refused(wrong, "--gain: expected a number");
  expect_refused(wrong, "--N is missing");
  expect_refused(wrong, "--activation_min goes with --stage 2");
  expect_refused("pursuit-train --n_trial 5", "did you mean \"--n_trials\"?");
  expect_refused(
      "pursuit-train --n_trials 5 --N 0 --decay_taus 30 --mode activation --stage 1 --output_dir .",
      "--N");
  expect_refused("pursuit-train --n_trials 5 --mode activation --stage 2 --pretrained_path "
                 "gone.mat --output_dir .",
                 "gone.mat does not exist");
}

TEST_F(Train, RefusesFlagsThatContradictTheParent) {
  const std::string parent = train(k_stage1);
  const Ended n =
      shell(scratch.path(),
            "pursuit-train --n_trials 5 --N 21 --decay_taus 20 --mode activation --stage 2 "
            "--pretrained_path " +
                parent + " --output_dir .");
  EXPECT_EQ(n.exit_code, 2);
  EXPECT_NE(n.err.find("--N 21"), std::string::npos) << n.err;
  EXPECT_NE(n.err.find("--decay_taus 20"), std::string::npos) << n.err;
  const std::string cued = train(k_prior_input);
  EXPECT_EQ(shell(scratch.path(), stage2(cued)).exit_code, 2)
      << "stage 2 cannot extend prior_input";
}

TEST_F(Train, StoppedTrainingResumesToTheSameBytes) {
  const std::string command =
      "pursuit-train --n_trials 6000 --N 60 --decay_taus 30 --mode activation --stage 1";
  const std::string whole = train(command + " --output_dir whole");
  const Ended cut =
      shell(scratch.path(),
            command + " --output_dir cut & pid=$!; sleep 0.25; kill -INT $pid; wait $pid");
  EXPECT_EQ(cut.exit_code, 130) << cut.err;
  const std::string resumed = train(command + " --output_dir cut --resume");
  EXPECT_EQ(shell(scratch.path(), "cmp " + whole + " " + resumed).exit_code, 0);
}

// As in the reference: a stage-2 file is one more file with weights.
TEST_F(Train, TakesTheWeightsOfAStage2ModelAndSaysSo) {
  const std::string child = train(stage2(train(k_stage1)));
  const Ended ended = shell(scratch.path(), stage2(child));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.err.find("its trained threshold is not used"), std::string::npos) << ended.err;
  EXPECT_EQ(
      shell(scratch.path(), python() + " - " + child + " " + last_line(ended.out) + R"( <<'END'
import sys, scipy.io
first, second = (scipy.io.loadmat(f) for f in sys.argv[1:])
assert first["w"].tobytes() == second["w"].tobytes()
assert first["threshold"].tobytes() == second["threshold"].tobytes(), "both start at 0 and see the same trials"
END)")
          .exit_code,
      0);
}

TEST_F(Train, ExtendsTheReferencesOwnModel) {
  if (test_data().empty()) GTEST_SKIP() << "no golden cases: set PURSUIT_TEST_DATA";
  for (const char *name : {"original_stage1_N100", "original_threshold_N100"}) {
    const std::string parent = (test_data() / "golden" / name).string() + ".mat";
    const std::string model =
        train("pursuit-train --n_trials 4 --mode activation --stage 2 --activation response_gain "
              "--pretrained_path " +
              parent + " --output_dir .");
    EXPECT_NE(model.find("N_100_Tau_"), std::string::npos);
  }
}

// The norms of the recorded targets: an untrained network's output is 0, whatever its size and
// seed.
TEST_F(Train, FirstLossOfRecordedDataIsTheTargetsNorm) {
  if (test_data().empty()) GTEST_SKIP() << "no recorded data: set PURSUIT_TEST_DATA";
  const std::string data = (test_data() / "data/behavior_data.mat").string();
  std::string models;
  for (const char *setting :
       {"--N 1 --seed 1", "--N 7 --seed 2", "--N 30 --seed 3", "--N 3 --seed 4"}) {
    models += " " + train("pursuit-train --n_trials 1 --decay_taus 30 --mode activation --stage 1 "
                          "--output_dir . --data " +
                          data + " " + setting);
  }
  const Ended checked = shell(scratch.path(), python() + " -" + models + R"( <<'END'
import sys, scipy.io
for f in sys.argv[1:]:
    loss = scipy.io.loadmat(f)["losses"].item()
    # Known to six digits.
    assert min(abs(loss - 6.13028), abs(loss - 2.68723)) < 1e-5, loss
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

} // namespace

} // namespace pursuit
