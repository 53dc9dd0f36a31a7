// `pursuit-run verify` from outside: each kind of file, damaged or missing.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Verify : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml", small_experiment());
    ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  // The one model or run folder's file that a pattern of the shell names first.
  fs::path first(const std::string &pattern) {
    const std::string line = call("ls -d " + pattern + " | head -1").out;
    EXPECT_NE(line, "") << pattern;
    return scratch / line.substr(0, line.find('\n'));
  }

  // In the middle; of JSON in its first checksum, since its free texts may say anything.
  void flip_a_bit(const fs::path &path) {
    std::string bytes = read_file(path);
    const std::size_t checksum = bytes.find("sha256\": \"");
    const std::size_t at = checksum == std::string::npos ? bytes.size() / 2 : checksum + 12;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    write_file(path, bytes);
  }

  // Exit 1, and a line that begins with the kind and names the file.
  void expect_fault(const std::string &kind, const fs::path &path) {
    const Ended ended = call("pursuit-run verify small.yaml");
    EXPECT_EQ(ended.exit_code, 1) << path << "\n" << ended.out << ended.err;
    const std::string name = path.lexically_relative(scratch / "results").string();
    const std::size_t at = ended.out.find(name + ":");
    ASSERT_NE(at, std::string::npos) << ended.out;
    const std::string line = ended.out.substr(ended.out.rfind('\n', at) + 1);
    EXPECT_TRUE(line.starts_with(kind)) << ended.out;
  }

  Scratch scratch;
};

TEST_F(Verify, FindsNothingWhereAllIsWell) {
  for (const char *where : {"small.yaml", "results/small"}) {
    const Ended ended = call(std::string("pursuit-run verify ") + where);
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find(": 0 damaged, 0 missing, 0 foreign"), std::string::npos) << ended.out;
  }
}

TEST_F(Verify, NamesEachDamagedFile) {
  for (const char *pattern : {"results/models/pursuit/*threshold*.mat", "results/runs/*/run.json",
                              "results/runs/*/result.json", "results/small/journal.jsonl"}) {
    const fs::path path = first(pattern);
    const std::string whole = read_file(path);
    flip_a_bit(path);
    expect_fault("damaged", path);
    write_file(path, whole.substr(0, whole.size() / 3));
    if (path.filename() != "journal.jsonl") expect_fault("damaged", path); // else: a crash's mark
    fs::remove(path);
    expect_fault("missing", path);
    write_file(path, whole);
  }
  EXPECT_EQ(call("pursuit-run verify small.yaml").exit_code, 0);
}

TEST_F(Verify, LooksAtTheRunsEvenWithoutTheManifest) {
  const fs::path manifest = scratch / "results/small/manifest.json";
  const fs::path model = first("results/models/pursuit/*stage1*.mat");
  flip_a_bit(model);
  write_file(manifest, read_file(manifest).substr(0, 100));
  expect_fault("damaged", manifest);
  expect_fault("damaged", model);
  fs::remove(manifest);
  expect_fault("missing", manifest);
  EXPECT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  EXPECT_EQ(call("pursuit-run verify small.yaml").exit_code, 0);
}

TEST_F(Verify, ComparesResultsWithTheManifest) {
  const fs::path path = first("results/runs/*/result.json");
  std::string text = read_file(path);
  const std::size_t at = text.find("\"last\": ") + 8;
  text[at] = text[at] == '9' ? '8' : '9';
  write_file(path, text);
  expect_fault("damaged", path);
}

TEST_F(Verify, ReadsTheRecordsOfEvaluations) {
  const fs::path path =
      fs::path(first("results/runs/*/run.json")).parent_path() / "evaluation.json";
  write_file(path, "{");
  expect_fault("damaged", path);
}

