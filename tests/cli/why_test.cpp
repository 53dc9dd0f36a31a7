// `pursuit-run why` from outside: what a user asks when something is trained again, or is not.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Why : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml", small_experiment());
    ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  // The id of the first run that a plan (with these options) has for a filter in Python.
  std::string planned(const std::string &condition, const std::string &options = "") {
    const Ended ended =
        call("pursuit-run plan small.yaml --json " + options + " > plan.json && " + python() +
             " -c 'import json; print(next(r[\"id\"] for r in "
             "json.load(open(\"plan.json\"))[\"runs\"] for p in "
             "[r[\"parameters\"]] if " +
             condition + "))'");
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out.substr(0, 64);
  }

  void expect_told(const std::string &where_and_run, const std::vector<std::string> &parts) {
    const Ended ended = call("pursuit-run why " + where_and_run);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    for (const std::string &part : parts)
      EXPECT_NE(ended.out.find(part), std::string::npos) << part << "\n" << ended.out;
  }

  fs::path model_of(const std::string &id) {
    const Ended ended = call("ls results/models/pursuit/*" + id.substr(0, 12) + ".mat");
    return scratch / ended.out.substr(0, ended.out.find('\n'));
  }

  Scratch scratch;
};

const std::string k_weights = "p[\"stage\"] == 1 and p[\"seed\"] == 1";
const std::string k_threshold = "p[\"activation\"] == \"threshold\" and p[\"seed\"] == 1";

TEST_F(Why, AFinishedRunIsReused) {
  const std::string id = planned(k_threshold);
  expect_told("small.yaml " + id.substr(0, 8),
              {"last start  done: new", "next start  reused: done before", "as recorded"});
  expect_told("results/small " + id, {"next start  reused: done before"});
}

TEST_F(Why, AnEditedSettingIsNamedBeforeAndAfterTheRun) {
  ASSERT_EQ(call("sed -i 's/tau: 30/tau: 50/' small.yaml").exit_code, 0);
  const std::string weights = planned(k_weights), child = planned(k_threshold);
  expect_told("small.yaml " + weights, {"next start  trained: new", "\n    tau: 30 -> 50\n"});
  expect_told("small.yaml " + child, {"\n    tau: 30 -> 50\n", "\n    parent: "});
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  for (const char *where : {"small.yaml ", "results/small "}) {
    expect_told(where + weights, {"last start  done: new", "\n    tau: 30 -> 50\n",
                                  "next start  reused: done before"});
  }
}

TEST_F(Why, AChangeOfTheParentAloneIsFound) {
  const std::string options = "--set stages.weights.n_trials=31";
  expect_told(
      "small.yaml " + planned(k_threshold, options) + " " + options,
      {"next start  trained: new", "\n    parent: ", "\n    parent's n_trials: 30 -> 31\n"});
}

TEST_F(Why, NumericsAndDataAreNamed) {
  expect_told("small.yaml --engine reference " + planned(k_weights, "--engine reference"),
              {"\n    numerics fused-1 -> reference-1\n"});
  ASSERT_EQ(call("pursuit-run data synth --seed 5 -o d.mat").exit_code, 0);
  expect_told("small.yaml --data d.mat " + planned(k_weights, "--data d.mat"),
              {"\n    data sha256 "});
}

TEST_F(Why, DamagedAndMissingModels) {
  const std::string id = planned(k_threshold);
  const fs::path model = model_of(id);
  std::string bytes = read_file(model);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(model, bytes);
  expect_told("small.yaml " + id, {"next start  trained: model file damaged", "model sha256 "});
  fs::remove(model);
  expect_told("small.yaml " + id, {"next start  trained: model file missing"});
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  expect_told("small.yaml " + id, {"last start  done: model file missing", "next start  reused"});
}

TEST_F(Why, AMissingParentIsTheReasonOfItsChild) {
  fs::remove(model_of(planned(k_weights)));
  expect_told("small.yaml " + planned(k_threshold),
              {"next start  checked: its parent is trained again", "its parent:\n",
               "next start  trained: model file missing"});
}

TEST_F(Why, ADamagedResultIsNamed) {
  const std::string id = planned(k_weights);
  write_file(scratch / "results/runs" / id / "result.json", "{");
  expect_told("small.yaml " + id, {"damaged     result.json", "next start  trained: new",
                                   "its result.json is damaged"});
}

TEST_F(Why, AFailedRunSaysHowItFailed) {
  const std::string options = "--set stages.weights.n_trials=5000000 --timeout 0.3 --retries 0";
  ASSERT_EQ(call("pursuit-run small.yaml -q " + options).exit_code, 1);
  const std::string set = " --set stages.weights.n_trials=5000000 ";
  expect_told("small.yaml" + set + planned(k_weights, set), {"failed before: ", "timeout"});
}

TEST_F(Why, ARunThatIsNoLongerAskedForSaysWhatIs) {
  const std::string before = planned(k_weights);
  ASSERT_EQ(call("sed -i 's/tau: 30/tau: 50/' small.yaml").exit_code, 0);
  expect_told("small.yaml " + before, {"not asked for", "\n    tau: 30 -> 50\n"});
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  expect_told("small.yaml " + before, {"not asked for", "\n    tau: 30 -> 50\n"});
}

TEST_F(Why, AFirstRunHasNothingToBeComparedWith) {
  expect_told("small.yaml -o other " + planned(k_weights, "-o other"),
              {"next start  trained: new", "no earlier run of its kind"});
}

// A start knows its own runs by what it recorded, however the clock went meanwhile.
TEST_F(Why, RunsOfTheSameStartAreNotBeforeIt) {
  const std::string set_back = "sed -i 's/\"ended\": \"[^\"]*\"/\"ended\": "
                               "\"2001-01-01T00:00:00Z\"/' results/runs/*/result.json";
  ASSERT_EQ(call(set_back + " && grep -q 2001-01 results/runs/*/result.json").exit_code, 0);
  expect_told("small.yaml " + planned(k_weights), {"no run of its kind was there before it"});
}

// The plan of a folder is that of its last start.
TEST_F(Why, OptionsThatChangeAFileAreRefusedForAFolder) {
  const std::string id = planned(k_weights);
  for (const std::string option :
       {"--set defaults.N=5", "--data synthetic", "--devices cpu:1", "--engine fused"}) {
    for (const std::string &verb : {"why results/small " + id, std::string("gc results/small")}) {
      const Ended ended = call("pursuit-run " + verb + " " + option);
      EXPECT_EQ(ended.exit_code, 2) << ended.out;
      EXPECT_EQ(
          ended.err,
          "pursuit-run: " + option.substr(0, option.find(' ')) +
              " goes with an experiment file, and results/small is a folder; name the file\n");
    }
  }
}

TEST_F(Why, MistypedRunsAreAnswered) {
  std::string id = planned(k_weights).substr(0, 12);
  const std::string right = id;
  id[3] = 'x';
  const Ended ended = call("pursuit-run why small.yaml " + id);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("did you mean \"" + right + "\"?"), std::string::npos) << ended.err;
}

} // namespace

} // namespace pursuit
