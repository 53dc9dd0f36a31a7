// WHERE, however it is given: every name of one folder is the same place to every verb.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Where : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml", small_experiment() + "figures: [learning_curves]\n");
    ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  // Every verb finds the runs, and the report keeps its figure.
  void expect_found(const std::string &from, const std::string &where) {
    const std::string cd = "cd " + from + " && ";
    const std::string name = " '" + where + "'";
    const std::string said = from + ": " + where + "\n";
    const std::string page = read_file(scratch / "results/small/report.html");
    const Ended verified = call(cd + "pursuit-run verify" + name);
    EXPECT_EQ(verified.exit_code, 0) << said << verified.out << verified.err;
    EXPECT_NE(verified.out.find(": 0 damaged, 0 missing, 0 foreign"), std::string::npos)
        << said << verified.out;
    const Ended report = call(cd + "pursuit-run report -q" + name);
    EXPECT_EQ(report.exit_code, 0) << said << report.out << report.err;
    EXPECT_EQ(report.err, "") << said;
    EXPECT_EQ(read_file(scratch / "results/small/report.html").size(), page.size()) << said;
    const Ended shown = call(cd + "pursuit-run list --csv" + name);
    const std::string run = shown.out.substr(shown.out.find('\n') + 1, 12);
    EXPECT_EQ(call(cd + "pursuit-run show" + name + " " + run).exit_code, 0) << said;
    EXPECT_EQ(call(cd + "pursuit-run log" + name + " " + run).exit_code, 0) << said;
    EXPECT_EQ(call(cd + "pursuit-run why" + name + " " + run).exit_code, 0) << said;
    const Ended garbage = call(cd + "pursuit-run gc" + name);
    EXPECT_NE(garbage.out.find("0 runs, "), std::string::npos) << said << garbage.out;
    EXPECT_EQ(call("ls").out, listing) << said << "something was written elsewhere";
  }

  void remember_listing() { listing = call("ls").out; }

  Scratch scratch;
  std::string listing;
};

TEST_F(Where, DotsSlashesAndLinksNameTheSameFolder) {
  ASSERT_EQ(call("mkdir -p far/away && ln -s ../../results/small far/away/latest && "
                 "ln -s results linked && ln -s results/small/figures inside && ln -s . here")
                .exit_code,
            0);
  remember_listing();
  for (const auto &[from, where] : std::vector<std::pair<std::string, std::string>>{
           {".", "results/small"},
           {".", "results/small/"},
           {".", "results//small/."},
           {".", "results/../results/small"},
           {"results/small", "."},
           {"results/small", "./"},
           {"results/small/figures", ".."},
           {"results/small/figures", "../"},
           {"results", "small"},
           {".", "far/away/latest"},
           {".", "far/away/latest/"},
           {"far/away/latest", "."},
           {".", "linked/small"},
           {".", "inside/.."},
           {".", "here/here/results/small"},
           {"far", scratch.path() / "results/small"}}) {
    expect_found(from, where);
  }
}

// The folder was moved to another disk, and a link left where it was.
TEST_F(Where, AFolderThatWasMovedIsWhatItsLinkSays) {
  ASSERT_EQ(
      call("mkdir big && mv results/small big/ && ln -s ../big/small results/small").exit_code, 0);
  remember_listing();
  expect_found(".", "results/small");
  expect_found(".", "small.yaml");
}

// Figures go into the folder that was named, not into one with the experiment's first name.
TEST_F(Where, ACopyUnderAnotherNameKeepsToItself) {
  ASSERT_EQ(call("cp -r results/small results/copy && rm -r results/small").exit_code, 0);
  EXPECT_EQ(call("pursuit-run report results/copy -q").exit_code, 0);
  EXPECT_FALSE(fs::exists(scratch / "results/small"));
  EXPECT_TRUE(fs::exists(scratch / "results/copy/figures/learning_curves.svg"));
}

TEST_F(Where, TheOutputFolderIsCanonicalForARunToo) {
  ASSERT_EQ(call("mkdir -p disk/deep && ln -s disk/deep out && mkdir sub").exit_code, 0);
  const Ended run = call("cd sub && pursuit-run ../small.yaml -o ../out/../deep/x/ && "
                         "pursuit-run ../small.yaml -q -o ../disk/deep/x");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(fs::exists(scratch / "disk/deep/x/small/manifest.json"));
  const std::string folder = (fs::canonical(scratch.path()) / "disk/deep/x").string();
  EXPECT_NE(run.out.find("manifest: " + folder + "/small/manifest.json\n"), std::string::npos)
      << run.out;
  EXPECT_NE(call("cd out && pursuit-run status ../../small.yaml -o x").out.find("8 done"),
            std::string::npos);
  ASSERT_EQ(call("cd out && pursuit-run ../../small.yaml -q -o .").exit_code, 0);
  EXPECT_TRUE(fs::exists(scratch / "disk/deep/models/pursuit"));
}

// `link/..` is the folder above what the link leads to, for includes and globs as for the shell.
TEST_F(Where, FilesBesideALinkedFolderAreThoseOfTheShell) {
  ASSERT_EQ(call("mkdir -p real/configs && ln -s real/configs configs && "
                 "echo 'defaults: {N: 9, tau: 30}' > real/common.yaml && "
                 "echo 'defaults: {N: 7, tau: 30}' > common.yaml && "
                 "cp results/models/pursuit/*stage1*.mat real/ && cd real/configs && "
                 "printf 'format: pursuit-experiment/1\\nname: e\\ninclude: [../common.yaml]\\n"
                 "stages:\\n  a: {mode: activation, stage: 1, n_trials: 1}\\n"
                 "  b: {mode: activation, stage: 2, n_trials: 1, activation: threshold, "
                 "needs: {files: \"../*.mat\"}}\\n' > e.yaml")
                .exit_code,
            0);
  const Ended plan = call("pursuit-run plan configs/e.yaml");
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_NE(plan.out.find("N=9 "), std::string::npos) << plan.out;
  EXPECT_NE(plan.out.find("3 runs"), std::string::npos) << plan.out;
}

TEST_F(Where, AnOutputFolderIsAnsweredWithItsExperiments) {
  const Ended ended = call("pursuit-run list results");
  EXPECT_EQ(ended.exit_code, 2) << ended.out;
  EXPECT_NE(ended.err.find("results/small"), std::string::npos) << ended.err;
}

TEST_F(Where, AFileOfTheFolderIsToldFromAnExperimentFile) {
  for (const char *file : {"results/small/manifest.json", "results/small/report.html",
                           "results/small/figures/learning_curves.svg"}) {
    const Ended ended = call("pursuit-run list " + std::string(file));
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_EQ(ended.err,
              "pursuit-run: " + std::string(file) +
                  " is a file in an experiment's folder; name the folder: results/small\n");
  }
}

} // namespace

} // namespace pursuit
