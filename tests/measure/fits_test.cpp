#include "measure/parameter_tuning.hpp"
#include "measure/von_mises.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace pursuit {
namespace {

constexpr double k_rad = std::numbers::pi / 180;

std::vector<double> circle(int count) {
  std::vector<double> x_deg;
  for (int k = 0; k < count; ++k) x_deg.push_back(360.0 * k / count - 180);
  return x_deg;
}

std::vector<double> bell(const std::vector<double> &x_deg, const VonMises &shape) {
  std::vector<double> y;
  for (double x : x_deg) y.push_back(shape.at(x));
  return y;
}

class VonMisesFit : public testing::TestWithParam<VonMises> {};

// The search ends at steps of 1e-7 degrees; a least-squares minimum is flat, so that kappa and mu are known to some
// 1e-7 of themselves, A and C of a wide bell (which is nearly a cosine) a hundred times less.
TEST_P(VonMisesFit, FindsTheCurveItself) {
  const VonMises truth = GetParam();
  const std::vector<double> x_deg = circle(24);
  const VonMises fit = fit_von_mises(x_deg, bell(x_deg, truth));
  ASSERT_EQ(fit.fault, "");
  EXPECT_NEAR(fit.kappa, truth.kappa, 1e-5 * truth.kappa);
  EXPECT_NEAR(fit.mu_deg, truth.mu_deg, 1e-5);
  EXPECT_NEAR(fit.amplitude, truth.amplitude, 1e-4 * truth.amplitude);
  EXPECT_NEAR(fit.offset, truth.offset, 1e-4);
  EXPECT_LT(fit.rmse, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Shapes, VonMisesFit,
                         testing::Values(VonMises{0.2, 1.0, 0, 0.1, 0, ""},
                                         VonMises{0.2, 1.0, -93.7, 0.1, 0, ""},
                                         VonMises{0.001, 6.0, 12.5, 0, 0, ""},
                                         VonMises{0.5, 0.4, 170, -0.2, 0, ""},
                                         VonMises{3e-13, 30.0, -30, 0.5, 0, ""}));

TEST(VonMises, WidthIsWhereTheBellIsHalfItsPeak) {
  const VonMises shape{2, 1.7, 30, 0, 0, ""};
  const double peak = shape.at(30);
  EXPECT_NEAR(shape.at(30 + shape.fwhm_deg() / 2), peak / 2, 1e-12);
}

TEST(VonMises, WidthIsUndefinedForWhatNeverFallsToHalf) {
  EXPECT_TRUE(std::isnan(VonMises{1, 0.34, 0, 0, 0, ""}.fwhm_deg()));
  EXPECT_TRUE(std::isfinite(VonMises{1, 0.36, 0, 0, 0, ""}.fwhm_deg()));
}

TEST(VonMises, WhatCannotBeFittedSaysWhy) {
  const std::vector<double> x_deg = circle(24);
  EXPECT_NE(fit_von_mises(x_deg, std::vector<double>(24, 0.5)).fault, "");
  std::vector<double> few(24, NAN);
  few[0] = few[1] = few[2] = 1;
  EXPECT_NE(fit_von_mises(x_deg, few).fault, "");
}

TEST(VonMises, HolesAreLeftOut) {
  const std::vector<double> x_deg = circle(24);
  std::vector<double> y = bell(x_deg, {0.2, 2.0, 5, 0.1, 0, ""});
  y[3] = y[17] = NAN;
  EXPECT_NEAR(fit_von_mises(x_deg, y).kappa, 2.0, 1e-5);
}

TEST(CosineFit, FindsTheCosineItself) {
  const std::vector<double> x_deg = {-170, -80, -75, 3, 12, 44, 100, 161};
  std::vector<double> y;
  for (double x : x_deg) y.push_back(0.3 + 0.2 * std::cos((x - 140) * k_rad));
  const CosineFit fit = fit_cosine(x_deg, y);
  EXPECT_NEAR(fit.mean, 0.3, 1e-14);
  EXPECT_NEAR(fit.amplitude, 0.2, 1e-14);
  EXPECT_NEAR(fit.phase_deg, 140, 1e-11);
  EXPECT_NEAR(fit.r_squared, 1, 1e-14);
}

// On a whole circle a second harmonic is orthogonal to the first: it is all residual, half of the variance.
TEST(CosineFit, ExplainsItsOwnHarmonicAlone) {
  const std::vector<double> x_deg = circle(36);
  std::vector<double> y;
  for (double x : x_deg) y.push_back(std::cos(x * k_rad) + std::cos(2 * x * k_rad));
  const CosineFit fit = fit_cosine(x_deg, y);
  EXPECT_NEAR(fit.amplitude, 1, 1e-14);
  EXPECT_NEAR(fit.r_squared, 0.5, 1e-14);
}

TEST(CosineFit, TooFewDirectionsSayWhy) {
  EXPECT_NE(fit_cosine(std::vector<double>{1, 2, NAN, 4}, std::vector<double>{1, 2, 3, 4}).fault,
            "");
  EXPECT_NE(fit_cosine(std::vector<double>(9, 10.0), std::vector<double>(9, 1.0)).fault, "");
}

TEST(DirectionBins, HoldMeansAndTheirErrors) {
  const std::vector<double> x_deg = {-179, -91, 10, 20, 370, NAN};
  const std::vector<double> y = {1, 3, 1, 2, 6, 100};
  const DirectionBins bins = bin_by_direction(x_deg, y, 4);
  EXPECT_EQ(bins.centre_deg, (std::vector<double>{-135, -45, 45, 135}));
  EXPECT_EQ(bins.count, (std::vector<int>{2, 0, 3, 0}));
  EXPECT_EQ(bins.mean[0], 2);
  EXPECT_EQ(bins.mean[2], 3);
  EXPECT_NEAR(bins.sem[2], std::sqrt((4.0 + 1 + 9) / 2 / 3), 1e-15);
  EXPECT_TRUE(std::isnan(bins.mean[1]));
}

} // namespace
} // namespace pursuit
