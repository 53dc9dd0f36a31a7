// Randomness: known answers, layout, and whether normals are normal. All draws are fixed, so a bound
// either holds for ever or shows a fault; bounds are wide enough (6 standard errors, or a
// probability of 1e-9) that a correct generator had no reason to miss them.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
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

class Normality : public testing::Test {
protected:
  static constexpr std::size_t k_count = 1 << 20;
  static const std::vector<float> &draws() {
    static const std::vector<float> values = normals({1, Purpose::recurrent_noise, 4, 2}, k_count);
    return values;
  }
  static double moment(int power) {
    double sum = 0;
    for (double z : draws()) sum += std::pow(z, power);
    return sum / k_count;
  }
  static std::size_t beyond(float bound) {
    return static_cast<std::size_t>(std::count_if(
        draws().begin(), draws().end(), [bound](float z) { return std::fabs(z) > bound; }));
  }
};

TEST_F(Normality, MomentsAreWithinSixStandardErrors) {
  const double root = std::sqrt(static_cast<double>(k_count));
  EXPECT_LE(std::fabs(moment(1)), 6 * 1.0 / root);
  EXPECT_LE(std::fabs(moment(2) - 1), 6 * std::sqrt(2.0) / root);  // var z^2 = 3 - 1
  EXPECT_LE(std::fabs(moment(3)), 6 * std::sqrt(15.0) / root);     // var z^3 = 15
  EXPECT_LE(std::fabs(moment(4) - 3), 6 * std::sqrt(96.0) / root); // var z^4 = 105 - 9
}

TEST_F(Normality, TailsHaveTheirShareAndEndAt577) {
  for (float bound : {2.0f, 3.0f, 4.0f}) {
    const double expected = k_count * std::erfc(bound / std::sqrt(2.0));
    EXPECT_LE(std::fabs(static_cast<double>(beyond(bound)) - expected), 6 * std::sqrt(expected))
        << bound;
  }
  EXPECT_EQ(beyond(5.78f), 0u); // sqrt(-2 log 2^-24) = 5.768
}

// Kolmogorov-Smirnov: by the Dvoretzky-Kiefer-Wolfowitz inequality P(D > e) <= 2 exp(-2 n e^2);
// for 1e-9 and n = 2^20 that is e = sqrt(ln(2e9) / 2n) = 0.0032. The grid of the uniforms is 2^-23,
// far below.
TEST_F(Normality, DistributionPassesKolmogorovSmirnov) {
  std::vector<float> sorted = draws();
  std::sort(sorted.begin(), sorted.end());
  double distance = 0;
  for (std::size_t i = 0; i < k_count; ++i) {
    const double below = 0.5 * std::erfc(-sorted[i] / std::sqrt(2.0));
    distance = std::max({distance, std::fabs(below - static_cast<double>(i) / k_count),
                         std::fabs(below - static_cast<double>(i + 1) / k_count)});
  }
  EXPECT_LE(distance, std::sqrt(std::log(2e9) / (2.0 * k_count)));
}

// Box-Muller partners lie 16 apart, neighbours of the next group 64; squares show what products hide.
TEST_F(Normality, ElementsAreUncorrelated) {
  for (std::size_t lag : {1u, 16u, 32u, 48u, 64u}) {
    double product = 0, squares = 0;
    for (std::size_t i = 0; i + lag < k_count; ++i) {
      const double a = draws()[i], b = draws()[i + lag];
      product += a * b;
      squares += (a * a - 1) * (b * b - 1);
    }
    const double count = static_cast<double>(k_count - lag);
    EXPECT_LE(std::fabs(product / count), 6 / std::sqrt(count)) << lag;
    EXPECT_LE(std::fabs(squares / count), 6 * 2 / std::sqrt(count)) << lag; // var (z^2 - 1) = 2
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