// Two of three decide: the manifest, result.json, the model.
TEST_F(Verify, BlamesAManifestThatWasEditedByHand) {
  const fs::path manifest = scratch / "results/small/manifest.json";
  const std::string whole = read_file(manifest), models = all_models(scratch / "results");
  for (const char *edit :
       {R"(r["loss"]["last"] += 0.5)", R"(r["model"]["sha256"] = "0" * 64)",
        R"(r["model"]["path"] = r["model"]["path"].replace("Task", "Trial"))",
        R"(r["model"]["bytes"] += 1)", R"(r["measures"]["bias"]["low"] += 1)",
        R"(r["parameters"]["tau"] = 31)", R"(r["id"] = "0" * 64)",
        R"(m["data"]["sha256"] = "0" * 64)", R"(m["program"]["numerics"] = "fused-9")"}) {
    ASSERT_EQ(call(python() +
                   " -c 'import json; p = \"results/small/manifest.json\"; "
                   "m = json.load(open(p)); r = m[\"runs\"][0]; " +
                   edit + "; json.dump(m, open(p, \"w\"))'")
                  .exit_code,
              0)
        << edit;
    const Ended ended = call("pursuit-run verify small.yaml");
    EXPECT_EQ(ended.exit_code, 1) << edit << "\n" << ended.out;
    EXPECT_TRUE(ended.out.starts_with("damaged  small/manifest.json: it does not agree with"))
        << edit << "\n"
        << ended.out;
    EXPECT_NE(ended.out.find(" 1 damaged, 0 missing, 0 foreign"), std::string::npos) << edit << "\n"
                                                                                     << ended.out;
    EXPECT_EQ(ended.out.find("trains run"), std::string::npos) << edit << "\n" << ended.out;
    // The remedy loses nothing.
    const Ended again = call("pursuit-run small.yaml && rm -f results/small/manifest-*.json");
    EXPECT_NE(again.err.find("8 runs: 8 reused"), std::string::npos) << edit << "\n" << again.err;
    EXPECT_EQ(call("pursuit-run verify small.yaml").exit_code, 0) << edit;
    EXPECT_EQ(all_models(scratch / "results"), models) << edit;
    write_file(manifest, whole);
  }
}

TEST_F(Verify, BlamesAResultThatWasEditedByHandAndKeepsTheModel) {
  const fs::path path = first("results/runs/*/result.json");
  for (const char *edit : {R"(r["loss"]["last"] += 0.5)", R"(r["model"]["sha256"] = "0" * 64)",
                           R"(r["state"] = "failed")"}) {
    const std::string whole = read_file(path);
    ASSERT_EQ(call(python() + " -c 'import json; p = \"" + path.string() +
                   "\"; r = json.load(open(p)); " + edit + "; json.dump(r, open(p, \"w\"))'")
                  .exit_code,
              0)
        << edit;
    expect_fault("damaged", path);
    const Ended ended = call("pursuit-run verify small.yaml");
    EXPECT_NE(ended.out.find("the model is intact: move this file away"), std::string::npos)
        << ended.out;
    EXPECT_NE(ended.out.find(" 1 damaged, 0 missing, 0 foreign"), std::string::npos) << ended.out;
    write_file(path, whole);
  }
}

// As a start leaves it that is made on a result.json which was edited by hand: all records agree, and the model does not.
TEST_F(Verify, ComparesTheRecordsWithTheLossesInTheModel) {
  const fs::path path = first("results/runs/*/result.json");
  const std::string whole = read_file(path);
  ASSERT_EQ(call(python() + " -c 'import json; p = \"" + path.string() +
                 "\"; r = json.load(open(p)); r[\"loss\"][\"mean_last_200\"] += 0.5; "
                 "json.dump(r, open(p, \"w\"))' && pursuit-run small.yaml -q")
                .exit_code,
            0);
  expect_fault("damaged", path);
  // Its remedy: the file is made again with the model's losses.
  fs::remove(path);
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  const Ended ended = call("pursuit-run verify small.yaml");
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  const auto losses = [](const std::string &text) {
    const std::size_t at = text.find("\"loss\"");
    return text.substr(at, text.find('}', at) - at);
  };
  EXPECT_EQ(losses(read_file(path)), losses(whole));
}

TEST_F(Verify, MissesTheEvaluationOfAnEvaluatedRun) {
  const fs::path path = first("results/runs/*/evaluation.json");
  ASSERT_EQ(call("rm " + (path.parent_path() / "evaluation").string() + ".*").exit_code, 0);
  expect_fault("missing", path);
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  EXPECT_EQ(call("pursuit-run verify small.yaml").exit_code, 0);
}

