// The progress display's lines, from fixed inputs.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "sweep/progress_text.hpp"
#include "sweep/time_left.hpp"

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

// Two runs of the same size, and one that is twice as long.
Plan three_runs() {
  Plan plan;
  for (const int n_trials : {100, 100, 200}) {
    Node node;
    node.spec.settings.N = 10;
    node.spec.settings.tau_ms = 30;
    node.spec.settings.n_trials = n_trials;
    plan.graph.nodes.push_back(node);
  }
  plan.runs.resize(3);
  return plan;
}

// A run of 100 trials takes 10 s, and what is said to be evaluated.
PackPolicy slots(const Plan &plan, int slots, double evaluation_s = 0,
                 const Sharing &sharing = {}) {
  std::vector<RunCost> result;
  for (const Node &node : plan.graph.nodes)
    result.push_back({0.1 * static_cast<double>(node.spec.settings.n_trials), evaluation_s});
  return equal_slots(plan.graph, slots, sharing, RunCosts(std::move(result)));
}

TEST(TimeLeft, ByAGuessFirstAndByMeasurementThen) {
  const Plan plan = three_runs();
  TimeLeft left(plan, slots(plan, 2));
  EXPECT_NEAR(left.seconds(0), 20, 1e-9); // rounding of sums
  left.progressed(0, 50, 0);
  EXPECT_NEAR(left.seconds(1), 17.5, 1e-9); // too early to trust a measurement
  EXPECT_NEAR(left.seconds(4), 28, 1e-9);   // half a run in 4 s, three and a half to go
}

TEST(TimeLeft, EvaluationIsPartOfIt) {
  const Plan plan = three_runs();
  TimeLeft left(plan, slots(plan, 1, 2));
  EXPECT_NEAR(left.seconds(0), 46, 1e-9);
  left.progressed(0, 100, 0);
  left.run_changed(0, RunState::done, false);
  EXPECT_NEAR(left.seconds(10), 36, 1e-9);
  left.run_evaluated(0);
  EXPECT_NEAR(left.seconds(12), 34, 1e-9);
  left.run_changed(2, RunState::failed, false); // is not evaluated
  EXPECT_NEAR(left.seconds(12), 12, 1e-9);
}

// A parent that is done, and three siblings that take 1.4 times as long as one.
TEST(TimeLeft, OfSiblingsSideBySide) {
  Plan plan;
  for (int i = 0; i < 4; ++i) {
    Node node;
    node.spec.settings.N = 10;
    node.spec.settings.n_trials = 100;
    if (i > 0) {
      node.spec.stage = 2;
      node.spec.parent_id = "parent";
      node.spec.settings.learning_rate = i;
      node.parent = 0;
      plan.graph.nodes[0].children.push_back(i);
    }
    plan.graph.nodes.push_back(node);
  }
  plan.runs.resize(4);
  plan.runs[0].action = Action::reuse;
  plan.runs[0].record.measures = Measures{};
  TimeLeft left(plan, slots(plan, 1, 0, {Sharing::Among::siblings, 3, 0.2}));
  left.run_changed(0, RunState::done, true);
  EXPECT_NEAR(left.seconds(0), 14, 1e-9);
  for (int run : {1, 2, 3}) left.progressed(run, 25, 0);
  EXPECT_NEAR(left.seconds(4), 12, 1e-9); // a quarter of the pack in 4 s
}

TEST(TimeLeft, FinishedReusedFailedAndResumedRuns) {
  const Plan plan = three_runs();
  TimeLeft left(plan, slots(plan, 1));
  left.run_changed(0, RunState::done, true); // no time was spent on it
  left.progressed(1, 100, 50);               // began at a checkpoint
  left.run_changed(1, RunState::done, false);
  EXPECT_NEAR(left.seconds(5), 20, 1e-9); // half a run in 5 s, two runs' worth to go
  left.run_changed(2, RunState::running, false);
  left.progressed(2, 100, 0);
  left.run_changed(2, RunState::pending, false); // failed, and is tried again from the start
  EXPECT_NEAR(left.seconds(15), 20, 1e-9);
  left.run_changed(2, RunState::failed, false);
  EXPECT_NEAR(left.seconds(20), 0, 1e-9);
}

} // namespace
} // namespace pursuit
