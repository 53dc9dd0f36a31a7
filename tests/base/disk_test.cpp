#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "support/outside.hpp"
#include "support/pessimistic_files.hpp"

namespace pursuit {
namespace {

TEST(Disk, ReadsWhatItWrote) {
  const Scratch folder;
  const std::string bytes("a\0b\n", 4);
  real_disk().write_whole(folder / "new/deep/file", bytes);
  EXPECT_EQ(real_disk().read(folder / "new/deep/file"), bytes);
  real_disk().write_whole(folder / "new/deep/file", "");
  EXPECT_EQ(real_disk().read(folder / "new/deep/file"), "");
}

TEST(Disk, ReplacingLeavesNoOtherFile) {
  const Scratch folder;
  real_disk().write_whole(folder / "file", "old");
  real_disk().write_whole(folder / "file", "new");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
}

TEST(Disk, ANoteReplacesTheFileAndLeavesNoOther) {
  const Scratch folder;
  real_disk().note(folder / "file", "old and longer");
  real_disk().note(folder / "file", "new");
  EXPECT_EQ(real_disk().read(folder / "file"), "new");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
  EXPECT_THROW(real_disk().note(folder / "none/file", "x"), RunError) << "it makes no folder";
}

TEST(Disk, WhatIsNotThereIsNoError) {
  const Scratch folder;
  EXPECT_EQ(real_disk().read(folder / "none"), std::nullopt);
  EXPECT_EQ(real_disk().read(folder / "none/none"), std::nullopt);
  EXPECT_EQ(real_disk().size(folder / "none"), std::nullopt);
  EXPECT_FALSE(real_disk().exists(folder / "none"));
  EXPECT_TRUE(real_disk().list(folder / "none").empty());
  EXPECT_NO_THROW(real_disk().remove(folder / "none"));
}

// What may not be looked at is neither there nor absent.
TEST(Disk, WhatIsForbiddenIsNotAbsent) {
  class Forbidding final : public test::PessimisticFiles {
  public:
    int stat(const std::string &, struct stat *) override { return refuse(); }
    int list(const std::string &, std::vector<std::string> &) override { return refuse(); }
    int open(const std::string &, int, mode_t) override { return refuse(); }
    int refuse() const {
      errno = reason;
      return -1;
    }
    int reason = EACCES;
  } files;
  const std::unique_ptr<Disk> disk = make_disk(files);
  for (const int reason : {EACCES, EPERM}) {
    files.reason = reason;
    EXPECT_THROW((void)disk->exists("/lab/file"), PermissionError);
    EXPECT_THROW((void)disk->size("/lab/file"), PermissionError);
    EXPECT_THROW((void)disk->list("/lab"), PermissionError);
    EXPECT_THROW((void)disk->read("/lab/file"), PermissionError);
    EXPECT_NO_THROW(disk->remove_abandoned("/lab")); // what cannot be seen stays
  }
  files.reason = EIO; // a disk that fails says nothing either
  EXPECT_THROW((void)disk->exists("/lab/file"), RunError);
  for (const int reason : {ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG}) {
    files.reason = reason;
    EXPECT_FALSE(disk->exists("/lab/file"));
    EXPECT_EQ(disk->size("/lab/file"), std::nullopt);
    EXPECT_TRUE(disk->list("/lab").empty());
  }
}

TEST(Disk, AFolderIsNotReadAsAFile) {
  const Scratch folder;
  EXPECT_THROW(real_disk().read(folder.path()), RunError);
  EXPECT_EQ(real_disk().size(folder.path()), std::nullopt);
}

TEST(Disk, NewNeverReplaces) {
  const Scratch folder;
  EXPECT_TRUE(real_disk().write_new(folder / "file", "first"));
  EXPECT_FALSE(real_disk().write_new(folder / "file", "second"));
  EXPECT_EQ(real_disk().read(folder / "file"), "first");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
}

TEST(Disk, AppendsInOrder) {
  const Scratch folder;
  real_disk().append(folder / "sub/log", "one\n", true);
  real_disk().append(folder / "sub/log", "two\n", false);
  EXPECT_EQ(real_disk().read(folder / "sub/log"), "one\ntwo\n");
  EXPECT_EQ(real_disk().size(folder / "sub/log"), 8u);
}

TEST(Disk, AppendCutsWhatACrashLeftOfALine) {
  const Scratch folder;
  for (const std::string tail : {"tor", "tor\0\0", "x"}) {
    real_disk().write_whole(folder / "log", "one\n" + tail);
    real_disk().append(folder / "log", "two\n", true);
    EXPECT_EQ(real_disk().read(folder / "log"), "one\ntwo\n");
  }
  real_disk().write_whole(folder / "log", std::string(10000, '\0'));
  real_disk().append(folder / "log", "two\n", false);
  EXPECT_EQ(real_disk().read(folder / "log"), "two\n");
}

// Each in a process of its own, a hundred lines each: none is lost, none is mixed.
TEST(Disk, ManyAppendAtOnce) {
  const Scratch folder;
  std::vector<pid_t> children;
  for (char name : {'a', 'b', 'c', 'd'}) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    for (int i = 0; i < 100; ++i)
      real_disk().append(folder / "log", std::string(300, name) + "\n", false);
    std::_Exit(0);
  }
  for (pid_t child : children) ::waitpid(child, nullptr, 0);
  std::map<std::string, int> lines;
  std::istringstream text(real_disk().read(folder / "log").value());
  for (std::string line; std::getline(text, line);) ++lines[line];
  EXPECT_EQ(lines.size(), 4u);
  for (const auto &[line, count] : lines) EXPECT_EQ(count, 100) << line[0];
}

TEST(Disk, RemovesWhatDeadProcessesHaveLeftAndNothingElse) {
  const Scratch folder;
  for (const char *name :
       {"model.mat", "model.mat.12-3.tmp", "old.mat.12.tmp", "notes.tmp", ".tmp", "a.12x.tmp"}) {
    real_disk().write_whole(folder / name, "x");
  }
  real_disk().remove_abandoned(folder.path());
  EXPECT_EQ(real_disk().list(folder.path()),
            (std::vector<std::string>{".tmp", "a.12x.tmp", "model.mat", "notes.tmp"}));
  EXPECT_NO_THROW(real_disk().remove_abandoned(folder / "none"));
}

// A living process has its file locked.
TEST(Disk, LeavesAloneWhatALivingProcessWrites) {
  const Scratch folder;
  real_disk().write_whole(folder / "model.mat.12-3.tmp", "x");
  const int fd = ::open((folder / "model.mat.12-3.tmp").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  real_disk().remove_abandoned(folder.path());
  EXPECT_TRUE(real_disk().exists(folder / "model.mat.12-3.tmp"));
  ::close(fd);
  real_disk().remove_abandoned(folder.path());
  EXPECT_FALSE(real_disk().exists(folder / "model.mat.12-3.tmp"));
}

TEST(Disk, ListIsSorted) {
  const Scratch folder;
  for (const char *name : {"b", "a", "c"}) real_disk().write_whole(folder / name, "");
  EXPECT_EQ(real_disk().list(folder.path()), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Disk, ErrorsNamePathAndReason) {
  const Scratch folder;
  real_disk().write_whole(folder / "file", "");
  try {
    real_disk().write_whole(folder / "file/below", "x");
    FAIL() << "a file is no folder";
  } catch (const RunError &error) {
    EXPECT_NE(std::string(error.what()).find((folder / "file").string()), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("ot a directory"), std::string::npos) << error.what();
  }
}

// Leaves with 0 if writing 1 MiB over `path` fails as it should.
[[noreturn]] void write_beyond_limit(const std::filesystem::path &path) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  limit.rlim_cur = limit.rlim_max = 1 << 16;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  try {
    real_disk().write_whole(path, std::string(1 << 20, 'x'));
  } catch (const RunError &) {
    std::_Exit(0);
  }
  std::_Exit(1);
}

// As a full disk does: a write that ends in the middle. A size limit stands in for it.
TEST(Disk, AFailedWriteLeavesTheOldFileAlone) {
  const Scratch folder;
  real_disk().write_whole(folder / "file", "old");
  EXPECT_EXIT(write_beyond_limit(folder / "file"), testing::ExitedWithCode(0), "");
  EXPECT_EQ(real_disk().read(folder / "file"), "old");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
}

// What is promised, on a disk that keeps no more than that.
class PromisedDisk : public testing::Test {
protected:
  // The text of a run error, or "".
  template <class Action> static std::string error_of(Action action) {
    try {
      action();
      return "";
    } catch (const RunError &error) {
      return error.what();
    }
  }
  test::PessimisticFiles files_;
  std::unique_ptr<Disk> disk_ = make_disk(files_);
};

TEST_F(PromisedDisk, AFileInNewFoldersSurvivesAPowerCut) {
  disk_->write_whole("/a/b/c/file", "text");
  files_.die_at(1, test::Loss::everything);
  EXPECT_THROW(disk_->remove("/a/b/c/file"), test::Death);
  files_.restart();
  EXPECT_EQ(files_.bytes("/a/b/c/file"), "text");
}

TEST_F(PromisedDisk, WriteWholeIsTheOldOrTheNewTextAfterAnyCrash) {
  for (const test::Loss loss :
       {test::Loss::nothing, test::Loss::everything, test::Loss::anything}) {
    long call = 1;
    for (bool died = true; died; ++call) {
      test::PessimisticFiles files;
      files.put_folder("/x");
      files.put("/x/file", "old");
      const std::unique_ptr<Disk> disk = make_disk(files);
      files.die_at(call, loss, static_cast<unsigned>(call));
      try {
        disk->write_whole("/x/file", "the new text");
        died = false;
      } catch (const test::Death &) {
        files.restart();
      }
      const std::string text = files.bytes("/x/file").value_or("none");
      EXPECT_TRUE(text == "the new text" || (died && text == "old")) << call << ": " << text;
      disk->remove_abandoned("/x");
      EXPECT_EQ(files.paths(), std::vector<std::string>{"/x/file"});
    }
    EXPECT_GT(call, 5); // create, write, sync, rename, sync of the folder
  }
}

TEST_F(PromisedDisk, AFullDiskSaysHowMuchIsNeededAndWhere) {
  files_.capacity = 1000;
  const std::string text =
      error_of([this] { disk_->write_whole("/big.mat", std::string(50'000, 'x')); });
  EXPECT_EQ(text, "cannot write /big.mat: No space left on device; 49 KiB needed, in /");
  EXPECT_EQ(files_.paths(), std::vector<std::string>());
}

TEST_F(PromisedDisk, TooManyOpenFilesSaysHowManyMayBe) {
  files_.fail_at(1, EMFILE, false);
  const std::string text = error_of([this] { (void)disk_->read("/file"); });
  EXPECT_NE(text.find("cannot read /file: Too many open files (this process may have "),
            std::string::npos)
      << text;
}

} // namespace
} // namespace pursuit
