// The fused engine's loops in SSE4, which has no fused multiply-add: the C library's, one element
// after the other. Correct, not fast.
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
#pragma clang attribute push(__attribute__((target("sse4.2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("sse4.2,popcnt")
#endif

namespace pursuit::fused {

namespace {

struct Vector {
  static constexpr std::size_t k_width = 4;
  __m128 v;

  PURSUIT_LANE static Vector zero() { return {_mm_setzero_ps()}; }
  PURSUIT_LANE static Vector broadcast(float value) { return {_mm_set1_ps(value)}; }
  PURSUIT_LANE static Vector broadcast(const float *value) { return {_mm_set1_ps(*value)}; }
  PURSUIT_LANE static Vector load(const float *from) { return {_mm_load_ps(from)}; }
  PURSUIT_LANE static Vector load_unaligned(const float *from) { return {_mm_loadu_ps(from)}; }
  PURSUIT_LANE void store(float *to) const { _mm_store_ps(to, v); }
};

PURSUIT_LANE Vector operator+(Vector a, Vector b) { return {_mm_add_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator-(Vector a, Vector b) { return {_mm_sub_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator*(Vector a, Vector b) { return {_mm_mul_ps(a.v, b.v)}; }
PURSUIT_LANE Vector operator/(Vector a, Vector b) { return {_mm_div_ps(a.v, b.v)}; }
PURSUIT_LANE Vector square_root(Vector a) { return {_mm_sqrt_ps(a.v)}; }
PURSUIT_LANE Vector negated(Vector a) { return {_mm_xor_ps(a.v, _mm_set1_ps(-0.0f))}; }

inline Vector fma(Vector a, Vector b, Vector c) {
  alignas(16) float x[4], y[4], z[4];
  a.store(x);
  b.store(y);
  c.store(z);
  for (int i = 0; i < 4; ++i) z[i] = __builtin_fmaf(x[i], y[i], z[i]);
  return Vector::load(z);
}

PURSUIT_LANE Vector flushed(Vector a) {
  const __m128 magnitude = _mm_andnot_ps(_mm_set1_ps(-0.0f), a.v);
  return {_mm_and_ps(a.v, _mm_cmpnlt_ps(magnitude, _mm_set1_ps(0x1p-126f)))};
}

PURSUIT_LANE std::uint32_t not_below_zero(Vector a) {
  return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_cmpnlt_ps(a.v, _mm_setzero_ps())));
}

// Element i: of `a` where bit i is set, else of `b`.
PURSUIT_LANE Vector select(std::uint32_t bits, Vector a, Vector b) {
  const __m128i bit = _mm_setr_epi32(1, 2, 4, 8);
  const __m128i set = _mm_and_si128(_mm_set1_epi32(static_cast<int>(bits)), bit);
  return {_mm_blendv_ps(b.v, a.v, _mm_castsi128_ps(_mm_cmpeq_epi32(set, bit)))};
}

// a in a register: not loaded again for each use, as compilers do where an instruction takes memory.
PURSUIT_LANE Vector once(Vector a) {
  asm("" : "+x"(a.v));
  return a;
}

struct EightWords {
  __m128i v[4];

  PURSUIT_LANE static EightWords load(const std::uint64_t *from) {
    const __m128i *words = reinterpret_cast<const __m128i *>(from);
    return {{_mm_loadu_si128(words), _mm_loadu_si128(words + 1), _mm_loadu_si128(words + 2),
             _mm_loadu_si128(words + 3)}};
  }
  PURSUIT_LANE std::uint64_t bit_of_bytes(int bit) const {
    std::uint64_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      const int signs = _mm_movemask_epi8(_mm_slli_epi16(v[i], 7 - bit));
      bits |= static_cast<std::uint64_t>(signs) << (16 * i);
    }
    return bits;
  }
};

PURSUIT_LANE EightWords operator|(EightWords a, EightWords b) {
  for (int i = 0; i < 4; ++i) a.v[i] = _mm_or_si128(a.v[i], b.v[i]);
  return a;
}

PURSUIT_LANE void store_eight(std::uint32_t first, std::uint32_t scale, const std::uint8_t *from,
                              void *to) {
  const auto store_four = [&](const std::uint8_t *four, __m128i *numbers) {
    std::int32_t bytes;
    __builtin_memcpy(&bytes, four, sizeof bytes);
    const __m128i scaled = _mm_mullo_epi32(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(bytes)),
                                           _mm_set1_epi32(static_cast<int>(scale)));
    _mm_storeu_si128(numbers, _mm_add_epi32(scaled, _mm_set1_epi32(static_cast<int>(first))));
  };
  store_four(from, static_cast<__m128i *>(to));
  store_four(from + 4, static_cast<__m128i *>(to) + 1);
}

constexpr std::size_t k_forward_registers[k_most_siblings] = {8, 6, 4};
constexpr std::size_t k_dot_columns[k_most_siblings] = {2, 1, 1};
constexpr std::size_t k_held_registers = 0;
constexpr std::size_t k_tile = 2;
constexpr std::size_t k_tile_panels = 1;

template <std::size_t Columns> PURSUIT_LANE void sum_lanes(Vector (&sum)[Columns][8], float *out) {
  for (std::size_t c = 0; c < Columns; ++c) {
    for (std::size_t half = 4; half > 0; half /= 2) {
      for (std::size_t b = 0; b < half; ++b) sum[c][b] = sum[c][b] + sum[c][b + half];
    }
    const __m128 four = sum[c][0].v;
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    out[c] = _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
}

void normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
             std::uint32_t groups, float deviation, float *out) {
  lane::group_normals(key, rounds, group, groups, deviation, out);
}

#include "engine/fused/vector_passes.hpp"

} // namespace

const Passes k_sse4_passes = {"sse4",          normals,   forward,    backward,
                              small_gradients, descend_w, gradient_w, adam};

} // namespace pursuit::fused

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
