#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include <sys/resource.h>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "outside_program.hpp"

namespace pursuit {
namespace {

TEST(Disk, ReadsWhatItWrote) {
  const ScratchFolder folder;
  const std::string bytes("a\0b\n", 4);
  real_disk().write_whole(folder / "new/deep/file", bytes);
  EXPECT_EQ(real_disk().read(folder / "new/deep/file"), bytes);
  real_disk().write_whole(folder / "new/deep/file", "");
  EXPECT_EQ(real_disk().read(folder / "new/deep/file"), "");
}

TEST(Disk, ReplacingLeavesNoOtherFile) {
  const ScratchFolder folder;
  real_disk().write_whole(folder / "file", "old");
  real_disk().write_whole(folder / "file", "new");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
}

TEST(Disk, WhatIsNotThereIsNoError) {
  const ScratchFolder folder;
  EXPECT_EQ(real_disk().read(folder / "none"), std::nullopt);
  EXPECT_EQ(real_disk().read(folder / "none/none"), std::nullopt);
  EXPECT_EQ(real_disk().size(folder / "none"), std::nullopt);
  EXPECT_FALSE(real_disk().exists(folder / "none"));
  EXPECT_TRUE(real_disk().list(folder / "none").empty());
  EXPECT_NO_THROW(real_disk().remove(folder / "none"));
}

TEST(Disk, AFolderIsNotReadAsAFile) {
  const ScratchFolder folder;
  EXPECT_THROW(real_disk().read(folder.path()), RunError);
  EXPECT_EQ(real_disk().size(folder.path()), std::nullopt);
}

TEST(Disk, NewNeverReplaces) {
  const ScratchFolder folder;
  EXPECT_TRUE(real_disk().write_new(folder / "file", "first"));
  EXPECT_FALSE(real_disk().write_new(folder / "file", "second"));
  EXPECT_EQ(real_disk().read(folder / "file"), "first");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
}

TEST(Disk, AppendsInOrder) {
  const ScratchFolder folder;
  real_disk().append(folder / "sub/log", "one\n", true);
  real_disk().append(folder / "sub/log", "two\n", false);
  EXPECT_EQ(real_disk().read(folder / "sub/log"), "one\ntwo\n");
  EXPECT_EQ(real_disk().size(folder / "sub/log"), 8u);
}

TEST(Disk, ListIsSorted) {
  const ScratchFolder folder;
  for (const char *name : {"b", "a", "c"}) real_disk().write_whole(folder / name, "");
  EXPECT_EQ(real_disk().list(folder.path()), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Disk, ErrorsNamePathAndReason) {
  const ScratchFolder folder;
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
  const ScratchFolder folder;
  real_disk().write_whole(folder / "file", "old");
  EXPECT_EXIT(write_beyond_limit(folder / "file"), testing::ExitedWithCode(0), "");
  EXPECT_EQ(real_disk().read(folder / "file"), "old");
  EXPECT_EQ(real_disk().list(folder.path()), std::vector<std::string>{"file"});
}

} // namespace
} // namespace pursuit
