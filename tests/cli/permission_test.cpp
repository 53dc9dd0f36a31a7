// What another user may not read is said to be that: never that it is not there, matches nothing, or is damaged.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <unistd.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// An experiment that has been run; root looks at it as nobody, anybody else is kept out by modes that bind the owner too.
class Permission : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml", small_experiment());
    // The programs may lie where the other user cannot go.
    ASSERT_EQ(
        call("pursuit-run small.yaml -q && mkdir bin && cp \"$(command -v pursuit-run)\" bin && "
             "chmod -R a+rX .")
            .exit_code,
        0);
    const Ended ended = as_other("pursuit-run --version && ! cat /proc/1/environ");
    if (ended.exit_code != 0)
      GTEST_SKIP() << "no program can be run as another user here: " << ended.err;
  }
  void TearDown() override { call("chmod -R u+rwX ."); }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  Ended as_other(const std::string &command) {
    const std::string path = "PATH='" + (scratch / "bin").string() + "':$PATH ";
    const std::string user =
        ::geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
    return call(path + user + "sh -c '" + command + "'");
  }

  std::string run_id() { return call("ls results/runs").out.substr(0, 64); }

  void expect_denied(const std::string &mode, const std::string &path,
                     const std::vector<std::string> &commands, int exit_code) {
    const std::string was = call("stat -c %a " + path).out;
    ASSERT_EQ(call("chmod " + mode + " " + path).exit_code, 0) << path;
    for (const std::string &command : commands) {
      const Ended ended = as_other(command);
      const std::string all = ended.out + ended.err;
      EXPECT_EQ(ended.exit_code, exit_code) << path << ": " << command << "\n" << all;
      EXPECT_NE(all.find("Permission denied"), std::string::npos) << path << ": " << command << "\n"
                                                                  << all;
      for (const char *wrong : {"no manifest.json", "no file matches", "damaged\t", "damaged  ",
                                " is damaged", "not been run", "does not exist", "there is no file",
                                "is missing", "missing  ", "model file missing"})
        EXPECT_EQ(all.find(wrong), std::string::npos) << path << ": " << command << "\n" << all;
    }
    ASSERT_EQ(call("chmod " + was.substr(0, was.find('\n')) + " " + path).exit_code, 0);
  }

  Scratch scratch;
};

TEST_F(Permission, OfManifestAndFolder) {
  const std::string id = run_id().substr(0, 12);
  ASSERT_EQ(call("chmod 000 results/small/manifest.json").exit_code, 0);
  EXPECT_NE(as_other("pursuit-run list small.yaml").err.find("; ask its owner for access"),
            std::string::npos);
  ASSERT_EQ(call("chmod 644 results/small/manifest.json").exit_code, 0);
  expect_denied("000", "results/small/manifest.json",
                {"pursuit-run list small.yaml", "pursuit-run status results/small",
                 "pursuit-run show small.yaml " + id, "pursuit-run gc small.yaml",
                 "pursuit-run verify small.yaml", "pursuit-run report small.yaml"},
                1);
  expect_denied("600", "results/small",
                {"pursuit-run list small.yaml", "pursuit-run status results/small",
                 "pursuit-run verify results/small", "pursuit-run gc small.yaml"},
                2);
  expect_denied("600", "results", {"pursuit-run list small.yaml", "pursuit-run list results/small"},
                2);
  // Whoever may go through a folder need not list it.
  ASSERT_EQ(call("chmod 711 results results/small").exit_code, 0);
  EXPECT_EQ(as_other("pursuit-run list small.yaml").exit_code, 0);
}

// An experiment that cannot be looked at may need any run.
// What may be read can be reported of, elsewhere.
TEST_F(Permission, ReportOfAFolderThatMayNotBeWrittenNamesInto) {
  ASSERT_EQ(call("rm -f results/small/lock && chmod a-w results/small").exit_code, 0);
  const Ended ended = as_other("pursuit-run report results/small");
  EXPECT_EQ(ended.exit_code, 2) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("--into DIR"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("--output_dir"), std::string::npos) << ended.err;
}

