// What the manifest says of the experiment file's commit, asked of the real program in repositories made here.
#include <gtest/gtest.h>

#include <vector>

#include <unistd.h>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr const char *k_experiment =
    "format: pursuit-experiment/1\n"
    "name: m\n"
    "defaults: {N: 3, tau: 30}\n"
    "evaluate: {trials: 1}\n"
    "stages: {weights: {mode: activation, stage: 1, n_trials: 1}}\n";

class GitState : public ::testing::Test {
protected:
  GitState() { write_file(repository() / "m.yaml", k_experiment); }

  fs::path repository() const { return scratch_ / "r"; }

  // With an identity and without the machine's own settings.
  Ended git(const std::string &words) {
    return shell(repository(), "export HOME=" + scratch_.path().string() +
                                   " GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b "
                                   "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b; git " +
                                   words);
  }
  void commit() {
    ASSERT_EQ(git("init -q && git add m.yaml && git commit -q -m x").exit_code, 0);
    commit_ = git("rev-parse HEAD").out.substr(0, 40);
    ASSERT_EQ(commit_.size(), 40u);
  }

  // The manifest's `git` after a start in the repository; `before`: in front of the command.
  std::string state(const std::string &before = "", const std::string &file = "m.yaml",
                    const std::string &program = "pursuit-run") {
    const Ended ended = shell(repository(), "export HOME=" + scratch_.path().string() + "; " +
                                                before + " " + program + " " + file + " -o " +
                                                (scratch_ / "o").string() + " --progress none");
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    said_ = ended.err;
    const std::string manifest = read_file(scratch_ / "o/m/manifest.json");
    const std::size_t at = manifest.find(R"("git":{)");
    return manifest.substr(at, manifest.find('}', at) + 1 - at);
  }
  std::string known(bool dirty) const {
    return R"("git":{"commit":")" + commit_ + R"(","dirty":)" + (dirty ? "true}" : "false}");
  }

  const std::string unknown_ = R"("git":{"commit":null,"dirty":null})";
  Scratch scratch_;
  std::string commit_, said_;
};

TEST_F(GitState, AFileOfTheCommitIsClean) {
  commit();
  EXPECT_EQ(state(), known(false));
  EXPECT_EQ(said_.find("not recorded"), std::string::npos) << said_;
}

TEST_F(GitState, OutsideARepositoryNothingIsKnownAndNothingSaid) {
  EXPECT_EQ(state("GIT_CEILING_DIRECTORIES=" + scratch_.path().string()), unknown_);
  EXPECT_EQ(said_.find("commit"), std::string::npos) << said_;
}

TEST_F(GitState, AnUntrackedOrIgnoredFileIsNotInTheCommit) {
  commit();
  write_file(repository() / "new.yaml", k_experiment);
  EXPECT_EQ(state("", "new.yaml"), known(true));
  write_file(repository() / ".git/info/exclude", "new.yaml\n");
  EXPECT_EQ(state("", "new.yaml"), known(true));
  EXPECT_EQ(state(), known(false));
}

TEST_F(GitState, AnAddedOrModifiedFileIsNotInTheCommit) {
  commit();
  write_file(repository() / "new.yaml", k_experiment);
  ASSERT_EQ(git("add new.yaml").exit_code, 0);
  EXPECT_EQ(state("", "new.yaml"), known(true));
  ASSERT_EQ(git("rm -q --cached new.yaml").exit_code, 0);
  write_file(repository() / "m.yaml", std::string(k_experiment) + "description: another\n");
  EXPECT_EQ(state(), known(true));
  // Nor one that git was told not to look at.
  ASSERT_EQ(git("update-index --assume-unchanged m.yaml").exit_code, 0);
  ASSERT_EQ(git("status --porcelain --untracked-files=no").out, "");
  EXPECT_EQ(state(), known(true));
}

TEST_F(GitState, AnIncludedFileCounts) {
  write_file(repository() / "m.yaml", std::string(k_experiment) + "include: [deep/common.yaml]\n");
  write_file(repository() / "deep/common.yaml", "include: [deeper.yaml]\n");
  write_file(repository() / "deep/deeper.yaml", "description: from below\n");
  commit();
  ASSERT_EQ(git("add deep/common.yaml && git commit -q -m y").exit_code, 0);
  commit_ = git("rev-parse HEAD").out.substr(0, 40);
  EXPECT_EQ(state(), known(true));
  ASSERT_EQ(git("add deep/deeper.yaml && git commit -q -m z").exit_code, 0);
  commit_ = git("rev-parse HEAD").out.substr(0, 40);
  EXPECT_EQ(state(), known(false));
}

