// Two experiment files of one name, an edited file, --set and --data: the finished runs that a start leaves out stay known,
// and whoever looks is told whose runs are shown.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// first.yaml has been run (tau 30, 8 runs); second.yaml is its copy with tau 40 and the same name.
class OneName : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "first.yaml", small_experiment());
    ASSERT_EQ(call("sed 's/tau: 30/tau: 40/' first.yaml > second.yaml && "
                   "pursuit-run first.yaml -q && cp results/small/manifest.json first.json")
                  .exit_code,
              0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  std::string kept() { return call("cd results/small && ls | grep '^manifest-'").out; }

  // What the verb says on stderr, which is all that it says of this.
  std::string said_by(const std::string &command) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, 0) << command << "\n" << ended.out << ended.err;
    return ended.err;
  }

  static bool has(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
  }

  void expect_all_reused(const std::string &file) {
    EXPECT_TRUE(has(call("pursuit-run plan " + file).out, "8 runs: 8 reused, 0 to train")) << file;
  }

  Scratch scratch;
};

TEST_F(OneName, TheStartSaysWhatItLeavesOutAndKeepsTheManifest) {
  const std::string forecast = said_by("pursuit-run plan second.yaml");
  EXPECT_TRUE(has(forecast, "made from first.yaml, and 8 finished runs of it")) << forecast;
  EXPECT_EQ(kept(), "") << "plan writes nothing";
  const std::string said = said_by("pursuit-run second.yaml -q");
  EXPECT_TRUE(has(said, "results/small/manifest.json was made from first.yaml, and 8 finished "
                        "runs of it are not asked for now; it is kept as "
                        "results/small/manifest-1.json"))
      << said;
  EXPECT_EQ(kept(), "manifest-1.json\n");
  EXPECT_EQ(read_file(scratch / "results/small/manifest-1.json"),
            read_file(scratch / "first.json"));
}

TEST_F(OneName, EveryVerbThatShowsTheManifestSaysWhoseItIs) {
  ASSERT_EQ(call("pursuit-run second.yaml -q").exit_code, 0);
  const std::string run = call("pursuit-run list second.yaml --csv | sed -n 2p").out.substr(0, 12);
  const std::string other =
      call("pursuit-run list second.yaml --csv | sed -n 3p").out.substr(0, 12);
  for (const std::string &verb : std::vector<std::string>{
           "list first.yaml", "list first.yaml --json", "status first.yaml",
           "status first.yaml --json", "report first.yaml", "show first.yaml " + run,
           "log first.yaml " + run, "diff first.yaml " + run + " " + other, "why first.yaml " + run,
           "repeat -q first.yaml " + run}) {
    const std::string said = said_by("pursuit-run " + verb);
    EXPECT_TRUE(has(said, "results/small/manifest.json was made from second.yaml, not from "
                          "first.yaml"))
        << verb << ": " << said;
    EXPECT_TRUE(has(said, "listed in results/small/manifest-1.json")) << verb << ": " << said;
  }
  const Ended verified = call("pursuit-run verify first.yaml");
  EXPECT_EQ(verified.exit_code, 0) << verified.out;
  EXPECT_TRUE(has(verified.out + verified.err, "was made from second.yaml")) << verified.out;
  for (const char *verb : {"list second.yaml", "status second.yaml", "list results/small"})
    EXPECT_EQ(said_by(std::string("pursuit-run ") + verb), "") << verb;
}

TEST_F(OneName, AnEditedFileSetAndDataAreSaidToo) {
  EXPECT_EQ(said_by("pursuit-run list first.yaml"), "");
  // A comment and a claim ask for no other run.
  ASSERT_EQ(call("cp first.yaml whole && echo '# note' >> first.yaml && "
                 "echo 'description: other words' >> first.yaml")
                .exit_code,
            0);
  EXPECT_EQ(said_by("pursuit-run list first.yaml"), "");
  ASSERT_EQ(call("sed -i 's/n_trials: 20/n_trials: 21/' first.yaml").exit_code, 0);
  const std::string edited = said_by("pursuit-run status first.yaml");
  EXPECT_TRUE(has(edited, "first.yaml has changed since results/small/manifest.json was made"))
      << edited;
  ASSERT_EQ(call("mv whole first.yaml").exit_code, 0);

  const std::string start = said_by("pursuit-run first.yaml -q --set stages.adapt.n_trials=21");
  EXPECT_TRUE(has(start, "made from first.yaml, and 6 finished runs of it are not asked for now"))
      << start;
  const std::string set = said_by("pursuit-run list first.yaml");
  EXPECT_TRUE(has(set, "made from first.yaml --set stages.adapt.n_trials=21, not from first.yaml"))
      << set;

  ASSERT_EQ(call("pursuit-run data synth --seed 5 -o five.mat").exit_code, 0);
  const std::string with_data = said_by("pursuit-run first.yaml -q --data five.mat");
  EXPECT_TRUE(has(with_data, "made from first.yaml --set stages.adapt.n_trials=21, and 8 "))
      << with_data;
  const std::string data = said_by("pursuit-run status first.yaml");
  EXPECT_TRUE(has(data, "with data ") && has(data, "/five.mat, not from first.yaml")) << data;
}

