// The fused engine's loops in AVX-512.
#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/noise_lane.hpp"
#include "engine/fused/passes.hpp"

#if defined(__clang__)
#pragma clang attribute push(                                                                      \
    __attribute__((                                                                                \
        target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2,lzcnt,popcnt"))),    \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2,lzcnt,popcnt")
#endif

namespace pursuit::fused {

namespace {

struct Vector {
  static constexpr std::size_t k_width = 16;
  __m512 v;

  PURSUIT_LANE static Vector zero() { return {_mm512_setzero_ps()}; }
  PURSUIT_LANE static Vector broadcast(float value) { return {_mm512_set1_ps(value)}; }
  PURSUIT_LANE static Vector broadcast(const float *value) { return {_mm512_set1_ps(*value)}; }
  PURSUIT_LANE static Vector load(const float *from) { return {_mm512_load_ps(from)}; }
  PURSUIT_LANE static Vector load_unaligned(const float *from) { return {_mm512_loadu_ps(from)}; }
  PURSUIT_LANE void store(float *to) const { _mm512_store_ps(to, v); }
};

PURSUIT_LANE Vector operator+(Vector a, Vector b) { return {_mm512_add_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator-(Vector a, Vector b) { return {_mm512_sub_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator*(Vector a, Vector b) { return {_mm512_mul_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator/(Vector a, Vector b) { return {_mm512_div_ps(a.v, b.v)}; }
PURSUIT_LANE Vector fma(Vector a, Vector b, Vector c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
PURSUIT_LANE Vector square_root(Vector a) { return {_mm512_sqrt_ps(a.v)}; }
PURSUIT_LANE Vector negated(Vector a) { return {_mm512_xor_ps(a.v, _mm512_set1_ps(-0.0f))}; }

PURSUIT_LANE Vector flushed(Vector a) {
  const __mmask16 keep =
      _mm512_cmp_ps_mask(_mm512_abs_ps(a.v), _mm512_set1_ps(0x1p-126f), _CMP_NLT_UQ);
  return {_mm512_maskz_mov_ps(keep, a.v)};
}

PURSUIT_LANE std::uint32_t not_below_zero(Vector a) {
  return _mm512_cmp_ps_mask(a.v, _mm512_setzero_ps(), _CMP_NLT_UQ);
}

// Element i: of `a` where bit i is set, else of `b`.
PURSUIT_LANE Vector select(std::uint32_t bits, Vector a, Vector b) {
  return {_mm512_mask_mov_ps(b.v, static_cast<__mmask16>(bits), a.v)};
}

// a in a register: not loaded again for each use, as compilers do where an instruction takes memory.
PURSUIT_LANE Vector once(Vector a) {
  asm("" : "+v"(a.v));
  return a;
}

struct EightWords {
  __m512i v;

  PURSUIT_LANE static EightWords load(const std::uint64_t *from) {
    return {_mm512_loadu_si512(from)};
  }
  PURSUIT_LANE std::uint64_t bit_of_bytes(int bit) const {
    return _mm512_movepi8_mask(_mm512_slli_epi16(v, static_cast<unsigned>(7 - bit)));
  }
};

PURSUIT_LANE EightWords operator|(EightWords a, EightWords b) {
  return {_mm512_or_si512(a.v, b.v)};
}

PURSUIT_LANE void store_eight(std::uint32_t first, std::uint32_t scale, const std::uint8_t *from,
                              void *to) {
  const __m256i bytes =
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(from)));
  const __m256i scaled = _mm256_mullo_epi32(bytes, _mm256_set1_epi32(static_cast<int>(scale)));
  _mm256_storeu_si256(static_cast<__m256i *>(to),
                      _mm256_add_epi32(scaled, _mm256_set1_epi32(static_cast<int>(first))));
}

// 31 sums and one rate are all registers: up to N = 496 a column of W is read whole. Backwards, 30 of d
// and two sums are.
constexpr std::size_t k_forward_registers[k_most_siblings] = {31, 12, 8};
constexpr std::size_t k_dot_columns[k_most_siblings] = {4, 4, 4};
constexpr std::size_t k_held_registers = 30;
constexpr std::size_t k_tile = 5;
constexpr std::size_t k_tile_panels = 2;

// Each step adds the upper half of every column's lanes to the lower half, two registers of columns at
// a time: `low` picks the lower halves of both, `high` the upper.
PURSUIT_LANE __m512 fold8(__m512 a, __m512 b) { // columns of 16 lanes -> of 8
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
}
PURSUIT_LANE __m512 fold4(__m512 a, __m512 b) { // columns of 8 lanes -> of 4
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
}
PURSUIT_LANE __m512 fold2(__m512 a, __m512 b) { // columns of 4 lanes -> of 2, within 128 bits
  return _mm512_add_ps(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xEE));
}
PURSUIT_LANE __m512 fold1(__m512 a) { // columns of 2 lanes -> of 1, in every even element
  return _mm512_add_ps(a, _mm512_movehdup_ps(a));
}

template <std::size_t Columns> PURSUIT_LANE void sum_lanes(Vector (&sum)[Columns][2], float *out) {
  __m512 s[8];
#pragma GCC unroll 8
  for (std::size_t c = 0; c < 8; ++c) {
    s[c] = c < Columns ? _mm512_add_ps(sum[c < Columns ? c : 0][0].v, sum[c < Columns ? c : 0][1].v)
                       : _mm512_setzero_ps();
  }
  // fold8: blocks of 128 bits (c0, c0, c1, c1); fold4: (c0, c1, c2, c3); fold2: in block b columns b
  // and b + 4.
  const __m512 first = fold4(fold8(s[0], s[1]), fold8(s[2], s[3]));
  const __m512 second = Columns > 4 ? fold4(fold8(s[4], s[5]), fold8(s[6], s[7])) : first;
  alignas(64) float all[16];
  _mm512_store_ps(all, fold1(fold2(first, second)));
#pragma GCC unroll 8
  for (std::size_t c = 0; c < Columns; ++c) out[c] = all[c % 4 * 4 + c / 4 * 2];
}

// Eight Philox words in 64-bit lanes; their upper halves may hold anything.
struct Words {
  static constexpr std::uint32_t k_width = 8;
  __m512i v;

  PURSUIT_LANE static Words broadcast(std::uint32_t word) { return {_mm512_set1_epi64(word)}; }
  PURSUIT_LANE static Words broadcast(const std::uint64_t *word) {
    return {_mm512_set1_epi64(static_cast<long long>(*word))};
  }
  PURSUIT_LANE static Words every_second(std::uint32_t first) {
    return {
        _mm512_add_epi64(_mm512_set1_epi64(first), _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14))};
  }
};

PURSUIT_LANE Words product(Words a, std::uint32_t b) {
  return {_mm512_mul_epu32(a.v, _mm512_set1_epi64(b))};
}
PURSUIT_LANE Words upper(Words a) { return {_mm512_shuffle_epi32(a.v, _MM_PERM_DDBB)}; }
PURSUIT_LANE Words exclusive_or(Words a, Words b, Words c) {
  return {_mm512_ternarylogic_epi64(a.v, b.v, c.v, 0x96)};
}
PURSUIT_LANE void store_alternating(Words a, Words b, std::uint32_t *to) {
  _mm512_store_si512(to, _mm512_mask_shuffle_epi32(a.v, 0xAAAA, b.v, _MM_PERM_CCAA));
}

constexpr std::uint32_t k_philox_pairs = 2;

#include "engine/fused/vector_noise.hpp"
#include "engine/fused/vector_passes.hpp"

} // namespace

const Passes k_avx512_passes = {"avx512",        normals,   forward,    backward,
                                small_gradients, descend_w, gradient_w, adam};

} // namespace pursuit::fused

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
