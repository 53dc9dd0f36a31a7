// `pursuit-run EXPERIMENT.yaml` from outside: what it leaves behind, what it does again, what it
// survives.
#include <gtest/gtest.h>

#include <chrono>

#include <nlohmann/json.hpp>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Run : public ::testing::Test {
protected:
  Run() { write_file(scratch / "small.yaml", small_experiment()); }

  Ended run(const std::string &options = "") {
    return shell(scratch.path(), "pursuit-run small.yaml --progress none " + options);
  }

  std::string query(const std::string &command) {
    const Ended ended = shell(scratch.path(), command);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }

  // How many runs the last start trained, by the journal.
  std::string trained_again() {
    return query(python() + R"( - <<'END'
import json
lines = [json.loads(l) for l in open("results/small/journal.jsonl")]
start = max(i for i, l in enumerate(lines) if l["event"] == "start")
print(sum(l["event"] == "run_done" for l in lines[start:]), end="")
END)");
  }

  fs::path model_of(const std::string &filter) {
    const std::string row = query("pursuit-run list small.yaml --csv --where " + filter);
    const std::size_t begin = row.find("models/pursuit/");
    EXPECT_NE(begin, std::string::npos) << row;
    return scratch / "results" / row.substr(begin, row.find_first_of(",\n", begin) - begin);
  }

  Scratch scratch;
};

