#include "plan/row_order.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "plan/sort_key.hpp"

namespace pursuit {
namespace {

struct NamedRun {
  std::string stage, id;
  RunSpec spec;
};

NamedRun run(const std::string &stage, std::int64_t N, double tau_ms, std::uint64_t seed,
             Activation activation = Activation::input_gain) {
  NamedRun run{stage, "", {}};
  run.spec.settings.N = N;
  run.spec.settings.tau_ms = tau_ms;
  run.spec.settings.activation = activation;
  run.spec.seed = seed;
  return run;
}

// The runs, given in this order, must be read in this order, however they are shuffled.
void expect_order(std::vector<NamedRun> runs, const std::vector<std::string> &stages) {
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].id = std::string(1, static_cast<char>('z' - i));
  std::vector<std::size_t> shuffle(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) shuffle[i] = (i * 5 + 3) % runs.size();
  std::vector<RunRow> rows;
  for (const std::size_t i : shuffle) rows.push_back({&runs[i].id, &runs[i].stage, &runs[i].spec});
  std::vector<std::size_t> read;
  for (const std::size_t at : reading_order(rows, stages)) read.push_back(shuffle[at]);
  EXPECT_TRUE(std::is_sorted(read.begin(), read.end())) << ::testing::PrintToString(read);
  EXPECT_EQ(read.size(), runs.size());
}

TEST(ReadingOrder, StagesAsInTheFileThenValuesBySizeThenSeeds) {
  expect_order({run("zeta", 9, 30, 2), run("zeta", 9, 30, 10), run("zeta", 100, 5, 1),
                run("zeta", 100, 10, 1), run("alpha", 9, 30, 1, Activation::input_gain),
                run("alpha", 9, 30, 1, Activation::threshold),
                run("alpha", 9, 30, 1, Activation::response_gain)},
               {"zeta", "alpha"});
}

TEST(ReadingOrder, UnknownStagesAndGainsComeLast) {
  NamedRun unknown = run("a", 9, 30, 1);
  unknown.spec.settings.gain = std::numeric_limits<double>::quiet_NaN();
  expect_order({run("b", 9, 30, 1), run("a", 9, 30, 7), unknown}, {"b"});
}

// What children do not take over from their parents (a learning rate) orders them all the same.
TEST(ReadingOrder, ChildrenStandAsTheirParentsDo) {
  std::vector<NamedRun> parents = {run("weights", 9, 30, 1), run("weights", 9, 30, 2)};
  std::vector<NamedRun> runs = parents;
  for (NamedRun &fast : parents) fast.spec.settings.learning_rate = 1;
  runs.insert(runs.end(), parents.begin(), parents.end());
  for (std::size_t i = 0; i < 4; ++i) {
    runs.push_back(run("adapt", 9, 30, runs[i].spec.seed));
    runs.back().spec.parent_id =
        std::string(1, static_cast<char>('z' - i)); // as expect_order names it
  }
  expect_order(runs, {"weights", "adapt"});
}

TEST(ReadingOrder, SeedsBeyondADouble) {
  expect_order({run("a", 9, 30, 9007199254740992), run("a", 9, 30, 9007199254740993),
                run("a", 9, 30, 9223372036854775807)},
               {"a"});
}

std::vector<FilterKey> keys() {
  std::vector<FilterKey> keys = run_filter_keys();
  keys.push_back({"loss", {}, true});
  return keys;
}

// Each row is written as "id N activation loss"; "-" is nothing.
std::string sorted(const std::string &by) {
  const std::vector<Row> rows = {
      {{"id", "a"}, {"N", "100"}, {"activation", "threshold"}, {"loss", "0.5"}},
      {{"id", "b"}, {"N", "9"}, {"activation", "response_gain"}, {"loss", ""}},
      {{"id", "c"}, {"N", "100"}, {"activation", "input_gain"}, {"loss", "0.25"}},
      {{"id", "d"}, {"N", "9"}, {"activation", ""}, {"loss", "12"}}};
  std::string ids;
  for (const std::size_t i : sorted_rows(rows, parse_sort(by, keys()))) ids += rows[i][0].second;
  return ids;
}

TEST(SortKey, ByOneKeyOrSeveralRisingOrFalling) {
  EXPECT_EQ(sorted(""), "abcd");
  EXPECT_EQ(sorted("N"), "bdac") << "by size, not by the alphabet; equal rows stay";
  EXPECT_EQ(sorted("-N"), "acbd");
  EXPECT_EQ(sorted("loss"), "cadb") << "a row without a value comes last";
  EXPECT_EQ(sorted("-loss"), "dacb") << "also from the largest on";
  EXPECT_EQ(sorted("activation"), "cabd") << "in the order of the words";
  EXPECT_EQ(sorted("N,-loss"), "dbac");
  EXPECT_EQ(sorted(" -N , loss "), "cadb");
}

TEST(SortKey, UnknownKeysAreAnsweredAllAtOnce) {
  try {
    parse_sort("N,sead,-lss", keys());
    FAIL() << "taken";
  } catch (const ConfigError &error) {
    EXPECT_EQ(error.complaints().size(), 2u);
    const std::string text = error.what();
    EXPECT_NE(text.find("--sort: unknown key \"sead\"; did you mean \"seed\"?"), std::string::npos)
        << text;
    EXPECT_NE(text.find("did you mean \"loss\"?"), std::string::npos) << text;
  }
}

} // namespace
} // namespace pursuit