TEST_F(Verify, ChecksWhatOnlyAKeptManifestLists) {
  const fs::path model = first("results/models/pursuit/*stage1*.mat");
  ASSERT_EQ(call("sed 's/tau: 30/tau: 40/' small.yaml > second.yaml && pursuit-run second.yaml -q")
                .exit_code,
            0);
  ASSERT_EQ(call("pursuit-run verify results/small").exit_code, 0);
  flip_a_bit(model);
  expect_fault("damaged", model);
  const fs::path kept = scratch / "results/small/manifest-1.json";
  write_file(kept, read_file(kept).substr(0, 1000));
  expect_fault("damaged", kept);
}

TEST_F(Verify, BlamesNothingElseForAJournalThatWasRemoved) {
  ASSERT_EQ(call("rm results/small/journal.jsonl").exit_code, 0);
  const Ended ended = call("pursuit-run verify small.yaml");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_TRUE(
      ended.out.starts_with("missing  small/journal.jsonl: it is not there; nothing rests on it; "
                            "`pursuit-run small.yaml` begins a new one\n"))
      << ended.out;
  EXPECT_NE(ended.out.find(" 0 damaged, 1 missing, 0 foreign"), std::string::npos) << ended.out;
  EXPECT_EQ(call("pursuit-run small.yaml -q && pursuit-run verify small.yaml").exit_code, 0);
}

// What is asked of a user loses no training, and comes true.
TEST_F(Verify, TheSettingsOfAFinishedRunAreWrittenAnew) {
  const std::string models = all_models(scratch / "results");
  const fs::path path = first("results/runs/*/run.json");
  const std::string whole = read_file(path);
  for (const char *text : {"", "{}"}) {
    if (*text == 0)
      fs::remove(path);
    else
      write_file(path, text);
    const Ended again = call("pursuit-run small.yaml");
    EXPECT_NE(again.err.find("8 runs: 8 reused"), std::string::npos) << again.err;
    EXPECT_EQ(read_file(path), whole);
  }
  EXPECT_EQ(all_models(scratch / "results"), models);
}

TEST_F(Verify, ItsAdviceIsTheCommandThatMadeTheFolder) {
  ASSERT_EQ(
      call("pursuit-run data synth --seed 4 -o four.mat && pursuit-run small.yaml -q -o 'other "
           "place' --set evaluate.trials=3 --data four.mat --engine reference && "
           "truncate -s 100 'other place'/models/pursuit/*threshold*")
          .exit_code,
      0);
  const std::string data = (fs::canonical(scratch.path()) / "four.mat").string();
  for (const char *where : {"small.yaml -o 'other place'", "'other place/small'"}) {
    const Ended ended = call(std::string("pursuit-run verify ") + where);
    EXPECT_EQ(ended.exit_code, 1) << ended.out;
    EXPECT_NE(ended.out.find("`pursuit-run small.yaml --set evaluate.trials=3 --data " + data +
                             " --engine reference -o 'other place'` trains run"),
              std::string::npos)
        << ended.out;
  }
}

// Bytes and checksums fit, and yet it is another run's model.
TEST_F(Verify, KnowsAnExchangedModel) {
  const Ended exchanged = call(python() + R"( - <<'END'
import glob, json
a, b = sorted(glob.glob("results/models/pursuit/*stage1*.mat"))
open(a, "wb").write(open(b, "rb").read())
m = open("results/small/manifest.json").read()
sums = {r["model"]["path"]: r["model"]["sha256"] for r in json.loads(m)["runs"]}
sha_a, sha_b = sums[a[len("results/"):]], sums[b[len("results/"):]]
for f in ["results/small/manifest.json"] + glob.glob("results/runs/*/result.json"):
    text = open(f).read()
    open(f, "w").write(text.replace(sha_a, sha_b))
END)");
  ASSERT_EQ(exchanged.exit_code, 0) << exchanged.err;
  const Ended ended = call("pursuit-run verify small.yaml");
  EXPECT_EQ(ended.exit_code, 1) << ended.out;
  EXPECT_NE(ended.out.find("its run_id is"), std::string::npos) << ended.out;
}