TEST_F(Run, TrainsEveryRunAndLeavesModelsAndManifest) {
  const Ended ended = run();
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.out.find("complete: 8 of 8 runs done (0 reused)"), std::string::npos)
      << ended.out;
  const Ended checked = shell(scratch.path(), python() + R"( - <<'END'
import hashlib, json
m = json.load(open("results/small/manifest.json"))
assert m["format"] == "pursuit-manifest/1" and m["state"] == "complete"
assert m["counts"] == dict(total=8, done=8, reused=0, failed=0, skipped=0, pending=0, running=0, diverged=0), m["counts"]
ids = {r["id"] for r in m["runs"]}
for r in m["runs"]:
    data = open("results/" + r["model"]["path"], "rb").read()
    assert hashlib.sha256(data).hexdigest() == r["model"]["sha256"]
    assert len(data) == r["model"]["bytes"]
    assert len(r["attempts"]) == 1 and r["attempts"][0]["exit"] in (None, 0)
    assert (r["parent"] in ids) == (r["stage"] == "adapt")
    run = json.load(open("results/runs/%s/run.json" % r["id"]))
    assert hashlib.sha256(run["canonical"].encode()).hexdigest() == r["id"]
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

TEST_F(Run, ManifestFollowsItsSchema) {
  ASSERT_EQ(run().exit_code, 0);
  const Ended checked = shell(scratch.path(), "pursuit-run schema manifest > schema.json && " +
                                                  python() + R"( - <<'END'
import json, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(open("results/small/manifest.json")))
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

TEST_F(Run, TrainsNothingTheSecondTime) {
  ASSERT_EQ(run().exit_code, 0);
  const std::string before = all_models(scratch / "results");
  const Ended again = run();
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_NE(again.out.find("8 of 8 runs done (8 reused)"), std::string::npos) << again.out;
  EXPECT_EQ(trained_again(), "0");
  EXPECT_EQ(all_models(scratch / "results"), before);
}

TEST_F(Run, TrainsADeletedParentAgainAndKeepsItsIntactChildren) {
  ASSERT_EQ(run().exit_code, 0);
  const std::string before = all_models(scratch / "results");
  fs::remove(model_of("stage=weights,seed=1"));
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(trained_again(), "1");
  EXPECT_EQ(all_models(scratch / "results"), before);
}

TEST_F(Run, TrainsADamagedModelAgain) {
  ASSERT_EQ(run().exit_code, 0);
  const std::string before = all_models(scratch / "results");
  const fs::path model = model_of("seed=2,activation=threshold");
  std::string bytes = read_file(model);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(model, bytes);
  EXPECT_NE(query("pursuit-run plan small.yaml").find("model file damaged"), std::string::npos);
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(trained_again(), "1");
  EXPECT_EQ(all_models(scratch / "results"), before);
}

TEST_F(Run, AModelRemovedWhileOthersTrainIsAFailureAndIsMadeAgain) {
  const Ended ended = shell(
      scratch.path(),
      "pursuit-run small.yaml --progress none --devices cpu:1 --set stages.adapt.n_trials=3000 & "
      "until ls results/models/pursuit/*threshold*.mat >/dev/null 2>&1; do sleep 0.01; done; "
      "rm results/models/pursuit/*threshold*.mat; wait $!");
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_NE(ended.err.find("was removed or changed after it was written"), std::string::npos)
      << ended.err;
  ASSERT_EQ(run("--set stages.adapt.n_trials=3000").exit_code, 0);
  EXPECT_EQ(trained_again(), "1");
}

TEST_F(Run, AManifestThatCannotBeWrittenIsNoSuccess) {
  fs::create_directories(scratch / "results/small/manifest.json");
  const Ended ended = run();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find("manifest.json"), std::string::npos) << ended.err;
  fs::remove(scratch / "results/small/manifest.json");
  EXPECT_EQ(run().exit_code, 0);
  EXPECT_EQ(trained_again(), "0");
}

TEST_F(Run, TrainsOnlyAddedPoints) {
  ASSERT_EQ(run().exit_code, 0);
  ASSERT_EQ(run("--set 'stages.weights.seeds=[1, 2, 3]'").exit_code, 0);
  EXPECT_EQ(trained_again(), "4");
}

TEST_F(Run, GivesTheSameBytesOnAnyNumberOfSlots) {
  ASSERT_EQ(run("-o one --devices cpu:1").exit_code, 0);
  ASSERT_EQ(run("-o three --devices cpu:3").exit_code, 0);
  EXPECT_EQ(all_models(scratch / "one"), all_models(scratch / "three"));
}

TEST_F(Run, SharesRunsBetweenExperimentsOfOneFolder) {
  ASSERT_EQ(run().exit_code, 0);
  const Ended other =
      shell(scratch.path(), "sed 's/name: small/name: other/' small.yaml > other.yaml"
                            " && pursuit-run other.yaml --progress none");
  EXPECT_EQ(other.exit_code, 0);
  EXPECT_NE(other.out.find("8 of 8 runs done (8 reused)"), std::string::npos) << other.out;
}

// A file lies where the folder of one stage-1 run should be.
TEST_F(Run, FailedRunSkipsItsChildrenAndNoOthers) {
  const std::string in_the_way =
      "mkdir -p results/runs && touch results/runs/$(pursuit-run plan small.yaml --json | " +
      python() + " -c 'import json, sys; print(json.load(sys.stdin)[\"runs\"][0][\"id\"])')";
  ASSERT_EQ(shell(scratch.path(), in_the_way).exit_code, 0);
  const Ended ended = run("--retries 0");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.out.find("failed: 4 of 8 runs done (0 reused), 1 failed, 3 skipped"),
            std::string::npos)
      << ended.out;
  EXPECT_NE(ended.err.find("results/runs/"), std::string::npos) << ended.err;
  const std::string status = query("pursuit-run status small.yaml");
  EXPECT_NE(status.find("skipped"), std::string::npos) << status;
  EXPECT_NE(status.find("failed)"), std::string::npos) << status;
}

// Puts the ids of the workers of the start that was just sent to the background into $workers. The journal says that a run
// has started before its worker is there: a test that believed it could signal nobody, and pass. The training has begun when
// the run's log says so.
std::string meet_workers(const std::string &output_dir = "results") {
  return "pid=$!; workers=; for i in $(seq 2000); do grep -qs 'started with' " + output_dir +
         "/runs/*/log.txt && workers=$(pgrep -P $pid -f -- --worker); "
         "test -n \"$workers\" && break; sleep 0.01; done; "
         "test -n \"$workers\" || { echo 'no worker was met' >&2; kill -KILL $pid; exit 99; }; ";
}

