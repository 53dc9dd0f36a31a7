#include "base/noise.hpp"

#include <algorithm>
#include <cmath>

#include "base/elementary_lane.hpp"
#include "base/vector_clones.hpp"

namespace pursuit {

namespace {

constexpr int k_blocks = 16;          // computed side by side
constexpr int k_group = 4 * k_blocks; // elements they make

PURSUIT_LANE PhiloxWords philox(PhiloxWords counter, std::array<std::uint32_t, 2> key) {
  // Words in 64 bits, whose upper halves may hold anything: SIMD lanes then need no conversions.
  std::uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  std::uint32_t k0 = key[0], k1 = key[1];
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53u * (c0 & 0xffffffffu);
    const std::uint64_t p1 = 0xCD9E8D57u * (c2 & 0xffffffffu);
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1;
    c3 = p0;
    k0 += 0x9E3779B9u; // golden ratio
    k1 += 0xBB67AE85u; // sqrt 3 - 1
  }
  return {static_cast<std::uint32_t>(c0), static_cast<std::uint32_t>(c1),
          static_cast<std::uint32_t>(c2), static_cast<std::uint32_t>(c3)};
}

std::array<std::uint32_t, 2> key_words(const NoiseKey &key) {
  return {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)};
}

PURSUIT_LANE float uniform(std::uint32_t word) {
  return std::fma(static_cast<float>(static_cast<std::int32_t>(word >> 9)), 0x1p-23f, 0x1p-24f);
}

// A Box-Muller pair: the radius from `first`, the angle from `second`.
PURSUIT_LANE void normal_pair(std::uint32_t first, std::uint32_t second, float &a, float &b) {
  const float radius = std::sqrt(-2.0f * lane::log(uniform(first)));
  const SinCos32 angle = lane::sincos_turns(uniform(second));
  a = radius * angle.cos;
  b = radius * angle.sin;
}

// out[0..63]: elements 64 group .. 64 group + 63.
PURSUIT_LANE void fill_group(const NoiseKey &key, std::array<std::uint32_t, 2> philox_key,
                             std::uint32_t group, float *out) {
  std::uint32_t words[4][k_blocks];
  for (int i = 0; i < k_blocks; ++i) {
    const PhiloxWords w = philox({k_blocks * group + static_cast<std::uint32_t>(i), key.step,
                                  key.trial, static_cast<std::uint32_t>(key.purpose)},
                                 philox_key);
    words[0][i] = w[0];
    words[1][i] = w[1];
    words[2][i] = w[2];
    words[3][i] = w[3];
  }
  for (int pair = 0; pair < 2; ++pair) {
    float *half = out + 2 * k_blocks * pair;
    for (int i = 0; i < k_blocks; ++i) {
      normal_pair(words[2 * pair][i], words[2 * pair + 1][i], half[i], half[i + k_blocks]);
    }
  }
}

PURSUIT_VECTOR_CLONES
void fill_groups(const NoiseKey &key, std::array<std::uint32_t, 2> philox_key, float *out,
                 std::size_t size) {
  const std::size_t groups = size / k_group;
  for (std::size_t g = 0; g < groups; ++g) {
    fill_group(key, philox_key, static_cast<std::uint32_t>(g), out + g * k_group);
  }
  const std::size_t rest = size % k_group;
  if (rest == 0) return;
  float last[k_group];
  fill_group(key, philox_key, static_cast<std::uint32_t>(groups), last);
  std::copy_n(last, rest, out + groups * k_group);
}

} // namespace

PhiloxWords philox4x32_10(PhiloxWords counter, std::array<std::uint32_t, 2> key) {
  return philox(counter, key);
}

std::uint32_t uniform_word(const NoiseKey &key, std::uint32_t block, int word) {
  const PhiloxWords words = philox4x32_10(
      {block, key.step, key.trial, static_cast<std::uint32_t>(key.purpose)}, key_words(key));
  return words[static_cast<std::size_t>(word)];
}

std::uint32_t uniform_below(std::uint32_t word, std::uint32_t n) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * n) >> 32);
}

void fill_normals(const NoiseKey &key, std::span<float> out) {
  fill_groups(key, key_words(key), out.data(), out.size());
}

float normal(const NoiseKey &key, std::uint32_t element) {
  const std::uint32_t block = k_blocks * (element / k_group) + element % k_blocks;
  const PhiloxWords words = philox4x32_10(
      {block, key.step, key.trial, static_cast<std::uint32_t>(key.purpose)}, key_words(key));
  const std::uint32_t word = element % k_group / k_blocks;
  float a = 0, b = 0;
  normal_pair(words[word & 2u], words[(word & 2u) + 1], a, b);
  return (word & 1u) == 0 ? a : b;
}

} // namespace pursuit
