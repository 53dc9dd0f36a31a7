// The numbers of base/noise.hpp, a lane at a time, for loops that are compiled once per instruction
// set.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/elementary_lane.hpp"
#include "base/noise.hpp"

namespace pursuit::lane {

inline constexpr std::uint32_t k_multiplier_0 = 0xD2511F53u, k_multiplier_1 = 0xCD9E8D57u;
inline constexpr std::uint32_t k_key_step_0 = 0x9E3779B9u; // golden ratio
inline constexpr std::uint32_t k_key_step_1 = 0xBB67AE85u; // sqrt 3 - 1

inline constexpr int k_blocks = 16; // of a group: words[w][b] is word w of its block b
using GroupWords = std::uint32_t[4][k_blocks];

PURSUIT_LANE RoundKeys round_keys(std::uint64_t seed) {
  RoundKeys keys;
  for (std::uint32_t round = 0; round < k_philox_rounds; ++round) {
    keys.low[round] = static_cast<std::uint32_t>(seed) + round * k_key_step_0;
    keys.high[round] = static_cast<std::uint32_t>(seed >> 32) + round * k_key_step_1;
  }
  return keys;
}

PURSUIT_LANE PhiloxWords philox(PhiloxWords counter, const RoundKeys &keys) {
  // Words in 64 bits, whose upper halves may hold anything: SIMD lanes then need no conversions.
  std::uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
#pragma GCC unroll 10
  for (std::size_t round = 0; round < k_philox_rounds; ++round) {
    const std::uint64_t p0 = k_multiplier_0 * (c0 & 0xffffffffu);
    const std::uint64_t p1 = k_multiplier_1 * (c2 & 0xffffffffu);
    c0 = (p1 >> 32) ^ c1 ^ keys.low[round];
    c2 = (p0 >> 32) ^ c3 ^ keys.high[round];
    c1 = p1;
    c3 = p0;
  }
  return {static_cast<std::uint32_t>(c0), static_cast<std::uint32_t>(c1),
          static_cast<std::uint32_t>(c2), static_cast<std::uint32_t>(c3)};
}

PURSUIT_LANE PhiloxWords block_words(const NoiseKey &key, const RoundKeys &rounds,
                                     std::uint32_t block) {
  return philox({block, key.step, key.trial, static_cast<std::uint32_t>(key.purpose)}, rounds);
}

PURSUIT_LANE float uniform(std::uint32_t word) {
  return std::fma(static_cast<float>(static_cast<std::int32_t>(word >> 9)), 0x1p-23f, 0x1p-24f);
}

// A Box-Muller pair: the radius from `first`, the angle from `second`.
PURSUIT_LANE void normal_pair(std::uint32_t first, std::uint32_t second, float &a, float &b) {
  const float radius = std::sqrt(-2.0f * log(uniform(first)));
  const SinCos32 angle = sincos_turns(uniform(second));
  a = radius * angle.cos;
  b = radius * angle.sin;
}

// The 64 numbers of a group from its words.
PURSUIT_LANE void group_normals(const GroupWords &words, float deviation, float *out) {
  for (int pair = 0; pair < 2; ++pair) {
    float *half = out + 2 * k_blocks * pair;
    for (int i = 0; i < k_blocks; ++i) {
      float a = 0, b = 0;
      normal_pair(words[2 * pair][i], words[2 * pair + 1][i], a, b);
      half[i] = deviation * a;
      half[i + k_blocks] = deviation * b;
    }
  }
}

// The same of several groups, with the words from `philox`. Vectors may make them by other instructions.
PURSUIT_LANE void group_normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
                                std::uint32_t groups, float deviation, float *out) {
  for (std::uint32_t end = group + groups; group != end; ++group, out += k_normal_group) {
    GroupWords words;
    for (int i = 0; i < k_blocks; ++i) {
      const PhiloxWords w =
          block_words(key, rounds, k_blocks * group + static_cast<std::uint32_t>(i));
      words[0][i] = w[0];
      words[1][i] = w[1];
      words[2][i] = w[2];
      words[3][i] = w[3];
    }
    group_normals(words, deviation, out);
  }
}

} // namespace pursuit::lane