TEST_F(Run, InterruptedRunGoesOnToTheSameBytes) {
  ASSERT_EQ(run("-o whole --set stages.weights.n_trials=6000 --set defaults.N=60").exit_code, 0);
  const Ended ended =
      shell(scratch.path(),
            "pursuit-run small.yaml --progress none -o cut --set stages.weights.n_trials=6000 "
            "--set defaults.N=60 & " +
                meet_workers("cut") +
                // However fast they are, the workers do not end before the signal.
                "kill -STOP $workers; kill -INT $pid; sleep 0.1; kill -CONT $workers; wait $pid");
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_NE(ended.err.find("to go on"), std::string::npos) << ended.err;
  EXPECT_NE(query("pursuit-run status small.yaml -o cut").find("incomplete"), std::string::npos);
  ASSERT_EQ(run("-o cut --set stages.weights.n_trials=6000 --set defaults.N=60").exit_code, 0);
  EXPECT_EQ(all_models(scratch / "cut"), all_models(scratch / "whole"));
}

TEST_F(Run, KilledWorkerFailsOnlyItsRunAndNamesTheSignal) {
  const std::string options =
      " --set stages.weights.n_trials=6000 --set defaults.N=60 --devices cpu:1 --retries 0";
  const std::string kill_first_worker = meet_workers() + "kill -KILL $workers; wait $pid";
  const Ended ended = shell(scratch.path(), "pursuit-run small.yaml --progress none" + options +
                                                " & " + kill_first_worker);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find("SIGKILL"), std::string::npos) << ended.err;
  EXPECT_NE(ended.out.find("4 of 8 runs done (0 reused), 1 failed, 3 skipped"), std::string::npos)
      << ended.out;
}

TEST_F(Run, RetriesAKilledWorker) {
  const Ended ended =
      shell(scratch.path(),
            "pursuit-run small.yaml --progress none --set stages.weights.n_trials=6000 --set "
            "defaults.N=60 --devices cpu:1 & " +
                meet_workers() + "kill -SEGV $workers; wait $pid");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(query("pursuit-run list small.yaml --json").find("SIGSEGV"), std::string::npos);
}

TEST_F(Run, StopsARunOverItsTimeout) {
  const Ended ended = run("--set stages.weights.n_trials=10000000 --set stages.weights.seeds='[1]' "
                          "--timeout 0.5 --retries 0");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find("timeout"), std::string::npos) << ended.err;
}

TEST_F(Run, LeavesNoProcessBehindWhenItIsKilled) {
  const Ended ended =
      shell(scratch.path(),
            "pursuit-run small.yaml --progress none --set stages.weights.n_trials=10000000 & " +
                meet_workers() +
                "kill -KILL $pid; sleep 0.5; for w in $workers; do "
                "ps -o stat= -p $w | grep -qv Z && echo alive $w; echo met; done | sort -u");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "met\n"); // at least one worker, none alive
  EXPECT_NE(query("pursuit-run status small.yaml").find("incomplete"), std::string::npos)
      << "a dead scheduler's manifest must not be believed";
}

