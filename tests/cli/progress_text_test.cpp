// The progress display's lines, from fixed inputs.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "cli/fitted_text.hpp"
#include "cli/progress_text.hpp"

namespace pursuit {
namespace {

SlotRow busy(const std::string &slot) {
  return {slot, "adapt threshold seed=4", 0, 12, 4000, 0.7123456, 85.26, 47};
}

SlotRow idle(const std::string &slot) {
  SlotRow row;
  row.slot = slot;
  return row;
}

std::size_t columns_of(const std::string &line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

TEST(SlotLines, NameTheRunAndItsNumbers) {
  const std::vector<std::string> lines = slot_lines({busy("cpu 0"), idle("cuda:1")}, 80);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "slot    run                      trials     loss  trials/s  left");
  EXPECT_EQ(lines[1], "cpu 0   adapt threshold seed=4  12/4000  0.71235      85.3  47 s");
  EXPECT_EQ(lines[2], "cuda:1  idle");
}

TEST(SlotLines, OnANarrowTerminalTheRunStays) {
  EXPECT_EQ(slot_lines({busy("cpu 0")}, 60)[1],
            "cpu 0  adapt threshold seed=4  12/4000  0.71235  47 s");
  EXPECT_EQ(slot_lines({busy("cpu 0"), idle("cpu 1")}, 40)[1],
            "adapt thre…old seed=4 12/4000 0.712 47 s")
      << "what tells runs apart stands at both ends";
  EXPECT_EQ(slot_lines({busy("cpu 0"), idle("cpu 1")}, 40)[2], "cpu 1 idle");
}

TEST(SlotLines, NothingKnownYetAndPacks) {
  SlotRow row = busy("cuda:1");
  row.loss = std::nan("");
  row.left_s = -1;
  row.more_runs = 7;
  EXPECT_EQ(slot_lines({row}, 120)[1],
            "cuda:1  adapt threshold seed=4 and 7 more  12/4000     -      85.3     -");
}

TEST(SlotLines, NoLineIsWiderThanTheTerminal) {
  SlotRow long_row = busy("emulated-cuda:12");
  long_row.run =
      "a_stage_with_a_long_name threshold N=250 tau=30 gain=1.5 seed=9223372036854775807";
  long_row.trial = long_row.n_trials = 250000000;
  long_row.left_s = 8.64e8;
  int looked_at = 0;
  for (int columns = 1; columns < 200; ++columns) {
    for (const std::string &line : slot_lines({long_row, busy("cpu 0"), idle("cpu 1")}, columns)) {
      EXPECT_LE(columns_of(line), static_cast<std::size_t>(columns)) << line;
      ++looked_at;
    }
  }
  EXPECT_EQ(looked_at, 199 * 4);
}

TEST(TotalsLine, SaysOnlyWhatThereIs) {
  ManifestCounts counts;
  counts.total = counts.done = 9;
  EXPECT_EQ(totals_line(counts, 3), "9 of 9 done");
  counts = {10, 3, 1, 1, 2, 3, 1};
  EXPECT_EQ(
      totals_line(counts, 200),
      "3 of 10 done (1 reused), 1 failed, 2 skipped, 1 running, 3 pending, about 3 min 20 s left");
  EXPECT_EQ(totals_line(counts, -1),
            "3 of 10 done (1 reused), 1 failed, 2 skipped, 1 running, 3 pending");
}

TEST(Fitted, CutsCharactersNotBytes) {
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 3), "ab…");
  EXPECT_EQ(fitted("äöüß", 4), "äöüß");
  EXPECT_EQ(fitted("äöüß", 3), "äö…");
  EXPECT_EQ(fitted("abc", 1), "…");
  EXPECT_EQ(fitted("abc", 0), "");
  EXPECT_EQ(fitted("", 0), "");
}

TEST(Fitted, WideCharactersAndThoseThatWouldMoveTheCursor) {
  EXPECT_EQ(fitted("田中", 4), "田中");
  EXPECT_EQ(fitted("田中", 3), "田…");
  EXPECT_EQ(fitted("a\n\tb\033[2J\r", 40), "a  b [2J ");
  EXPECT_EQ(fitted("cut in \xE7\x94", 40), "cut in   ") << "no whole character";
}

TEST(Squeezed, KeepsBothEnds) {
  EXPECT_EQ(squeezed("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(squeezed("abcdefgh", 7), "abc…fgh");
  EXPECT_EQ(squeezed("abcdefgh", 4), "ab…h");
  EXPECT_EQ(squeezed("abcdefgh", 2), "a…");
}

TEST(Folded, BreaksBetweenPartsOnly) {
  EXPECT_EQ(folded("3 of 10 done, 1 running, 6 pending", 24),
            (std::vector<std::string>{"3 of 10 done, 1 running,", "6 pending"}));
  EXPECT_EQ(folded("abcdef, g", 4), (std::vector<std::string>{"abc…", "g"}));
  EXPECT_EQ(folded("", 4), std::vector<std::string>{""});
}

TEST(Screen, OneLineASlotAndTheTotals) {
  const std::vector<std::string> lines = screen({busy("cpu 0"), idle("cpu 1")}, "totals", 200, 24);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].substr(0, 4), "slot");
  EXPECT_EQ(lines[1].substr(0, 5), "cpu 0");
  EXPECT_EQ(lines[2], "cpu 1  idle");
  EXPECT_EQ(lines[3], "totals");
}

TEST(Screen, MoreSlotsThanLinesShowsBusyOnesFirst) {
  std::vector<SlotRow> rows;
  for (int i = 0; i < 64; ++i) rows.push_back(idle("cpu " + std::to_string(i)));
  rows[60] = busy("cpu 60");
  for (const int height : {1, 2, 3, 5, 24}) {
    const std::vector<std::string> lines = screen(rows, "totals", 80, height);
    EXPECT_LE(static_cast<int>(lines.size()), std::max(height - 1, 2)) << height;
    EXPECT_EQ(lines.back(), "totals");
    if (height >= 5) {
      EXPECT_EQ(lines[height > 5 ? 1 : 0].substr(0, 6), "cpu 60");
    }
  }
  const std::vector<std::string> lines = screen(rows, "totals", 80, 24);
  EXPECT_EQ(lines[lines.size() - 2], "and 44 more slots");
}

TEST(Screen, NoLineIsWiderThanTheTerminal) {
  for (const std::string &line : screen({busy("cpu 0")}, std::string(300, 'x'), 40, 24)) {
    EXPECT_LE(columns_of(line), 40u);
  }
}

} // namespace
} // namespace pursuit