TEST_F(OneName, StartingAgainPilesNothingUp) {
  for (int round = 0; round < 3; ++round) {
    for (const char *file : {"second.yaml", "first.yaml"}) {
      const std::string said = said_by(std::string("pursuit-run -q ") + file);
      EXPECT_TRUE(has(said, "8 finished runs of it")) << said;
      EXPECT_EQ(said_by(std::string("pursuit-run -q ") + file), "");
    }
  }
  EXPECT_EQ(kept(), "manifest-1.json\nmanifest-2.json\n");
}

TEST_F(OneName, AddingPointsLeavesNothingOut) {
  EXPECT_EQ(said_by("pursuit-run first.yaml -q --set 'stages.weights.seeds=[1, 2, 3]'"), "");
  EXPECT_EQ(kept(), "");
}

// As a crash between keeping the old one and writing the new one leaves the folder.
TEST_F(OneName, ACrashInBetweenMakesNoSecondCopy) {
  ASSERT_EQ(call("cp results/small/manifest.json results/small/manifest-1.json && "
                 "pursuit-run second.yaml -q")
                .exit_code,
            0);
  EXPECT_EQ(kept(), "manifest-1.json\n");
}

// A manifest that says running though its process is dead is kept as what is true.
TEST_F(OneName, WhatACrashLeftIsKeptAsItIs) {
  ASSERT_EQ(call(R"(sed -i '0,/"state": *"complete"/s//"state": "running"/' )"
                 "results/small/manifest.json && pursuit-run second.yaml -q")
                .exit_code,
            0);
  const std::string text = read_file(scratch / "results/small/manifest-1.json");
  EXPECT_TRUE(has(text, R"("state": "incomplete")")) << text.substr(0, 2000);
}

TEST_F(OneName, GcKeepsWhatAKeptManifestListsAndSaysHowToReleaseIt) {
  ASSERT_EQ(call("pursuit-run second.yaml -q").exit_code, 0);
  const Ended ended = call("pursuit-run gc results/small --yes");
  EXPECT_TRUE(has(ended.out, "of first.yaml, keeps 8 runs that nothing else asks for; to release: "
                             "rm results/small/manifest-1.json\n"))
      << ended.out;
  EXPECT_TRUE(has(ended.out, "0 runs removed")) << ended.out;
  expect_all_reused("first.yaml");
  ASSERT_EQ(call("rm results/small/manifest-1.json").exit_code, 0);
  EXPECT_TRUE(has(call("pursuit-run gc second.yaml").out, "8 runs, "));
  EXPECT_TRUE(has(call("pursuit-run gc results/small --yes").out, "8 runs removed"));
  expect_all_reused("second.yaml");
}

TEST_F(OneName, GcKeepsWhatTheNamedFileAsksFor) {
  ASSERT_EQ(call("pursuit-run second.yaml -q && rm results/small/manifest-1.json").exit_code, 0);
  EXPECT_TRUE(has(call("pursuit-run gc first.yaml --yes").out, "0 runs removed"));
  expect_all_reused("first.yaml");
  expect_all_reused("second.yaml");
  const Ended set = call("pursuit-run gc second.yaml --set defaults.tau=30 --yes");
  EXPECT_TRUE(has(set.out, "0 runs removed")) << set.out;
  EXPECT_TRUE(has(call("pursuit-run gc second.yaml --yes").out, "8 runs removed"));
}

