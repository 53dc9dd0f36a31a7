// The loops of the fused engine, once per instruction set. ORDER.md beside this file defines their
// result; a table of functions per instruction set is chosen when an engine is made.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "base/noise.hpp"
#include "experiment/activation.hpp"
#include "experiment/study_constants.hpp"

namespace pursuit::fused {

inline constexpr std::size_t k_t = k_steps;
inline constexpr std::size_t k_panel = 32;     // rows of a panel of d, lanes of a dot product
inline constexpr std::size_t k_lanes = 8;      // of W r
inline constexpr std::size_t k_least_tile = 2; // fewest columns of W that are descended together
inline constexpr std::size_t k_most_tile = 8;  // and most
inline constexpr std::size_t k_time_words = 3; // of a mask of steps
inline constexpr std::size_t k_rates_stride = 176; // T in an odd number of cache lines
inline constexpr std::size_t k_mask_bits = 64;     // units in a word of a mask

struct AdamStep {
  float minus_rate; // -lr sqrt(1 - b2^t) / (1 - b1^t)
  float one_minus_beta1, one_minus_beta2;
};

// A step of dW: what is added to a step's base addresses, so that the inner loop has loads instead of
// arithmetic, which would take the ports of multiply-adds.
struct TileStep {
  std::uint16_t t;       // floats in `rates`
  std::uint16_t d_pairs; // pairs of floats in `d`
};
// That of step t is t times this number, in which both are.
inline constexpr std::uint32_t k_tile_step = std::bit_cast<std::uint32_t>(TileStep{1, k_panel / 2});
static_assert(k_t * k_panel / 2 <= std::numeric_limits<std::uint16_t>::max());
static_assert(k_rates_stride >= k_t + 3); // r is transposed in blocks of four steps

// Of each byte the places of its bits, increasing.
struct BytePlaces {
  std::uint8_t of[256][8] = {};
  constexpr BytePlaces() {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::size_t count = 0;
      for (std::uint8_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) of[byte][count++] = bit;
      }
    }
  }
};
inline constexpr BytePlaces k_byte_places;
// How many numbers more a list may have that is written a byte's places at a time.
inline constexpr std::size_t k_list_room = 8;
static_assert(k_most_tile <= 2 * k_list_room); // that many columns more are in column_order

// A trained tensor, its gradient and its moments, all of one layout.
struct Trained4 {
  float *p, *g, *m, *v;
};

// One network's memory, not owned. n units, padded to `rows`, a multiple of 32; all arrays are
// aligned to 64 bytes. Padded units have weights, gain and response 0 and threshold 1, so that they
// are silent; their x is anything finite.
struct Arrays {
  std::size_t n, k, rows;
  std::size_t stride; // of W's columns: not a large power of two, or its columns share cache sets
  std::size_t words;  // of a mask: ceil(n / 64)
  float keep, scale;
  ActivationSet trained; // empty: the weights

  Trained4 w;     // (stride, n); w.g is null: its gradient goes straight into Adam
  Trained4 w_in;  // (rows, k)
  Trained4 w_out; // (rows, 2): horizontal, vertical
  Trained4 b_out; // one number, alone in its cache line
  float *gain, *threshold, *response; // (rows)
  float *gain_g, *threshold_g,
      *response_g; // (rows): gradients of those that are trained; the others are null

  const float *noise;    // (n, T-1) and `rows` more values behind it; column t-1 belongs to step t
  const float *u;        // (k, T)
  float *x, *c, *r;      // (rows, T): state, clipped tanh, rate
  float *d;              // (32, T, rows / 32): d_i(t) is d[(i / 32 * T + t) * 32 + i % 32]
  std::uint64_t *active; // (words, T) and 7 more words: bit j % 64 of word j / 64
  std::uint64_t *lane_active; // (lane_words, 8): scratch of W r, one step's mask by lane
  std::size_t lane_words;     // ceil(n / 512)
  float *o, *error;           // (2, T); column 0 is not used
  float *lane_sums; // (rows, 4): scratch of W r, sums of lanes that wait; the last column is `sum`
  float *sum, *dx;  // (rows): scratch; dx is dL/dx
  // Scratch of descend_w: columns in the order of their tiles, each tile's steps, each column's rates.
  std::uint32_t *column_order; // (rows + 2 k_list_room)
  std::uint32_t *column_place; // (rows): where in column_order
  std::uint64_t *unit_steps;   // (3, rows): when a unit was active
  TileStep *tile_steps;        // (k_t, tiles) and k_list_room more
  std::uint32_t *tile_counts;  // (tiles)
  float *rates; // (k_rates_stride, rows + k_most_tile): r(t-1) at t >= 1, in column_order
};

// One to k_most_siblings networks side by side. Siblings have the same W and n and train anything but W: each
// column of W is read once for all of them.
inline constexpr std::size_t k_most_siblings = 3;
using Siblings = std::span<const Arrays *const>;

struct Passes {
  const char *name; // scalar, sse4, avx2, avx512, neon
  GroupNormals normals;
  // x(:, 0), noise, u -> x, c, r, active, o.
  void (*forward)(Siblings siblings);
  // error -> d(t), t >= 1; stage 2: gain_g, threshold_g, response_g.
  void (*backward)(Siblings siblings);
  // d, r, u, error -> w_in.g, w_out.g.
  void (*small_gradients)(const Arrays &a);
  // d, r -> W's gradient and its Adam step.
  void (*descend_w)(const Arrays &a, AdamStep step);
  // d, r -> gradient (stride, n), for people and tests.
  void (*gradient_w)(const Arrays &a, float *gradient);
  void (*adam)(std::size_t count, AdamStep step, Trained4 tensor);
};

inline constexpr float k_epsilon = static_cast<float>(k_adam_epsilon);
static_assert(k_epsilon == 1e-8f);

// Those of another architecture than the program's do not exist.
extern const Passes k_scalar_passes, k_sse4_passes, k_avx2_passes, k_avx512_passes, k_neon_passes;

} // namespace pursuit::fused
