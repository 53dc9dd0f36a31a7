// kept_folder.tar.xz is what the program of version 0.1.0 wrote, before `diverged` and any parameter added since: an
// experiment file and its output folder. Every verb reads it, with the program as it is and with one whose table of
// parameters has a row more (later_parameter.inc); nothing of it is trained again, and no byte of a model changes.
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/outside.hpp"

namespace pursuit {

namespace {

constexpr int k_runs = 6;

// Where the programs are, below the build folder.
class KeptFolder : public ::testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    const Ended unpacked =
        shell(scratch.path(),
              python() + " -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall()' '" +
                  (source_dir() / "tests/cli/kept_folder.tar.xz").string() + "'");
    ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
    models_ = all_models(scratch / "results");
  }

  Ended call(const std::string &command) {
    return shell(scratch.path(), "PATH=\"" + std::string(std::getenv("PURSUIT_BUILD_DIR")) + "/" +
                                     GetParam() + ":$PATH\"; " + command);
  }
  // What it prints; exit 0.
  std::string done(const std::string &command) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, 0) << command << "\n" << ended.out << ended.err;
    return ended.out + ended.err;
  }
  // For every run of the folder.
  std::string for_each_run(const std::string &command) {
    return done("set -e; for run in $(ls results/runs); do " + command + "; done");
  }
  static int count(const std::string &text, const std::string &word) {
    int times = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
      ++times;
    return times;
  }

  Scratch scratch;
  std::string models_;
};

TEST_P(KeptFolder, IsWholeAndNothingOfItIsTrainedAgain) {
  EXPECT_NE(done("pursuit-run verify kept.yaml").find(": 0 damaged, 0 missing, 0 foreign"),
            std::string::npos);
  EXPECT_NE(done("pursuit-run plan kept.yaml").find("6 runs: 6 reused, 0 to train"),
            std::string::npos);
  done("pursuit-run plan kept.yaml --json | python3 -m json.tool");
  EXPECT_NE(done("pursuit-run kept.yaml").find("6 of 6 runs done (6 reused)"), std::string::npos);
  EXPECT_EQ(all_models(scratch / "results"), models_);
  EXPECT_NE(done("pursuit-run verify results/kept").find(": 0 damaged, 0 missing, 0 foreign"),
            std::string::npos);
}

TEST_P(KeptFolder, IsReadByEveryVerb) {
  done("test $(pursuit-run list kept.yaml --csv | wc -l) = " + std::to_string(k_runs + 1));
  done("pursuit-run list kept.yaml --json | python3 -m json.tool");
  done("pursuit-run status results/kept --json | python3 -m json.tool");
  EXPECT_EQ(count(for_each_run("pursuit-run show kept.yaml $run"), "canonical text"), k_runs);
  EXPECT_EQ(count(for_each_run("pursuit-run log kept.yaml $run"), "done in"), k_runs);
  for_each_run("pursuit-run why kept.yaml $run");
  for_each_run("last=$(ls results/runs | tail -1); [ $run = $last ] || pursuit-run diff kept.yaml "
               "$run $last");
  done("pursuit-run evaluate results/models/pursuit/*stage1* -o e.json && python3 -m json.tool "
       "e.json");
  EXPECT_NE(done("pursuit-run gc kept.yaml").find("0 "), std::string::npos);
  done("pursuit-run report kept.yaml && test -s results/kept/report.html");
  EXPECT_EQ(count(for_each_run("pursuit-run repeat kept.yaml $run -q"), "identical: "), k_runs);
  EXPECT_EQ(all_models(scratch / "results"), models_);
}

// Its record says nothing of it; its losses and the data do: 21.9 at the end, where an output of zero has some 4.
TEST_P(KeptFolder, IsJudgedWhenRead) {
  EXPECT_EQ(
      count(done("pursuit-run list kept.yaml --csv --where diverged=true,stage=wild"), ",wild,"),
      1);
  done("test $(pursuit-run list kept.yaml --csv --where diverged=true,training_stage=1 | wc -l) = "
       "2");
  EXPECT_EQ(count(done("pursuit-run list kept.yaml --csv --where diverged=false"), ",untrained,"),
            1);
  done("pursuit-run kept.yaml -q");
  EXPECT_NE(read_file(scratch / "results/kept/manifest.json").find("\"diverged\":true"),
            std::string::npos);
}

// A run that is made with the parameter at another value is another run, whose files say so.
TEST(LaterParameter, IsInTheFilesOnlyWhereItIsGiven) {
  const Scratch scratch;
  write_file(scratch / "small.yaml", small_experiment());
  const std::string later =
      "PATH=\"" + std::string(std::getenv("PURSUIT_BUILD_DIR")) + "/tests/later/bin:$PATH\"; ";
  const auto call = [&](const std::string &command) { return shell(scratch.path(), command); };
  ASSERT_EQ(call("pursuit-run small.yaml -q -o now").exit_code, 0);
  ASSERT_EQ(call(later + "pursuit-run small.yaml -q -o later").exit_code, 0);
  EXPECT_EQ(all_models(scratch / "now"), all_models(scratch / "later"));
  const Ended other =
      call(later + "pursuit-run small.yaml -q -o later --set defaults.noise_later=0.02");
  ASSERT_EQ(other.exit_code, 0) << other.err;
  const Ended count = call(
      "ls later/models/pursuit | wc -l; grep -l '\"noise_later\": 0.02' later/runs/*/run.json | "
      "wc -l; grep -l noise_later later/models/pursuit/*.mat | wc -l");
  EXPECT_EQ(count.out, "16\n8\n8\n");
  EXPECT_EQ(call(later + "pursuit-run verify small.yaml -o later && pursuit-run evaluate "
                         "later/models/pursuit/*.mat")
                .exit_code,
            0);
}

INSTANTIATE_TEST_SUITE_P(Programs, KeptFolder, ::testing::Values("bin", "tests/later/bin"),
                         [](const ::testing::TestParamInfo<std::string> &program) {
                           return program.param == "bin" ? "AsTheyAre" : "WithAParameterMore";
                         });

} // namespace

} // namespace pursuit
