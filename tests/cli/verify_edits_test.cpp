// `pursuit-run verify` and `gc` where somebody edited a record by hand: the file that was edited is named, and what is
// advised makes it true again.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

const char *const k_manifest = "results/small/manifest.json";

class EditedByHand : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml",
               small_experiment() + "expect: [{measure: loss, stage: adapt, less_than: {stage: "
                                    "weights}}, {measure: loss, stage: weights, mean_between: "
                                    "[0, 100]}]\n");
    call("pursuit-run small.yaml -q");
    ASSERT_EQ(call("pursuit-run verify small.yaml && pursuit-run gc small.yaml").exit_code, 0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  // A file of the run in line `number` (1, ...) of ls.
  std::string of_run(int number, const std::string &name) {
    return "results/runs/" +
           call("ls results/runs | sed -n " + std::to_string(number) + "p").out.substr(0, 64) +
           "/" + name;
  }

  // `m` is its JSON, `r` the first of its runs, or `m`.
  void edit(const std::string &path, const std::string &statement) {
    const Ended ended =
        call(python() + " -c 'import json; p = \"" + path +
             "\"; m = json.load(open(p)); r = m[\"runs\"][0] if \"runs\" in m else m; " +
             statement + "; json.dump(m, open(p, \"w\"))'");
    ASSERT_EQ(ended.exit_code, 0) << statement << ended.err;
  }

  // This file alone; what is printed.
  std::string expect_blamed(const std::string &path, const std::string &kind = "damaged") {
    const Ended ended = call("pursuit-run verify small.yaml");
    EXPECT_EQ(ended.exit_code, 1) << ended.out;
    const std::string line = kind + (kind == "damaged" ? "  " : " ") +
                             path.substr(std::string("results/").size()) + ": ";
    EXPECT_NE(ended.out.find(line), std::string::npos) << line << "\n" << ended.out;
    const std::string count = kind == "damaged" ? ": 1 damaged, 0 missing, " : ": 0 damaged, ";
    EXPECT_NE(ended.out.find(count), std::string::npos) << ended.out;
    return ended.out;
  }

  void expect_all_is_true() {
    const Ended ended = call("pursuit-run verify small.yaml");
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    EXPECT_EQ(call(numbers).out, numbers_before_);
  }

  // Every number of the manifest that a reader believes.
  const std::string numbers =
      python() + " -c 'import json; m = json.load(open(\"results/small/manifest.json\")); "
                 "print(m[\"state\"], m[\"expectations\"], sorted((r[\"id\"], r[\"stage\"], "
                 "r[\"state\"], str(r[\"loss\"]), r[\"diverged\"], str(r[\"measures\"])) for r in "
                 "m[\"runs\"]))'";
  void remember() { numbers_before_ = call(numbers).out; }

  Scratch scratch;
  std::string numbers_before_;
};

TEST_F(EditedByHand, AManifestThatContradictsItselfIsNamedAndListsNothingForGc) {
  remember();
  const std::string whole = read_file(scratch / k_manifest),
                    models = all_models(scratch / "results");
  for (const char *statement :
       {R"(r["state"] = "failed")", R"(r["state"] = "pending")", R"(r["stage"] = "adapt")",
        R"(r["stage"] = "none")", R"(r["measures"] = None)", R"(m["counts"]["done"] = 7)",
        R"(m["counts"]["total"] = 9)", R"(m["runs"].pop())", R"(m["runs"].append(r))",
        R"(m["runs"] = []; m["counts"] = {k: 0 for k in m["counts"]})", R"(m["state"] = "failed")",
        R"(m["state"] = "done")", R"(r["diverged"] = True)"}) {
    edit(k_manifest, statement);
    SCOPED_TRACE(statement);
    expect_blamed(k_manifest);
    const Ended gc = call("pursuit-run gc results/small --yes");
    EXPECT_EQ(gc.exit_code, 1) << gc.out;
    EXPECT_NE(gc.err.find("results/small/manifest.json contradicts itself"), std::string::npos)
        << gc.err;
    call("pursuit-run small.yaml -q");
    expect_all_is_true();
    EXPECT_EQ(all_models(scratch / "results"), models);
    write_file(scratch / k_manifest, whole);
  }
}

TEST_F(EditedByHand, AManifestWithoutARunOffersNoModel) {
  edit(k_manifest, R"(r["id"] = "0" * 64)");
  EXPECT_EQ(call("pursuit-run gc results/small --yes").exit_code, 1);
  EXPECT_EQ(call("ls results/runs | wc -l").out, "8\n");
}

