// Philox side by side: the part of the noise that compilers do not vectorize well by themselves. Not an
// ordinary header: included like vector_passes.hpp, after defining
//   Words: a register of Words::k_width words, one to a 64-bit lane, whose upper halves may hold
//     anything, with broadcast, every_second(first) (first, first + 2, ...), product (of the lower
//     halves), upper (the upper halves moved down), exclusive_or, and store_alternating (words of a
//     and b in turn)
//   k_philox_pairs: pairs of registers of blocks that are made side by side

// The words of `Pairs` pairs of registers of blocks, from block 16 group + `block` on; words[0] is that of `group`.
template <std::uint32_t Pairs>
PURSUIT_LANE void philox(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
                         std::uint32_t block, lane::GroupWords *words) {
  constexpr std::uint32_t k_pair = 2 * Words::k_width;
  Words c[2 * Pairs][4]; // counters, in turn of even and odd blocks
#pragma GCC unroll 4
  for (std::uint32_t r = 0; r < 2 * Pairs; ++r) {
    c[r][0] = Words::every_second(lane::k_blocks * group + block + r / 2 * k_pair + r % 2);
    c[r][1] = Words::broadcast(key.step);
    c[r][2] = Words::broadcast(key.trial);
    c[r][3] = Words::broadcast(static_cast<std::uint32_t>(key.purpose));
  }
#pragma GCC unroll 10
  for (std::size_t round = 0; round < k_philox_rounds; ++round) {
#pragma GCC unroll 4
    for (std::uint32_t r = 0; r < 2 * Pairs; ++r) {
      const Words p0 = product(c[r][0], lane::k_multiplier_0);
      const Words p1 = product(c[r][2], lane::k_multiplier_1);
      c[r][0] = exclusive_or(upper(p1), c[r][1], Words::broadcast(&rounds.low[round]));
      c[r][2] = exclusive_or(upper(p0), c[r][3], Words::broadcast(&rounds.high[round]));
      c[r][1] = p1;
      c[r][3] = p0;
    }
  }
#pragma GCC unroll 2
  for (std::uint32_t pair = 0; pair < Pairs; ++pair) {
    const std::uint32_t at = block + pair * k_pair;
    for (int w = 0; w < 4; ++w) {
      store_alternating(c[2 * pair][w], c[2 * pair + 1][w],
                        words[at / lane::k_blocks][w] + at % lane::k_blocks);
    }
  }
}

// All words first: with AVX-512 a trial's noise at N = 250 takes 27 us instead of 36.
void normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
             std::uint32_t groups, float deviation, float *out) {
  constexpr std::uint32_t k_pair = 2 * Words::k_width;
  alignas(64) lane::GroupWords words[k_most_normal_groups];
  const std::uint32_t blocks = groups * lane::k_blocks;
  std::uint32_t block = 0;
  for (; block + k_philox_pairs * k_pair <= blocks; block += k_philox_pairs * k_pair) {
    philox<k_philox_pairs>(key, rounds, group, block, words);
  }
  for (; block < blocks; block += k_pair) philox<1>(key, rounds, group, block, words);
  for (std::uint32_t g = 0; g < groups; ++g) {
    lane::group_normals(words[g], deviation, out + g * k_normal_group);
  }
}
