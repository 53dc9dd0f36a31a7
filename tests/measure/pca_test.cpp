#include "measure/pca.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/noise.hpp"

namespace pursuit {
namespace {

// States mean + a_m p + b_m q with orthonormal p, q in 4 dimensions.
std::vector<double> plane_states(std::size_t states) {
  const double s = std::sqrt(0.5);
  const double mean[] = {1, 2, 3, 4}, p[] = {s, s, 0, 0}, q[] = {0, 0, s, -s};
  std::vector<double> values;
  for (std::size_t m = 0; m < states; ++m) {
    const double angle = 2 * M_PI * static_cast<double>(m) / static_cast<double>(states);
    for (int i = 0; i < 4; ++i)
      values.push_back(mean[i] + 3 * std::cos(angle) * p[i] + std::sin(angle) * q[i]);
  }
  return values;
}

class Pca : public testing::TestWithParam<std::size_t> {};

// An ellipse with half axes 3 and 1: variances 9 : 1, and nothing outside its plane. With fewer states than units and
// with more.
TEST_P(Pca, FindsThePlaneOfAnEllipse) {
  const PrincipalComponents found = principal_components(plane_states(GetParam()), 4, 4);
  ASSERT_EQ(found.explained.size(), 2u);
  EXPECT_NEAR(found.explained[0], 0.9, 1e-12);
  EXPECT_NEAR(found.explained[1], 0.1, 1e-12);
  EXPECT_NEAR(found.mean[3], 4, 1e-12);
  EXPECT_NEAR(found.components[0], std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(found.components[2], 0, 1e-12);
  EXPECT_NEAR(std::fabs(found.scores[0]), 3, 1e-12); // the first state lies on the long axis
  EXPECT_NEAR(found.scores[1], 0, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(States, Pca, testing::Values(3, 40));

TEST(PcaShape, ComponentsAreOrthonormalAndRebuildTheStates) {
  std::vector<float> normals(7 * 12);
  fill_normals({1, Purpose::evaluation, 0, 2}, normals);
  const std::vector<double> states(normals.begin(), normals.end());
  const PrincipalComponents found = principal_components(states, 7, 100);
  ASSERT_EQ(found.explained.size(), 7u);
  for (std::size_t m = 0; m < 12; ++m) {
    for (std::size_t i = 0; i < 7; ++i) {
      double rebuilt = found.mean[i];
      for (std::size_t k = 0; k < 7; ++k)
        rebuilt += found.components[i + 7 * k] * found.scores[k + 7 * m];
      EXPECT_NEAR(rebuilt, states[i + 7 * m], 1e-12);
    }
  }
}

TEST(PcaShape, StatesThatDoNotVaryHaveNoComponents) {
  EXPECT_TRUE(principal_components(std::vector<double>(12, 0.5), 3, 2).explained.empty());
}

} // namespace
} // namespace pursuit