TEST_F(Permission, GcStopsWhereAnExperimentCannotBeSeen) {
  ASSERT_EQ(call("sed 's/name: small/name: other/; s/tau: 30/tau: 40/' small.yaml > other.yaml && "
                 "pursuit-run other.yaml -q && chmod -R a+rwX results")
                .exit_code,
            0);
  for (const char *path : {"results/other", "results/runs", "results"}) {
    const char *mode = std::string(path) == "results" ? "711" : "700";
    if (::geteuid() != 0) mode = "300"; // the owner may go in, and not list
    if (::geteuid() != 0 && std::string(path) == "results/other") continue;
    expect_denied(mode, path,
                  {"pursuit-run gc results/small", "pursuit-run gc results/small --yes"}, 1);
  }
  EXPECT_EQ(call("ls results/runs | wc -l").out, "16\n");
}

TEST_F(Permission, OfRecordsAndModels) {
  const std::string run = "results/runs/" + run_id();
  const std::string model = call("ls results/models/pursuit/*").out;
  for (const std::string &path : {run + "/result.json", run + "/run.json", run + "/evaluation.json",
                                  run + "/evaluation.mat", model.substr(0, model.find('\n'))}) {
    expect_denied("000", path, {"pursuit-run verify small.yaml"}, 1);
  }
  expect_denied("600", run, {"pursuit-run verify small.yaml", "pursuit-run plan small.yaml"}, 1);
  expect_denied("600", "results/models/pursuit",
                {"pursuit-run verify small.yaml", "pursuit-run plan small.yaml"}, 1);
  expect_denied("000", run + "/result.json",
                {"pursuit-run plan small.yaml", "pursuit-run why small.yaml " + run_id()}, 1);
  expect_denied("000", run + "/run.json", {"pursuit-run why small.yaml " + run_id()}, 0);
}

// The page is written elsewhere: the other user may not write here.
TEST_F(Permission, OfModelsThatAFigureIsDrawnFrom) {
  write_file(scratch / "small.yaml", small_experiment() + "figures: [learning_curves]\n");
  ASSERT_EQ(call("pursuit-run small.yaml -q && mkdir -m 777 shown && chmod -R a+rX results && "
                 "rm -r results/small/figures")
                .exit_code,
            0);
  expect_denied("000", "results/models",
                {"pursuit-run report results/small --into shown",
                 "pursuit-run report results/small --into shown -q"},
                1);
}

TEST_F(Permission, OfExperimentFilesIncludesDataAndModelsMadeElsewhere) {
  ASSERT_EQ(call("mkdir -p in/models && cp results/models/pursuit/*stage1*.mat in/models && "
                 "pursuit-run data synth -o in/data.mat && "
                 "echo 'defaults: {N: 9, tau: 30}' > in/common.yaml && "
                 "printf 'format: pursuit-experiment/1\\nname: e\\ninclude: [in/common.yaml]\\n"
                 "data: in/data.mat\\nstages:\\n"
                 "  b: {mode: activation, stage: 2, n_trials: 1, activation: threshold, "
                 "needs: {files: \"in/models/*.mat\"}}\\n' > e.yaml && chmod -R a+rX .")
                .exit_code,
            0);
  ASSERT_EQ(as_other("pursuit-run plan e.yaml").exit_code, 0);
  const std::vector<std::string> plan = {"pursuit-run plan e.yaml"};
  expect_denied("000", "e.yaml", {"pursuit-run plan e.yaml", "pursuit-run list e.yaml"}, 2);
  for (const char *path : {"in/common.yaml", "in/data.mat", "in", "in/models"})
    expect_denied("000", path, plan, 2);
  expect_denied("444", "in/models", plan, 2); // it can be listed, and nothing in it looked at
  expect_denied("111", "in/models", plan, 2); // the other way round
  expect_denied("000", "in/models/*.mat", plan, 2);
}

} // namespace

} // namespace pursuit
