// The fused engine's loops in NEON (64-bit ARM).
#if defined(__aarch64__)

#include <arm_neon.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/noise_lane.hpp"
#include "engine/fused/passes.hpp"

namespace pursuit::fused {

namespace {

struct Vector {
  static constexpr std::size_t k_width = 4;
  float32x4_t v;

  PURSUIT_LANE static Vector zero() { return {vdupq_n_f32(0.0f)}; }
  PURSUIT_LANE static Vector broadcast(float value) { return {vdupq_n_f32(value)}; }
  PURSUIT_LANE static Vector broadcast(const float *value) { return {vld1q_dup_f32(value)}; }
  PURSUIT_LANE static Vector load(const float *from) { return {vld1q_f32(from)}; }
  PURSUIT_LANE static Vector load_unaligned(const float *from) { return {vld1q_f32(from)}; }
  PURSUIT_LANE void store(float *to) const { vst1q_f32(to, v); }
};

PURSUIT_LANE Vector operator+(Vector a, Vector b) { return {vaddq_f32(a.v, b.v)}; }
PURSUIT_LANE Vector operator-(Vector a, Vector b) { return {vsubq_f32(a.v, b.v)}; }
PURSUIT_LANE Vector operator*(Vector a, Vector b) { return {vmulq_f32(a.v, b.v)}; }
PURSUIT_LANE Vector operator/(Vector a, Vector b) { return {vdivq_f32(a.v, b.v)}; }
PURSUIT_LANE Vector fma(Vector a, Vector b, Vector c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
PURSUIT_LANE Vector square_root(Vector a) { return {vsqrtq_f32(a.v)}; }
PURSUIT_LANE Vector negated(Vector a) { return {vnegq_f32(a.v)}; }

PURSUIT_LANE Vector flushed(Vector a) {
  const uint32x4_t small = vcaltq_f32(a.v, vdupq_n_f32(0x1p-126f)); // |a| < 2^-126
  return {vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(a.v), small))};
}

PURSUIT_LANE std::uint32_t not_below_zero(Vector a) {
  const uint32x4_t bit = {1, 2, 4, 8};
  return vaddvq_u32(vbicq_u32(bit, vcltzq_f32(a.v)));
}

// Element i: of `a` where bit i is set, else of `b`.
PURSUIT_LANE Vector select(std::uint32_t bits, Vector a, Vector b) {
  const uint32x4_t bit = {1, 2, 4, 8};
  return {vbslq_f32(vtstq_u32(vdupq_n_u32(bits), bit), a.v, b.v)};
}

// a in a register: not loaded again for each use, as compilers do where an instruction takes memory.
PURSUIT_LANE Vector once(Vector a) {
  asm("" : "+w"(a.v));
  return a;
}

struct EightWords {
  uint8x16x4_t v;

  PURSUIT_LANE static EightWords load(const std::uint64_t *from) {
    return {vld1q_u8_x4(reinterpret_cast<const std::uint8_t *>(from))};
  }
  PURSUIT_LANE std::uint64_t bit_of_bytes(int bit) const {
    const uint8x16_t wanted = vdupq_n_u8(static_cast<std::uint8_t>(1 << bit));
    const uint8x16_t place = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t bits[4];
    for (int i = 0; i < 4; ++i) bits[i] = vandq_u8(vtstq_u8(v.val[i], wanted), place);
    const uint8x16_t fours = vpaddq_u8(vpaddq_u8(bits[0], bits[1]), vpaddq_u8(bits[2], bits[3]));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(fours, fours)), 0);
  }
};

PURSUIT_LANE EightWords operator|(EightWords a, EightWords b) {
  for (int i = 0; i < 4; ++i) a.v.val[i] = vorrq_u8(a.v.val[i], b.v.val[i]);
  return a;
}

PURSUIT_LANE void store_eight(std::uint32_t first, std::uint32_t scale, const std::uint8_t *from,
                              void *to) {
  const uint16x8_t bytes = vmovl_u8(vld1_u8(from));
  const uint32x4_t start = vdupq_n_u32(first);
  const uint32x4_t numbers[2] = {vmlaq_n_u32(start, vmovl_u16(vget_low_u16(bytes)), scale),
                                 vmlaq_n_u32(start, vmovl_u16(vget_high_u16(bytes)), scale)};
  __builtin_memcpy(to, numbers, sizeof numbers);
}

constexpr std::size_t k_forward_registers[k_most_siblings] = {16, 12, 8};
constexpr std::size_t k_dot_columns[k_most_siblings] = {2, 1, 1};
constexpr std::size_t k_held_registers = 0;
constexpr std::size_t k_tile = 2;
constexpr std::size_t k_tile_panels = 1;

template <std::size_t Columns> PURSUIT_LANE void sum_lanes(Vector (&sum)[Columns][8], float *out) {
  for (std::size_t c = 0; c < Columns; ++c) {
    for (std::size_t half = 4; half > 0; half /= 2) {
      for (std::size_t b = 0; b < half; ++b) sum[c][b] = sum[c][b] + sum[c][b + half];
    }
    const float32x2_t two = vadd_f32(vget_low_f32(sum[c][0].v), vget_high_f32(sum[c][0].v));
    out[c] = vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
}

void normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
             std::uint32_t groups, float deviation, float *out) {
  lane::group_normals(key, rounds, group, groups, deviation, out);
}

#include "engine/fused/vector_passes.hpp"

} // namespace

const Passes k_neon_passes = {"neon",          normals,   forward,    backward,
                              small_gradients, descend_w, gradient_w, adam};

} // namespace pursuit::fused

#endif
