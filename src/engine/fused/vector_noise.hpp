// Philox side by side: the part of the noise that compilers do not vectorize well by themselves. Not an
// ordinary header: included like vector_passes.hpp, after defining
//   Words: a register of Words::k_width words, one to a 64-bit lane, whose upper halves may hold
//     anything, with broadcast, every_second(first) (first, first + 2, ...), product (of the lower
//     halves), upper (the upper halves moved down), exclusive_or, and store_alternating (words of a
//     and b in turn)

PURSUIT_LANE void philox(Words (&c)[4], const RoundKeys &keys) {
#pragma GCC unroll 10
  for (std::size_t round = 0; round < k_philox_rounds; ++round) {
    const Words p0 = product(c[0], lane::k_multiplier_0), p1 = product(c[2], lane::k_multiplier_1);
    c[0] = exclusive_or(upper(p1), c[1], Words::broadcast(&keys.low[round]));
    c[2] = exclusive_or(upper(p0), c[3], Words::broadcast(&keys.high[round]));
    c[1] = p1;
    c[3] = p0;
  }
}

void normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group, float deviation,
             float *out) {
  alignas(64) lane::GroupWords words;
  for (std::uint32_t b = 0; b < lane::k_blocks; b += 2 * Words::k_width) {
    Words counters[2][4]; // of even and odd blocks
#pragma GCC unroll 2
    for (std::uint32_t odd = 0; odd < 2; ++odd) {
      counters[odd][0] = Words::every_second(lane::k_blocks * group + b + odd);
      counters[odd][1] = Words::broadcast(key.step);
      counters[odd][2] = Words::broadcast(key.trial);
      counters[odd][3] = Words::broadcast(static_cast<std::uint32_t>(key.purpose));
      philox(counters[odd], rounds);
    }
    for (int w = 0; w < 4; ++w) store_alternating(counters[0][w], counters[1][w], words[w] + b);
  }
  lane::group_normals(words, deviation, out);
}
