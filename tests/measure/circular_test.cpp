#include "measure/circular.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/noise.hpp"

namespace pursuit {
namespace {

// Angles go through sin, cos and atan2 of at most 360 degrees: some 1e-13 degrees.
constexpr double k_rounding_deg = 1e-12;

TEST(Circular, DirectionIsCounterclockwiseFromTheHorizontal) {
  EXPECT_EQ(direction_deg(1, 0), 0);
  EXPECT_EQ(direction_deg(0, 2), 90);
  EXPECT_EQ(direction_deg(-1, 0), 180);
  EXPECT_NEAR(direction_deg(1, -1), -45, k_rounding_deg);
  EXPECT_TRUE(std::isnan(direction_deg(0, 0)));
}

TEST(Circular, WrappingKeepsTheAngle) {
  EXPECT_EQ(wrapped_deg(180), -180);
  EXPECT_EQ(wrapped_deg(-180), -180);
  EXPECT_EQ(wrapped_deg(350), -10);
  EXPECT_EQ(wrapped_deg(-730), -10);
}

TEST(Circular, MeanCrossesTheSeam) {
  const std::vector<double> angles = {170, -170};
  const CircularStatistics statistics = circular_statistics(angles);
  EXPECT_NEAR(std::fabs(statistics.mean_deg), 180, k_rounding_deg);
  EXPECT_NEAR(statistics.resultant, std::cos(10 * M_PI / 180), 1e-15);
}

// R of two angles a apart is cos(a / 2).
TEST(Circular, SdIsThatOfTheResultant) {
  const std::vector<double> angles = {20, 40};
  const double expected = std::sqrt(-2 * std::log(std::cos(10 * M_PI / 180))) * 180 / M_PI;
  EXPECT_NEAR(circular_statistics(angles).sd_deg, expected, k_rounding_deg);
}

// A wrapped normal of SD s has R = exp(-s^2 / 2): the circular SD is s itself.
TEST(Circular, SdOfNormalAnglesIsTheirs) {
  std::vector<float> normals(100000);
  fill_normals({1, Purpose::evaluation, 0, 1}, normals);
  std::vector<double> angles;
  for (float normal : normals) angles.push_back(7.0 * static_cast<double>(normal));
  // Of n draws the SD is known to s / sqrt(2 n) = 0.016; five of those.
  EXPECT_NEAR(circular_statistics(angles).sd_deg, 7, 0.08);
}

TEST(Circular, EqualAnglesHaveNoSpread) {
  const std::vector<double> angles(100, 33.0);
  // A sum of 100 terms may leave R 1e-14 below 1: sqrt(2e-14) rad.
  EXPECT_NEAR(circular_statistics(angles).sd_deg, 0, 1e-5);
  EXPECT_NEAR(circular_statistics(angles).mean_deg, 33, k_rounding_deg);
}

TEST(Circular, WhatHasNoDirectionIsNan) {
  EXPECT_TRUE(std::isnan(circular_statistics(std::vector<double>{}).mean_deg));
  EXPECT_TRUE(std::isnan(circular_statistics(std::vector<double>{10, NAN}).sd_deg));
}

} // namespace
} // namespace pursuit
