// Locks between processes: who gets one, who is told of whom, and what is left of a dead holder.
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "base/file_lock.hpp"

namespace pursuit {
namespace {

namespace fs = std::filesystem;

class FileLockTest : public ::testing::Test {
protected:
  FileLockTest() : path_(fs::path(::testing::TempDir()) / ("locks_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    path_ /= "folder/lock";
  }
  ~FileLockTest() override { fs::remove_all(path_.parent_path().parent_path()); }

  // A process that holds the lock until it is killed.
  pid_t start_holder() const {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe(ready.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const std::optional<FileLock> lock = FileLock::try_take(path_);
      (void)!::write(ready[1], lock ? "y" : "n", 1);
      ::pause();
      ::_exit(0);
    }
    char answer = 'n';
    (void)!::read(ready[0], &answer, 1);
    ::close(ready[0]);
    ::close(ready[1]);
    EXPECT_EQ(answer, 'y');
    return child;
  }

  static void kill_holder(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  fs::path path_;
};

TEST_F(FileLockTest, IsOnePerFileAndGoesWithItsObject) {
  std::optional<FileLock> first = FileLock::try_take(path_);
  ASSERT_TRUE(first);
  EXPECT_FALSE(FileLock::try_take(path_));
  EXPECT_TRUE(FileLock::is_held(path_));
  FileLock moved = std::move(*first);
  first.reset();
  EXPECT_FALSE(FileLock::try_take(path_));
  { const FileLock gone = std::move(moved); }
  EXPECT_FALSE(FileLock::is_held(path_));
  EXPECT_TRUE(FileLock::try_take(path_));
}

TEST_F(FileLockTest, NamesItsHolderAndNothingStaysOfADeadOne) {
  const pid_t holder = start_holder();
  EXPECT_FALSE(FileLock::try_take(path_));
  const std::string text = FileLock::holder(path_);
  EXPECT_EQ(text.find("pid " + std::to_string(holder) + " on "), 0u) << text;
  EXPECT_NE(text.find(" since 20"), std::string::npos) << text;
  kill_holder(holder);
  EXPECT_FALSE(FileLock::is_held(path_));
  EXPECT_TRUE(FileLock::try_take(path_));
}

// Who comes after a removal makes a new file: the lock of the old one says nothing of it.
TEST_F(FileLockTest, ARemovedFileIsMadeAnew) {
  const std::optional<FileLock> old = FileLock::try_take(path_);
  fs::remove(path_);
  const std::optional<FileLock> anew = FileLock::try_take(path_);
  EXPECT_TRUE(anew);
  EXPECT_FALSE(FileLock::try_take(path_));
}

// Looking takes the lock for an instant, which nobody may mistake for a holder.
TEST_F(FileLockTest, ThoseWhoLookAreInNobodysWay) {
  ASSERT_TRUE(FileLock::try_take(path_));
  const pid_t looker = ::fork();
  if (looker == 0) {
    while (true) FileLock::is_held(path_);
  }
  int refused = 0;
  for (int i = 0; i < 300; ++i) refused += FileLock::try_take(path_) ? 0 : 1;
  kill_holder(looker);
  EXPECT_EQ(refused, 0);
}

TEST_F(FileLockTest, AFolderThatCannotBeMadeIsNamed) {
  fs::create_directories(path_.parent_path().parent_path());
  std::ofstream(path_.parent_path()) << "a file";
  try {
    FileLock::try_take(path_);
    FAIL();
  } catch (const RunError &error) {
    EXPECT_NE(std::string(error.what()).find("folder"), std::string::npos) << error.what();
  }
}

TEST(WeakLocks, AreKnownByTheTypeOfTheFileSystem) {
  const std::string mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                             "30 22 0:43 / /home rw shared:7 - nfs4 server:/home rw,vers=4.2\n"
                             "31 22 0:44 / /old rw - nfs server:/old rw,vers=3\n";
  EXPECT_EQ(file_system_type(mounts, 8, 1), "ext4");
  EXPECT_EQ(file_system_type(mounts, 0, 43), "nfs4");
  EXPECT_EQ(file_system_type(mounts, 0, 44), "nfs");
  EXPECT_EQ(file_system_type(mounts, 0, 4), "");
  EXPECT_EQ(weakness_of("ext4"), "");
  EXPECT_EQ(weakness_of("nfs4"), "");
  EXPECT_NE(weakness_of("nfs").find("this machine only"), std::string::npos);
}

TEST_F(FileLockTest, IsHeldWhileAnyOfThoseWhoShareItHoldsIt) {
  std::optional<FileLock> first = FileLock::try_take(path_);
  ASSERT_TRUE(first);
  std::optional<FileLock> second = FileLock::inherited(::dup(first->fd()));
  first.reset();
  EXPECT_TRUE(FileLock::is_held(path_));
  EXPECT_FALSE(FileLock::try_take(path_));
  second.reset();
  EXPECT_FALSE(FileLock::is_held(path_));
}

} // namespace
} // namespace pursuit