TEST_F(Run, ExtendsModelsMadeElsewhere) {
  if (test_data().empty()) GTEST_SKIP() << "no golden cases: set PURSUIT_TEST_DATA";
  write_file(
      scratch / "elsewhere.yaml",
      "format: pursuit-experiment/1\nname: elsewhere\nstages:\n  adapt:\n"
      "    mode: activation\n    stage: 2\n    needs: {files: 'model*.mat'}\n    n_trials: 5\n"
      "    sweep: {grid: {activation: [input_gain, threshold]}}\n");
  fs::copy_file(test_data() / "golden/original_stage1_N100.mat", scratch / "model_a.mat");
  const Ended ended = shell(scratch.path(), "pursuit-run elsewhere.yaml --progress none");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const Ended checked = shell(scratch.path(), python() + R"( - <<'END'
import glob, scipy.io
parent = scipy.io.loadmat("model_a.mat")
models = glob.glob("results/models/pursuit/*.mat")
assert len(models) == 2, models
for f in models:
    model = scipy.io.loadmat(f)
    for name in ("w", "w_in", "w_out", "b_out"):
        assert model[name].tobytes() == parent[name].tobytes(), name
    assert model["tau"].item() == parent["tau"].item()
END)");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

// Room for some of the models, not for all.
TEST_F(Run, FullDiskFailsARunAndLosesNothingFinished) {
  write_file(scratch / "full.yaml",
             "format: pursuit-experiment/1\nname: full\nstages:\n  weights: {mode: activation, "
             "stage: 1, n_trials: 3, N: 120, tau: 30, seeds: {from: 1, count: 6}}\n");
  const std::string disk = (scratch / "disk").string();
  if (shell(scratch.path(), "mkdir disk && mount -t tmpfs -o size=300k tmpfs " + disk).exit_code !=
      0) {
    GTEST_SKIP() << "only root can mount a small file system";
  }
  const Ended ended =
      shell(scratch.path(), "pursuit-run full.yaml -o disk/results --progress none --retries 0");
  const Ended status = shell(scratch.path(), "pursuit-run status full.yaml -o disk/results --json");
  const Ended grown = shell(scratch.path(), "mount -o remount,size=3m " + disk +
                                                " && pursuit-run full.yaml -o disk/results");
  EXPECT_EQ(shell(scratch.path(), "umount " + disk).exit_code, 0);
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find("No space left on device"), std::string::npos) << ended.err;
  // How many fit depends on whether a model or another one's evaluation comes first.
  const int done = nlohmann::json::parse(status.out).at("counts").at("done");
  EXPECT_GE(done, 1);
  EXPECT_LT(done, 6);
  EXPECT_EQ(grown.exit_code, 0) << grown.err;
  EXPECT_NE(grown.out.find("6 of 6 runs done (" + std::to_string(done) + " reused)"),
            std::string::npos)
      << grown.out;
}

TEST_F(Run, RefusesAnOutputFolderItCannotWrite) {
  write_file(scratch / "taken", "a file, not a folder");
  const Ended ended = run("-o taken");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("taken"), std::string::npos);
  const Ended planned = shell(scratch.path(), "pursuit-run plan small.yaml -o taken/below");
  EXPECT_EQ(planned.exit_code, 2);
  EXPECT_NE(planned.err.find("taken is a file"), std::string::npos) << planned.err;
}

TEST_F(Run, ReportsEveryFaultOfAFileAndWritesNothing) {
  write_file(scratch / "bad.yaml",
             "format: pursuit-experiment/1\nname: bad\nstages:\n  weights:\n"
             "    mode: activaton\n    stage: 1\n    n_trails: 10\n    N: 0\n    tau: 30\n");
  const Ended ended = shell(scratch.path(), "pursuit-run bad.yaml");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("bad.yaml:5:11"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("did you mean \"n_trials\""), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("bad.yaml:8:8"), std::string::npos) << ended.err;
  EXPECT_FALSE(fs::exists(scratch / "results"));
}

TEST_F(Run, PlanWritesNothing) {
  ASSERT_EQ(shell(scratch.path(), "pursuit-run plan small.yaml").exit_code, 0);
  ASSERT_EQ(shell(scratch.path(), "pursuit-run small.yaml -n").exit_code, 0);
  EXPECT_FALSE(fs::exists(scratch / "results"));
}

} // namespace

} // namespace pursuit
