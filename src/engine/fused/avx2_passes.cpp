// The fused engine's loops in AVX2 with fma.
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
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt"))),            \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi,bmi2,lzcnt,popcnt")
#endif

namespace pursuit::fused {

namespace {

struct Vector {
  static constexpr std::size_t k_width = 8;
  __m256 v;

  PURSUIT_LANE static Vector zero() { return {_mm256_setzero_ps()}; }
  PURSUIT_LANE static Vector broadcast(float value) { return {_mm256_set1_ps(value)}; }
  PURSUIT_LANE static Vector broadcast(const float *value) { return {_mm256_broadcast_ss(value)}; }
  PURSUIT_LANE static Vector load(const float *from) { return {_mm256_load_ps(from)}; }
  PURSUIT_LANE static Vector load_unaligned(const float *from) { return {_mm256_loadu_ps(from)}; }
  PURSUIT_LANE void store(float *to) const { _mm256_store_ps(to, v); }
};

PURSUIT_LANE Vector operator+(Vector a, Vector b) { return {_mm256_add_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator-(Vector a, Vector b) { return {_mm256_sub_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator*(Vector a, Vector b) { return {_mm256_mul_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator/(Vector a, Vector b) { return {_mm256_div_ps(a.v, b.v)}; }
PURSUIT_LANE Vector fma(Vector a, Vector b, Vector c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
PURSUIT_LANE Vector square_root(Vector a) { return {_mm256_sqrt_ps(a.v)}; }
PURSUIT_LANE Vector negated(Vector a) { return {_mm256_xor_ps(a.v, _mm256_set1_ps(-0.0f))}; }

PURSUIT_LANE Vector flushed(Vector a) {
  const __m256 magnitude = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v);
  return {_mm256_and_ps(a.v, _mm256_cmp_ps(magnitude, _mm256_set1_ps(0x1p-126f), _CMP_NLT_UQ))};
}

PURSUIT_LANE std::uint32_t not_below_zero(Vector a) {
  return static_cast<std::uint32_t>(
      _mm256_movemask_ps(_mm256_cmp_ps(a.v, _mm256_setzero_ps(), _CMP_NLT_UQ)));
}

// Element i: of `a` where bit i is set, else of `b`.
PURSUIT_LANE Vector select(std::uint32_t bits, Vector a, Vector b) {
  const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i set = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(bits)), bit);
  return {_mm256_blendv_ps(b.v, a.v, _mm256_castsi256_ps(_mm256_cmpeq_epi32(set, bit)))};
}

// a in a register: not loaded again for each use, as compilers do where an instruction takes memory.
PURSUIT_LANE Vector once(Vector a) {
  asm("" : "+x"(a.v));
  return a;
}

struct EightWords {
  __m256i low, high;

  PURSUIT_LANE static EightWords load(const std::uint64_t *from) {
    const __m256i *words = reinterpret_cast<const __m256i *>(from);
    return {_mm256_loadu_si256(words), _mm256_loadu_si256(words + 1)};
  }
  PURSUIT_LANE std::uint64_t bit_of_bytes(int bit) const {
    const auto signs = [bit](__m256i bytes) {
      return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_slli_epi16(bytes, 7 - bit)));
    };
    return signs(low) | std::uint64_t{signs(high)} << 32;
  }
};

PURSUIT_LANE EightWords operator|(EightWords a, EightWords b) {
  return {_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
}

PURSUIT_LANE void store_eight(std::uint32_t first, std::uint32_t scale, const std::uint8_t *from,
                              void *to) {
  const __m256i bytes =
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(from)));
  const __m256i scaled = _mm256_mullo_epi32(bytes, _mm256_set1_epi32(static_cast<int>(scale)));
  _mm256_storeu_si256(static_cast<__m256i *>(to),
                      _mm256_add_epi32(scaled, _mm256_set1_epi32(static_cast<int>(first))));
}

constexpr std::size_t k_forward_registers[k_most_siblings] = {14, 6, 4};
constexpr std::size_t k_dot_columns[k_most_siblings] = {3, 1, 1};
constexpr std::size_t k_held_registers = 0;
constexpr std::size_t k_tile = 3;
constexpr std::size_t k_tile_panels = 1;

template <std::size_t Columns> PURSUIT_LANE void sum_lanes(Vector (&sum)[Columns][4], float *out) {
#pragma GCC unroll 4
  for (std::size_t c = 0; c < Columns; ++c) {
    const __m256 eight = _mm256_add_ps(_mm256_add_ps(sum[c][0].v, sum[c][2].v),
                                       _mm256_add_ps(sum[c][1].v, sum[c][3].v));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    out[c] = _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
}

// Four Philox words in 64-bit lanes; their upper halves may hold anything.
struct Words {
  static constexpr std::uint32_t k_width = 4;
  __m256i v;

  PURSUIT_LANE static Words broadcast(std::uint32_t word) { return {_mm256_set1_epi64x(word)}; }
  PURSUIT_LANE static Words broadcast(const std::uint64_t *word) {
    return {_mm256_set1_epi64x(static_cast<long long>(*word))};
  }
  PURSUIT_LANE static Words every_second(std::uint32_t first) {
    return {_mm256_add_epi64(_mm256_set1_epi64x(first), _mm256_setr_epi64x(0, 2, 4, 6))};
  }
};

PURSUIT_LANE Words product(Words a, std::uint32_t b) {
  return {_mm256_mul_epu32(a.v, _mm256_set1_epi64x(b))};
}
PURSUIT_LANE Words upper(Words a) { return {_mm256_shuffle_epi32(a.v, 0xF5)}; }
// `a` comes last, from a product: it waits for one instruction, which g++ would make two.
PURSUIT_LANE Words exclusive_or(Words a, Words b, Words c) {
  __m256i early = _mm256_xor_si256(b.v, c.v);
  asm("" : "+x"(early));
  return {_mm256_xor_si256(a.v, early)};
}
PURSUIT_LANE void store_alternating(Words a, Words b, std::uint32_t *to) {
  _mm256_store_si256(reinterpret_cast<__m256i *>(to),
                     _mm256_blend_epi32(a.v, _mm256_shuffle_epi32(b.v, 0xA0), 0xAA));
}

constexpr std::uint32_t k_philox_pairs = 1;

#include "engine/fused/vector_noise.hpp"
#include "engine/fused/vector_passes.hpp"

} // namespace

const Passes k_avx2_passes = {"avx2",          normals,   forward,    backward,
                              small_gradients, descend_w, gradient_w, adam};

} // namespace pursuit::fused

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
