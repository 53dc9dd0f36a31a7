// Randomness: known answers, layout, and whether normals are normal. All draws are fixed, so a bound
// either holds for ever or shows a fault; bounds are wide enough (6 standard errors, or a
// probability of 1e-9) that a correct generator had no reason to miss them.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/elementary.hpp"
#include "base/noise.hpp"
#include "base/sha256.hpp"

namespace pursuit {
namespace {

TEST(Philox, GivesTheKnownAnswersOfItsAuthors) {
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}),
            (PhiloxWords{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(
      philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
      (PhiloxWords{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(
      philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
      (PhiloxWords{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(UniformWord, IsTheCounterThatNoiseHppDescribes) {
  const NoiseKey key{0x1234567890abcdefu, Purpose::trial_choice, 17, 5};
  const PhiloxWords words = philox4x32_10({9, 5, 17, 3}, {0x90abcdefu, 0x12345678u});
  for (int w = 0; w < 4; ++w)
    EXPECT_EQ(uniform_word(key, 9, w), words[static_cast<std::size_t>(w)]);
}

TEST(UniformBelow, CoversItsRangeEvenly) {
  EXPECT_EQ(uniform_below(0, 28), 0u);
  EXPECT_EQ(uniform_below(0xffffffffu, 28), 27u);
  EXPECT_EQ(uniform_below(0x7fffffffu, 2), 0u);
  EXPECT_EQ(uniform_below(0x80000000u, 2), 1u);
  EXPECT_EQ(uniform_below(0xffffffffu, 1), 0u);
}

std::vector<float> normals(const NoiseKey &key, std::size_t count) {
  std::vector<float> values(count);
  fill_normals(key, values);
  return values;
}

// Element i by the definition in noise.hpp, one lane at a time, without the vector loops.
float plain_normal(const NoiseKey &key, std::uint32_t i) {
  const std::uint32_t block = 16 * (i / 64) + i % 16, word = i % 64 / 16;
  const int first = word < 2 ? 0 : 2;
  const float u1 = static_cast<float>(uniform_word(key, block, first) >> 9) * 0x1p-23f + 0x1p-24f;
  const float u2 =
      static_cast<float>(uniform_word(key, block, first + 1) >> 9) * 0x1p-23f + 0x1p-24f;
  const float radius = std::sqrt(-2.0f * log_f32(u1));
  return word % 2 == 0 ? radius * sincos_turns_f32(u2).cos : radius * sincos_turns_f32(u2).sin;
}

TEST(FillNormals, HasTheBitsOfThePlainDefinitionForAnyLength) {
  const NoiseKey key{3, Purpose::recurrent_noise, 12, 77};
  for (std::size_t count : {1u, 2u, 15u, 16u, 63u, 64u, 65u, 250u, 1000u}) {
    const std::vector<float> values = normals(key, count);
    for (std::uint32_t i = 0; i < count; ++i) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(values[i]),
                std::bit_cast<std::uint32_t>(plain_normal(key, i)))
          << "element " << i << " of " << count;
      ASSERT_EQ(values[i], normal(key, i));
    }
  }
}

TEST(FillNormals, DiffersWithSeedPurposeTrialAndStep) {
  const NoiseKey key{1, Purpose::initial_state, 0, 0};
  const std::vector<float> base = normals(key, 64);
  for (const NoiseKey &other :
       {NoiseKey{2, key.purpose, 0, 0}, NoiseKey{1ull << 32 | 1, key.purpose, 0, 0},
        NoiseKey{1, Purpose::recurrent_noise, 0, 0}, NoiseKey{1, key.purpose, 1, 0},
        NoiseKey{1, key.purpose, 0, 1}}) {
    const std::vector<float> values = normals(other, 64);
    int equal = 0;
    for (std::size_t i = 0; i < 64; ++i) equal += values[i] == base[i];
    EXPECT_EQ(equal, 0);
  }
}

// Box-Muller on the same uniforms in double, by libm. The radius is within 1 ulp of log, a square
// root's rounding and a product's: 3e-7 of at most 5.77; the angle's sine and cosine are within 1e-7.
TEST(FillNormals, AreBoxMullersOfTheUniforms) {
  const NoiseKey key{99, Purpose::initial_w, 0, 3};
  const std::vector<float> values = normals(key, 1 << 16);
  const auto uniform = [&key](std::uint32_t block, int word) {
    return std::ldexp(2.0 * (uniform_word(key, block, word) >> 9) + 1, -24);
  };
  for (std::uint32_t i = 0; i < values.size(); i += 64) {
    for (std::uint32_t b = 0; b < 16; ++b) {
      for (std::uint32_t pair = 0; pair < 2; ++pair) {
        const std::uint32_t block = i / 4 + b, first = i + 32 * pair + b;
        const double radius = std::sqrt(-2 * std::log(uniform(block, 2 * static_cast<int>(pair))));
        const double angle = 2 * std::acos(-1.0) * uniform(block, 2 * static_cast<int>(pair) + 1);
        ASSERT_NEAR(values[first], radius * std::cos(angle), 2e-6) << first;
        ASSERT_NEAR(values[first + 16], radius * std::sin(angle), 2e-6) << first + 16;
      }
    }
  }
}

// 2^20 draws of one key; with tools/test --long 10^8.
class Normality : public testing::Test {
protected:
  static std::size_t count() {
    return std::getenv("PURSUIT_LONG_TESTS") == nullptr ? 1 << 20 : 100'000'000;
  }
  static const std::vector<float> &draws() {
    static const std::vector<float> values = normals({1, Purpose::recurrent_noise, 4, 2}, count());
    return values;
  }
  static std::size_t beyond(float bound) {
    return static_cast<std::size_t>(std::count_if(
        draws().begin(), draws().end(), [bound](float z) { return std::fabs(z) > bound; }));
  }
};

TEST_F(Normality, MomentsAreWithinSixStandardErrors) {
  double moments[4] = {};
  for (const double z : draws()) {
    double power = 1;
    for (double &moment : moments) moment += power *= z;
  }
  const double n = static_cast<double>(count());
  const double expected[] = {0, 1, 0, 3}, variances[] = {1, 3 - 1, 15, 105 - 9}; // of z, z^2, ...
  for (int p = 0; p < 4; ++p) {
    EXPECT_LE(std::fabs(moments[p] / n - expected[p]), 6 * std::sqrt(variances[p] / n)) << p + 1;
  }
}

TEST_F(Normality, TailsHaveTheirShareAndEndAt577) {
  for (float bound : {2.0f, 3.0f, 4.0f, 4.5f, 5.0f}) {
    const double expected = static_cast<double>(count()) * std::erfc(bound / std::sqrt(2.0));
    EXPECT_LE(std::fabs(static_cast<double>(beyond(bound)) - expected), 6 * std::sqrt(expected))
        << bound;
  }
  EXPECT_EQ(beyond(5.78f), 0u); // sqrt(-2 log 2^-24) = 5.768
}

// Kolmogorov-Smirnov: by the Dvoretzky-Kiefer-Wolfowitz inequality P(D > e) <= 2 exp(-2 n e^2);
// for 1e-9 that is e = sqrt(ln(2e9) / 2n): 0.0032 for 2^20, 0.00033 for 10^8. The grid of the
// uniforms is 2^-23, far below.
TEST_F(Normality, DistributionPassesKolmogorovSmirnov) {
  std::vector<float> sorted = draws();
  std::sort(sorted.begin(), sorted.end());
  const double n = static_cast<double>(count());
  double distance = 0;
  for (std::size_t i = 0; i < count(); ++i) {
    const double below = 0.5 * std::erfc(-sorted[i] / std::sqrt(2.0));
    distance = std::max({distance, std::fabs(below - static_cast<double>(i) / n),
                         std::fabs(below - static_cast<double>(i + 1) / n)});
  }
  EXPECT_LE(distance, std::sqrt(std::log(2e9) / (2 * n)));
}

// Six standard errors; squares, of variance 2, show what products hide.
void expect_uncorrelated(const float *a, const float *b, std::size_t count, const char *what) {
  double product = 0, squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = a[i], y = b[i];
    product += x * y;
    squares += (x * x - 1) * (y * y - 1);
  }
  const double n = static_cast<double>(count);
  EXPECT_LE(std::fabs(product / n), 6 / std::sqrt(n)) << what;
  EXPECT_LE(std::fabs(squares / n), 6 * 2 / std::sqrt(n)) << what;
}

// Box-Muller partners lie 16 apart, neighbours of the next group 64.
TEST_F(Normality, ElementsAreUncorrelated) {
  for (std::size_t lag : {1u, 16u, 32u, 48u, 64u}) {
    const std::string what = "lag " + std::to_string(lag);
    expect_uncorrelated(draws().data(), draws().data() + lag, count() - lag, what.c_str());
  }
}

// What differs by one in any part of the counter or the key.
TEST(FillNormals, NeighboursInEveryCoordinateAreUncorrelated) {
  const NoiseKey key{7, Purpose::initial_state, 40, 11};
  const std::vector<float> base = normals(key, 1 << 18);
  const std::pair<const char *, NoiseKey> neighbours[] = {
      {"seed", {8, key.purpose, 40, 11}},
      {"upper half of the seed", {1ull << 32 | 7, key.purpose, 40, 11}},
      {"purpose", {7, Purpose::recurrent_noise, 40, 11}},
      {"trial", {7, key.purpose, 41, 11}},
      {"step", {7, key.purpose, 40, 12}}};
  for (const auto &[what, neighbour] : neighbours) {
    expect_uncorrelated(base.data(), normals(neighbour, base.size()).data(), base.size(), what);
  }
}

TEST(FillNormals, BitsAreThoseOfTheFirstVersion) {
  std::string bytes;
  for (std::uint32_t step = 0; step < 20; ++step) {
    const std::vector<float> values = normals({42, Purpose::recurrent_noise, 7, step}, 250);
    bytes.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
  }
  EXPECT_EQ(sha256_hex(bytes), "f61cff7348f2de5a73693fcd215c4f864648b356090a771149d57f927b944901");
}

} // namespace
} // namespace pursuit
