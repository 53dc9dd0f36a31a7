// Strange surroundings, from outside: each ends with a message and the right exit code, and loses
// nothing.
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {
namespace {

namespace fs = std::filesystem;

constexpr const char *k_tiny = R"(format: pursuit-experiment/1
name: tiny
defaults: {N: 5, tau: 30}
evaluate: {trials: 1}
stages:
  weights: {mode: activation, stage: 1, n_trials: 3, seeds: [1, 2]}
)";

class Hostile : public ::testing::Test {
protected:
  void SetUp() override { write_file(folder_ / "tiny.yaml", k_tiny); }

  // Runs it, and expects the exit code and a part of the message.
  void expect(const std::string &command, int exit_code, const std::string &message) {
    const Ended ended = shell(folder_.path(), command);
    EXPECT_EQ(ended.exit_code, exit_code) << command << ended.out << ended.err;
    EXPECT_NE((ended.out + ended.err).find(message), std::string::npos) << command << ended.err;
    EXPECT_EQ(ended.err.find("filesystem error"), std::string::npos) << command << ended.err;
  }

  const Scratch folder_;
};

TEST_F(Hostile, LoopsOfLinks) {
  fs::create_symlink("b", folder_ / "a");
  fs::create_symlink("a", folder_ / "b");
  expect("pursuit-run a", 2, "cannot read a: Too many levels of symbolic links");
  expect("pursuit-run status a", 2, "cannot read a: Too many levels of symbolic links");
  expect("pursuit-run tiny.yaml -o a", 2, "cannot make folder a: Too many levels");
}

TEST_F(Hostile, NamesThatAreTooLong) {
  const std::string name(300, 'x');
  expect("pursuit-run tiny.yaml -o " + name, 2, "File name too long");
  expect("pursuit-run " + name, 2, "is neither a verb nor an experiment file");
}

TEST_F(Hostile, NamesWithEveryCharacter) {
  expect("pursuit-run tiny.yaml -o 'a b\n\"\\é'", 0, "2 of 2 done");
  expect("pursuit-run tiny.yaml -o 'a b\n\"\\é'", 0, "2 reused");
}

// A terminal would obey them: a title, a colour, a cleared screen.
TEST_F(Hostile, ControlCharactersReachNoTerminal) {
  const std::string folder = "$(printf 'a\\033[31m\\007')";
  const std::vector<std::pair<std::string, int>> commands = {
      {"pursuit-run tiny.yaml -o " + folder, 0},
      {"pursuit-run list " + folder + "/tiny", 0},
      {"o=" + folder + "; touch $o/models/pursuit/$o && pursuit-run verify $o/tiny", 0},
      {"pursuit-run gc " + folder + "/tiny", 0},
      {"cd " + folder +
           "/runs && for run in *; do printf '\\033]0;title\\007\\n' >> $run/log.txt; done && "
           "pursuit-run log ../tiny $run",
       0},
      {"pursuit-run status " + folder + "/none", 2},
      {"pursuit-run plan " + folder, 2},
      {"pursuit-run plan " + folder + ".yaml", 2},
      {"pursuit-run tiny.yaml --engine " + folder, 2},
      {"pursuit-run tiny.yaml --" + folder, 2},
      {"pursuit-run show tiny.yaml -o " + folder + " " + folder, 2},
      {"pursuit-train --n_trials 1 --data " + folder, 2}};
  for (const auto &[command, code] : commands) {
    const Ended ended = shell(folder_.path(), command);
    EXPECT_EQ(ended.exit_code, code) << command << ended.err;
    EXPECT_EQ((ended.out + ended.err).find_first_of("\033\007"), std::string::npos) << ended.err;
  }
  // What is to be typed leads there all the same.
  const Ended told = shell(folder_.path(), "pursuit-run list tiny.yaml -o " + folder + "x");
  EXPECT_NE(told.err.find("-o $'a\\033[31m\\007x'"), std::string::npos) << told.err;
}

TEST_F(Hostile, EnormousFilesAreRefused) {
  ASSERT_EQ(shell(folder_.path(), "truncate -s 9G huge.mat").exit_code, 0); // takes no room
  expect("pursuit-run data info huge.mat", 2, "huge.mat: it has 9 GiB");
  expect("pursuit-run plan tiny.yaml --data huge.mat", 2, "huge.mat: it has 9 GiB");
  expect("pursuit-run replay huge.mat -o out.mat", 2, "huge.mat: it has 9 GiB");
}

// The limit of `ulimit -f` would kill the program by a signal, without a word.
TEST_F(Hostile, FilesMayNotGrow) {
  expect("(ulimit -f 0; pursuit-run tiny.yaml -o out 2>&1) | cat", 0, "File too large");
  expect("pursuit-run tiny.yaml -o out", 0, "2 of 2 done");
}

TEST_F(Hostile, ARecordThatLies) {
  expect("pursuit-run tiny.yaml -o out", 0, "2 of 2 done");
  const std::string lie = "sed -i 's|\"path\": \"[^\"]*\"|\"path\": \"../../../etc/passwd\"|; "
                          "s|\"seconds\": [^,]*|\"seconds\": 1e300|' out/runs/*/result.json";
  ASSERT_EQ(shell(folder_.path(), lie).exit_code, 0);
  expect("pursuit-run plan tiny.yaml -o out", 0, "2 to train with");
  expect("pursuit-run tiny.yaml -o out", 0, "2 of 2 done");
}

} // namespace
} // namespace pursuit
