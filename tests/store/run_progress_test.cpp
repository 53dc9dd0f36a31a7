#include "store/run_progress.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/memory_disk.hpp"

namespace pursuit {
namespace {

const ProgressNote k_note = {12, 4000, 0.5, 85.25, 46.75, "sweep", 120.0, "2026-02-11T18:12:02Z"};

TEST(ProgressNote, IsReadAsItWasWritten) {
  const ProgressNote read = parse_progress(progress_json(k_note));
  EXPECT_EQ(progress_json(read), progress_json(k_note));
  EXPECT_EQ(read.trial, 12);
  EXPECT_EQ(read.n_trials, 4000);
  EXPECT_EQ(read.loss, 0.5);
  EXPECT_EQ(read.left_s, 46.75);
  EXPECT_EQ(read.all_left_s, 120);
  ProgressNote begun = k_note;
  begun.loss.reset();
  begun.left_s = std::numeric_limits<double>::infinity();
  begun.all_left_s.reset();
  const ProgressNote nothing = parse_progress(progress_json(begun));
  EXPECT_FALSE(nothing.loss || nothing.left_s || nothing.all_left_s);
}

// It is never synced: after a crash anything may be there.
TEST(ProgressNote, NonsenseIsNone) {
  MemoryDisk disk;
  EXPECT_FALSE(read_progress(disk, "out", "ab"));
  const std::string text = progress_json(k_note);
  for (const std::string &bad :
       {std::string(), std::string(200, '\0'), text.substr(0, 60), std::string("[]"),
        std::string(R"({"format": "pursuit-progress/2"})")}) {
    disk.files["out/runs/ab/progress.json"] = bad;
    EXPECT_FALSE(read_progress(disk, "out", "ab")) << bad;
  }
  ProgressNote beyond = k_note;
  beyond.trial = 4001;
  EXPECT_THROW(parse_progress(progress_json(beyond)), RunError);
  disk.files["out/runs/ab/progress.json"] = text;
  EXPECT_TRUE(read_progress(disk, "out", "ab"));
}

} // namespace
} // namespace pursuit
