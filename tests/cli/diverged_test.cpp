// Networks whose training diverged, from outside: done, kept and marked, left out of claims and figures, and so is what was
// trained from them.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

// Weights that learn, and with a rate of 2 two that end far above an output of zero; children of both.
std::string experiment() {
  return "format: pursuit-experiment/1\n"
         "name: mixed\n"
         "defaults: {N: 9, tau: 30}\n"
         "stages:\n"
         "  weights:\n"
         "    mode: activation\n"
         "    stage: 1\n"
         "    n_trials: 30\n"
         "    sweep: {list: [{learning_rate: 1e-4}, {learning_rate: 2}]}\n"
         "    seeds: [1, 2]\n"
         "  adapt: {mode: activation, stage: 2, needs: weights, n_trials: 30, activation: "
         "threshold}\n"
         "  none: {mode: activation, stage: 1, n_trials: 0}\n"
         "evaluate: {trials: 2}\n"
         "figures: [learning_curves, bias_toward_prior]\n"
         "expect:\n"
         "  - {measure: loss, stage: weights, mean_between: [0, 6]}\n"
         "  - {measure: loss, stage: adapt, paired_difference: {to: {stage: weights}, between: "
         "[-100, 100]}}\n";
}

class Diverged : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "mixed.yaml", experiment());
    ran = call("pursuit-run mixed.yaml");
  }
  Ended call(const std::string &command) { return shell(scratch.path(), command); }
  // What a Python expression over the manifest `m` and `runs`, a list of its runs, prints.
  std::string asked(const std::string &expression) {
    const Ended ended =
        call(python() +
             " -c 'import glob, json; m = json.load(open(\"results/mixed/manifest.json\")); "
             "runs = m[\"runs\"]; print(" +
             expression + ")'");
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  }

  Scratch scratch;
  Ended ran;
};

TEST_F(Diverged, AreDoneKeptMarkedAndCounted) {
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("9 of 9 runs done (0 reused); "), std::string::npos) << ran.out << ran.err;
  EXPECT_EQ(asked("sorted((r[\"parameters\"][\"learning_rate\"], r[\"diverged\"]) for r in runs if "
                  "r[\"stage\"] == "
                  "\"weights\")"),
            "[(0.0001, False), (0.0001, False), (2, True), (2, True)]\n");
  EXPECT_EQ(asked("[r[\"diverged\"] for r in runs if r[\"stage\"] == \"none\"]"), "[False]\n");
  EXPECT_EQ(asked("m[\"counts\"][\"diverged\"] == sum(r[\"diverged\"] for r in runs), "
                  "m[\"counts\"][\"done\"]"),
            "True 9\n");
  EXPECT_EQ(asked("sum(json.load(open(f))[\"diverged\"] for f in "
                  "glob.glob(\"results/runs/*/result.json\")) == "
                  "m[\"counts\"][\"diverged\"]"),
            "True\n");
  EXPECT_EQ(
      call("pursuit-run list mixed.yaml --where diverged=true,stage=weights --csv | wc -l").out,
      "3\n");
  EXPECT_EQ(
      call("pursuit-run list mixed.yaml --where diverged=false,stage=weights --csv | wc -l").out,
      "3\n");
  EXPECT_NE(call("pursuit-run list mixed.yaml").out.find("diverged"), std::string::npos);
  EXPECT_EQ(call("pursuit-run verify mixed.yaml").exit_code, 0);
}

// Two of each stage: the diverged parents, and their children whatever became of these.
TEST_F(Diverged, AreLeftOutOfClaimsWithTheirNumber) {
  EXPECT_EQ(asked("[(e[\"n\"], e[\"excluded\"]) for e in m[\"expectations\"]]"),
            "[(2, 2), (2, 4)]\n");
  EXPECT_NE(ran.out.find("left out: 2 that diverged, or were trained from one that did"),
            std::string::npos)
      << ran.out;
  EXPECT_EQ(asked("m[\"expectations\"][0][\"value\"] < 6"), "True\n");
}

TEST_F(Diverged, AreNotDrawnAndTheCaptionSaysHowMany) {
  EXPECT_EQ(asked("[len(f[\"models\"]) for f in m[\"figures\"]]"), "[2, 4]\n");
  EXPECT_EQ(asked("[set(f[\"models\"]) & {r[\"model\"][\"sha256\"] for r in runs if "
                  "r[\"diverged\"]} for f in "
                  "m[\"figures\"]]"),
            "[set(), set()]\n");
  const std::string page = read_file(scratch / "results/mixed/report.html");
  EXPECT_NE(page.find("Left out: 2 that diverged"), std::string::npos);
  EXPECT_NE(page.find("Left out: 4 that diverged"), std::string::npos);
}

// Records as they were before there was `diverged`.
TEST_F(Diverged, OlderRecordsAreJudgedWhenRead) {
  const std::string before = asked("sorted((r[\"id\"], r[\"diverged\"]) for r in runs)");
  const std::string forget =
      "sed -i -E '/^  \"diverged\": (true|false),$/d; s/\"diverged\":(true|false),//g; "
      "s/,\"diverged\":[0-9]+//' results/mixed/manifest.json results/runs/*/result.json && rm "
      "results/mixed/journal.jsonl && ! grep -l diverged results/mixed/manifest.json "
      "results/runs/*/result.json";
  ASSERT_EQ(call(forget).exit_code, 0);
  EXPECT_EQ(
      call("pursuit-run list mixed.yaml --where diverged=true,stage=weights --csv | wc -l").out,
      "3\n");
  const std::string id =
      call("pursuit-run list mixed.yaml --where diverged=true --csv | cut -d, -f1 | sed -n 2p").out;
  EXPECT_NE(call("pursuit-run show mixed.yaml " + id).out.find("left out of statistics"),
            std::string::npos);
  EXPECT_EQ(call("pursuit-run report mixed.yaml -q").exit_code, 0);
  EXPECT_EQ(asked("[e[\"excluded\"] for e in m[\"expectations\"]]"), "[2, 4]\n");
  ASSERT_EQ(call(forget.substr(0, forget.find(" && rm"))).exit_code, 0);
  call("pursuit-run mixed.yaml -q");
  EXPECT_EQ(asked("sorted((r[\"id\"], r[\"diverged\"]) for r in runs)"), before);
}

TEST_F(Diverged, AreUnknownWhereTheDataIsGone) {
  EXPECT_NE(call("pursuit-run data synth -o d.mat --seed 5 && pursuit-run mixed.yaml -q -o other "
                 "--data d.mat && rm d.mat && "
                 "sed -i -E 's/\"diverged\":(true|false),//g' other/mixed/manifest.json && "
                 "pursuit-run list other/mixed --json")
                .out.find("\"diverged\":null"),
            std::string::npos);
  EXPECT_EQ(call("pursuit-run list other/mixed --csv --where diverged=false | wc -l").out, "2\n")
      << "that without trials";
}

} // namespace

} // namespace pursuit