TEST_F(EditedByHand, AManifestIsOfItsFolderAndItsJournal) {
  const std::string whole = read_file(scratch / k_manifest);
  for (const char *statement :
       {R"(m["experiment"]["name"] = "other")", R"(m["state"] = "incomplete")"}) {
    edit(k_manifest, statement);
    expect_blamed(k_manifest);
    write_file(scratch / k_manifest, whole);
  }
}

TEST_F(EditedByHand, MeasuresAreThoseOfTheEvaluation) {
  remember();
  for (const char *statement :
       {R"(m["measures"]["bias"]["low"] += 1)", R"(m["measures"]["silent_units"] = None)",
        R"(m["trials"] = 9)", R"(m["model_sha256"] = "0" * 64)"}) {
    SCOPED_TRACE(statement);
    const std::string path = of_run(1, "evaluation.json");
    edit(path, statement);
    const std::string said = expect_blamed(path);
    EXPECT_NE(said.find("does not agree with evaluation.mat on: "), std::string::npos) << said;
    EXPECT_NE(said.find("that file is intact: move this one away, then `pursuit-run small.yaml`"),
              std::string::npos)
        << said;
    ASSERT_EQ(call("rm " + path + "; pursuit-run small.yaml -q").exit_code, 0);
    expect_all_is_true();
  }
}

TEST_F(EditedByHand, MeasuresOfTheManifestAloneAreTheManifests) {
  remember();
  edit(k_manifest, R"(r["measures"]["bias"]["low"] += 1)");
  expect_blamed(k_manifest);
  call("pursuit-run small.yaml -q");
  expect_all_is_true();
}

TEST_F(EditedByHand, WhatDivergedIsFoundOutAnew) {
  remember();
  const std::string path = of_run(1, "result.json"), whole = read_file(scratch / path);
  edit(path, R"(m["diverged"] = True)");
  expect_blamed(path);
  call("pursuit-run small.yaml -q"); // takes in nothing of it
  expect_blamed(path);
  call("rm " + path + "; pursuit-run small.yaml -q");
  expect_all_is_true();
  edit(k_manifest, R"(r["diverged"] = True; m["counts"]["diverged"] = 1)");
  expect_blamed(k_manifest);
  call("pursuit-run small.yaml -q");
  expect_all_is_true();
}

// The model has the losses.
TEST_F(EditedByHand, AStartTakesNoFalseLossIn) {
  remember();
  const std::string path = of_run(2, "result.json");
  edit(path, R"(m["loss"]["mean_last_200"] += 0.5)");
  call("pursuit-run small.yaml -q");
  EXPECT_EQ(call(numbers).out, numbers_before_);
  expect_blamed(path);
  call("rm " + path + "; pursuit-run small.yaml -q");
  expect_all_is_true();
}

TEST_F(EditedByHand, ClaimsAreJudgedAgain) {
  remember();
  const std::string whole = read_file(scratch / k_manifest);
  for (const char *statement :
       {R"(m["expectations"][0]["passed"] ^= True)", R"(m["expectations"][1]["value"] += 0.25)",
        R"(m["expectations"][1]["interval"] = [0, 1])",
        R"(m["expectations"][1]["passed"] = None)"}) {
    SCOPED_TRACE(statement);
    edit(k_manifest, statement);
    EXPECT_NE(expect_blamed(k_manifest).find("of its claim \"loss, of "), std::string::npos);
    call("pursuit-run report results/small -q");
    expect_all_is_true();
    write_file(scratch / k_manifest, whole);
  }
}

TEST_F(EditedByHand, AManifestOfAnotherVersionIsNotDamaged) {
  edit(k_manifest, R"(m["format"] = "pursuit-manifest/2")");
  expect_blamed(k_manifest, "unreadable");
  EXPECT_NE(call("pursuit-run list small.yaml").err.find("manifest.json cannot be read"),
            std::string::npos);
}

// Of what a kept manifest alone lists the records are compared as well.
TEST_F(EditedByHand, RunsOfAKeptManifestAreCheckedToo) {
  const std::string id = of_run(1, "");
  ASSERT_EQ(call("pursuit-run small.yaml -q --set defaults.tau=40; pursuit-run verify small.yaml")
                .exit_code,
            0);
  const std::string kept = "results/small/manifest-1.json";
  for (const auto &[name, statement] :
       {std::pair(id + "result.json", R"(m["loss"]["last"] += 0.5)"),
        std::pair(id + "evaluation.json", R"(m["measures"]["bias"]["low"] += 1)"),
        std::pair(kept, R"(r["loss"]["last"] += 0.5)"), std::pair(kept, R"(m["runs"].pop())")}) {
    SCOPED_TRACE(name + statement);
    const std::string whole = read_file(scratch / name);
    edit(name, statement);
    expect_blamed(name);
    write_file(scratch / name, whole);
  }
}

} // namespace

} // namespace pursuit