TEST_F(Verify, ListsForeignFilesAndFindsNoFault) {
  write_file(scratch / "results/models/pursuit/notes.txt", "mine");
  write_file(scratch / "results/runs/scratch", "mine");
  write_file(fs::path(first("results/runs/*/run.json")).parent_path() / "plot.png", "mine");
  const Ended ended = call("pursuit-run verify small.yaml");
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  for (const char *line :
       {"foreign  models/pursuit/notes.txt", "foreign  runs/scratch", "plot.png", "3 foreign"}) {
    EXPECT_NE(ended.out.find(line), std::string::npos) << ended.out;
  }
}

TEST_F(Verify, TakesNoOtherExperimentsModelForForeign) {
  ASSERT_EQ(call("sed 's/name: small/name: other/; s/n_trials: 30/n_trials: 31/' small.yaml > "
                 "other.yaml && pursuit-run other.yaml -q")
                .exit_code,
            0);
  EXPECT_NE(call("pursuit-run verify small.yaml").out.find("0 foreign"), std::string::npos);
}

TEST_F(Verify, RehashesWhatTheRunsWereMadeFrom) {
  write_file(scratch / "outer.yaml",
             "format: pursuit-experiment/1\nname: outer\ndata: d.mat\nstages:\n  adapt: {mode: "
             "activation, stage: 2, needs: {files: 'kept/*.mat'}, n_trials: 2, activation: "
             "threshold}\n");
  ASSERT_EQ(call("pursuit-run data synth -o d.mat && mkdir kept && cp "
                 "results/models/pursuit/*stage1* kept && pursuit-run outer.yaml -q")
                .exit_code,
            0);
  ASSERT_EQ(call("pursuit-run verify outer.yaml").exit_code, 0);
  for (const char *pattern : {"d.mat", "kept/*.mat"}) {
    const fs::path path = first(pattern);
    const std::string whole = read_file(path);
    flip_a_bit(path);
    Ended ended = call("cd results && pursuit-run verify outer"); // from another folder
    EXPECT_EQ(ended.exit_code, 1) << ended.out;
    EXPECT_NE(ended.out.find("damaged  " + path.string()), std::string::npos) << ended.out;
    fs::remove(path);
    ended = call("pursuit-run verify outer.yaml");
    EXPECT_EQ(ended.exit_code, 1) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("missing  " + path.string()), std::string::npos) << ended.out;
    write_file(path, whole);
  }
}

TEST_F(Verify, AnEditedExperimentFileIsToldOfAndNoDamage) {
  ASSERT_EQ(call("echo '# a remark' >> small.yaml").exit_code, 0);
  const Ended ended = call("pursuit-run verify small.yaml");
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  EXPECT_NE(ended.out.find("note     small.yaml: the experiment file has changed"),
            std::string::npos)
      << ended.out;
}

TEST_F(Verify, ReadsTheCheckpointOfAnUnfinishedRun) {
  const std::string settings = " -o cut --set stages.weights.n_trials=100000 --set defaults.N=60";
  const Ended ended = call("pursuit-run small.yaml -q" + settings +
                           " & pid=$!; for i in $(seq 400); do grep -qs run_started "
                           "cut/small/journal.jsonl && break; sleep 0.05; done; "
                           "sleep 0.3; pursuit-run verify small.yaml -o cut > live; echo $? >> "
                           "live; kill -INT $pid; wait $pid; cat live");
  EXPECT_TRUE(ended.out.ends_with("0\n")) << "beside a live run: " << ended.out << ended.err;
  EXPECT_EQ(call("pursuit-run verify small.yaml -o cut").exit_code, 0);
  flip_a_bit(first("cut/runs/*/checkpoint"));
  const Ended damaged = call("pursuit-run verify small.yaml -o cut");
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_NE(damaged.out.find("checkpoint: it is damaged"), std::string::npos) << damaged.out;
}

} // namespace

} // namespace pursuit