TEST_F(GitState, ALinkLeadsToTheRepositoryOfItsFile) {
  commit();
  fs::create_symlink(repository() / "m.yaml", scratch_ / "link.yaml");
  EXPECT_EQ(state("", (scratch_ / "link.yaml").string()), known(false));
}

TEST_F(GitState, TheEnvironmentOfGitIsNotHeeded) {
  commit();
  const std::string other = (scratch_ / "other").string();
  ASSERT_EQ(
      git("init -q " + other + " && git -C " + other + " commit -q --allow-empty -m o").exit_code,
      0);
  const std::vector<std::string> settings = {
      "GIT_DIR=" + other + "/.git",
      "GIT_DIR=/nowhere",
      "GIT_DIR=" + other + "/.git GIT_WORK_TREE=" + other,
      "GIT_INDEX_FILE=/nowhere",
      "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.bare GIT_CONFIG_VALUE_0=true",
      "GIT_OBJECT_DIRECTORY=/nowhere"};
  for (const std::string &setting : settings) {
    EXPECT_EQ(state(setting), known(false)) << setting;
  }
}

TEST_F(GitState, ARepositoryThatDoesNotAnswerIsToldOf) {
  ASSERT_EQ(git("init -q").exit_code, 0);
  EXPECT_EQ(state(), unknown_);
  EXPECT_NE(said_.find("the commit of m.yaml is not recorded: its repository has no commit yet"),
            std::string::npos)
      << said_;
  EXPECT_EQ(state("PATH=/nowhere", "m.yaml", "$(command -v pursuit-run)"), unknown_);
  EXPECT_NE(said_.find("not recorded: cannot start git"), std::string::npos) << said_;
  write_file(repository() / ".git/HEAD", "nonsense");
  EXPECT_EQ(state(), unknown_);
  EXPECT_NE(said_.find("not recorded: git says fatal"), std::string::npos) << said_;
}

TEST_F(GitState, ACommitWhoseObjectsAreGoneIsNamedAndTheRestIsToldOf) {
  commit();
  fs::remove_all(repository() / ".git/objects");
  fs::create_directories(repository() / ".git/objects");
  EXPECT_EQ(state(), R"("git":{"commit":")" + commit_ + R"(","dirty":null})");
  EXPECT_NE(said_.find("whether m.yaml is as committed is not recorded: git says "),
            std::string::npos)
      << said_;
}

// Its configuration names programs that git would run; they are that owner's, not ours.
TEST_F(GitState, ARepositoryOfAnotherOwnerIsReadAndItsProgramsAreNotRun) {
  if (::geteuid() != 0) GTEST_SKIP() << "NOT TESTED: a repository of another owner (needs root)";
  commit();
  write_file(repository() / ".gitattributes", "*.yaml filter=theirs\n");
  ASSERT_EQ(git("add .gitattributes && git commit -q -m y").exit_code, 0);
  commit_ = git("rev-parse HEAD").out.substr(0, 40);
  const std::string mark = (scratch_ / "was_run").string();
  write_file(scratch_ / "theirs.sh", "#!/bin/sh\ntouch " + mark + "\ncat\n");
  fs::permissions(scratch_ / "theirs.sh", fs::perms::owner_all);
  const std::string program = (scratch_ / "theirs.sh").string();
  ASSERT_EQ(git("config core.fsmonitor " + program + " && git config filter.theirs.clean " +
                program + " && git config filter.theirs.required true")
                .exit_code,
            0);
  // The index says less than it should: git has to look at the file.
  ASSERT_EQ(shell(repository(), "touch -d 2001-01-01 m.yaml").exit_code, 0);
  EXPECT_EQ(state(), known(false));
  EXPECT_TRUE(fs::exists(mark)) << "the programs are run at all, in one's own repository";
  fs::remove(mark);
  ASSERT_EQ(shell(repository(), "touch -d 2002-02-02 m.yaml; chown -R 20002 .").exit_code, 0);
  EXPECT_EQ(state(), known(false));
  EXPECT_FALSE(fs::exists(mark));
  write_file(repository() / "m.yaml", std::string(k_experiment) + "description: another\n");
  EXPECT_EQ(state(), known(true));
  EXPECT_FALSE(fs::exists(mark));
}

} // namespace
} // namespace pursuit
