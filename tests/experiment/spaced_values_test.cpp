#include "experiment/spaced_values.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace pursuit {
namespace {

using Reals = std::vector<double>;

// Exact comparisons throughout: these values become part of run ids.

TEST(SpacedValues, steps_include_the_end_and_are_rounded_to_12_digits) {
  EXPECT_EQ(stepped_values(0, 1, 0.1), (Reals{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}));
  EXPECT_EQ(stepped_values(1, 0.7, -0.1), (Reals{1, 0.9, 0.8, 0.7}));
  EXPECT_EQ(stepped_values(10, 50, 20.0), (Reals{10, 30, 50}));
  EXPECT_EQ(stepped_values(10, 45, 20), (Reals{10, 30}));
  EXPECT_EQ(stepped_values(5, 5, 1), (Reals{5}));
  EXPECT_EQ(count_stepped(5, 1, 1), 0);
}

TEST(SpacedValues, whole_steps_are_exact_up_to_the_largest_seed) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(stepped_whole(most - 2, most, 2), (std::vector<std::int64_t>{most - 2, most}));
  EXPECT_EQ(stepped_whole(5, 1, -2), (std::vector<std::int64_t>{5, 3, 1}));
  EXPECT_EQ(stepped_whole(1, 6, 2), (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(count_stepped_whole(1, 5, -1), 0);
  EXPECT_EQ(count_stepped_whole(0, most, 1), 0x1p63);
}

TEST(SpacedValues, linspace) {
  EXPECT_EQ(linspace(0, 1, 4), (Reals{0, 0.333333333333, 0.666666666667, 1}));
  EXPECT_EQ(linspace(0.1, 0.3, 3), (Reals{0.1, 0.2, 0.3}));
  EXPECT_EQ(linspace(-1, 1, 3), (Reals{-1, 0, 1}));
  EXPECT_EQ(linspace(3, 9, 1), (Reals{3}));
}

TEST(SpacedValues, geomspace) {
  EXPECT_EQ(geomspace(1, 1000, 4), (Reals{1, 10, 100, 1000}));
  EXPECT_EQ(geomspace(1e-5, 1e-3, 3), (Reals{1e-5, 1e-4, 1e-3}));
  EXPECT_EQ(geomspace(8, 1, 4), (Reals{8, 4, 2, 1}));
  // 2^(1/12) and so on, 12 digits of their known expansions.
  EXPECT_EQ(geomspace(1, 2, 13)[1], 1.05946309436);
  EXPECT_EQ(geomspace(1, 2, 3)[1], 1.41421356237);
  EXPECT_EQ(geomspace(1e-300, 1e300, 5), (Reals{1e-300, 1e-150, 1, 1e150, 1e300}));
  EXPECT_EQ(geomspace(7, 5, 1), (Reals{7}));
}

} // namespace
} // namespace pursuit