TEST_F(OneName, GcRefusesAFileThatItCannotPlanAndAKeptManifestThatItCannotRead) {
  ASSERT_EQ(call("pursuit-run second.yaml -q && cp second.yaml third.yaml && "
                 "sed -i 's/n_trials: 20/n_trails: 20/' third.yaml")
                .exit_code,
            0);
  const Ended plan = call("pursuit-run gc third.yaml --yes");
  EXPECT_EQ(plan.exit_code, 2) << plan.out;
  EXPECT_TRUE(has(plan.err, "pursuit-run gc results/small")) << plan.err;
  write_file(scratch / "results/small/manifest-1.json", "{");
  const Ended torn = call("pursuit-run gc results/small --yes");
  EXPECT_EQ(torn.exit_code, 1) << torn.out;
  EXPECT_TRUE(has(torn.err, "results/small/manifest-1.json cannot be read")) << torn.err;
  EXPECT_EQ(call("ls results/runs | wc -l").out, "16\n");
}

// Nobody knows which runs it lists: it is kept, and gc offers none.
TEST_F(OneName, AManifestThatCannotBeReadIsKeptAndSaidToBe) {
  const std::string whole = read_file(scratch / "results/small/manifest.json");
  const std::string torn = whole.substr(0, whole.size() / 2);
  write_file(scratch / "results/small/manifest.json", torn);
  const std::string forecast = said_by("pursuit-run plan second.yaml");
  EXPECT_TRUE(has(forecast, "a start keeps it as results/small/manifest-1.json")) << forecast;
  EXPECT_EQ(kept(), "") << "plan writes nothing";
  const std::string said = said_by("pursuit-run second.yaml -q");
  EXPECT_TRUE(has(said, "results/small/manifest.json cannot be read, and nobody knows which runs "
                        "it lists; it is kept as results/small/manifest-1.json; gc removes nothing "
                        "until that is removed (not a manifest: "))
      << said;
  EXPECT_EQ(read_file(scratch / "results/small/manifest-1.json"), torn);
  const Ended refused = call("pursuit-run gc second.yaml --yes");
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_TRUE(has(refused.err, "results/small/manifest-1.json cannot be read")) << refused.err;
  expect_all_reused("first.yaml");
  // The same bytes are not kept twice, as where a crash came between the two writings.
  write_file(scratch / "results/small/manifest.json", torn);
  EXPECT_TRUE(has(said_by("pursuit-run second.yaml -q"), "a kept manifest has its bytes"));
  EXPECT_EQ(kept(), "manifest-1.json\n");
}

TEST_F(OneName, AManifestOfAnotherVersionIsKeptAndSaidToBeThat) {
  ASSERT_EQ(
      call("sed -i -e 's,pursuit-manifest/1,pursuit-manifest/2,' -e 's,\"stage\": ,\"part\": ,' "
           "results/small/manifest.json && cp results/small/manifest.json later.json")
          .exit_code,
      0);
  const Ended verified = call("pursuit-run verify results/small");
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_TRUE(has(verified.out, "of another version")) << verified.out;
  const std::string said = said_by("pursuit-run second.yaml -q");
  EXPECT_TRUE(has(said, "it is kept as results/small/manifest-1.json")) << said;
  EXPECT_TRUE(has(said, "(of another version: its format is pursuit-manifest/2, not "
                        "pursuit-manifest/1)"))
      << said;
  EXPECT_FALSE(has(said, "damaged")) << said;
  EXPECT_EQ(read_file(scratch / "results/small/manifest-1.json"),
            read_file(scratch / "later.json"));
  EXPECT_EQ(call("pursuit-run gc results/small --yes").exit_code, 1);
}

// As where models/ and the experiment's folder were copied.
TEST_F(OneName, AKeptManifestProvesItsModelsWithoutTheRunsFolders) {
  ASSERT_EQ(call("pursuit-run second.yaml -q && rm -r results/runs").exit_code, 0);
  expect_all_reused("first.yaml");
  const Ended verified = call("pursuit-run verify results/small");
  EXPECT_TRUE(has(verified.out, " 0 foreign")) << verified.out;
  const Ended garbage = call("pursuit-run gc results/small --yes");
  EXPECT_TRUE(has(garbage.out, "of first.yaml, keeps 8 runs that nothing else asks for"))
      << garbage.out;
}

} // namespace

} // namespace pursuit
