// All randomness of the project. Nothing has state: a number is a pure function of
// (seed, purpose, trial, step, element), so a run draws the same numbers on any slot, in any pack,
// in any order.
//
// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"); key = seed
// (low word first), counter = {block, step, trial, purpose}. One call gives four 32-bit words.
//
// Layout of normals: element i (a unit, a weight's column, ...) is word (i % 64) / 16 of block 16
// (i / 64) + i % 16, so that 16 blocks side by side in SIMD lanes fill 64 neighbouring elements
// with contiguous stores, whatever the vector width. Words 0,1 and 2,3 of a block make a Box-Muller
// pair each.
//
// A normal, in single precision; this is the definition, and its bits are frozen:
//   u1, u2  = (word >> 9) 2^-23 + 2^-24     exact, in (0, 1); word 0 or 2, and word 1 or 3
//   radius  = sqrt(-2 log_f32(u1))          at most 5.77
//   (s, c)  = sincos_turns_f32(u2)
//   element of the even word = radius c, of the odd word = radius s
// with the functions of base/elementary_lane.hpp; products and the square root are rounded once each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pursuit {

// The purpose does not name the stage: stage 1 and stage 2 of a seed see the same contrasts, jitter
// and noise at the same trial, so that everything with one seed can be compared pair by pair.
//
// What is drawn. The numbers are part of every result: never reuse or renumber one.
enum class Purpose : std::uint32_t {
  initial_w = 1,        // step = row i, element = column j
  initial_w_in = 2,     // step = row i, element = channel
  trial_choice = 3,     // uniform words: day, contrast, prior (see task/trial.hpp)
  direction_jitter = 4, // element 0
  input_noise = 5,      // step = channel, element = time t
  initial_state = 6,    // element = unit
  recurrent_noise = 7,  // step = t (1..T-1), element = unit
  synthetic_data = 8,   // see task/synthetic.hpp
  evaluation = 100,     // 100.. are kept for evaluation; 100 itself is drawn by tests alone
  // Of an evaluation (see task/probe.hpp), as their namesakes of training.
  evaluation_direction = 101, // element 0
  evaluation_input = 102,     // step = channel, element = time t
  evaluation_state = 103,     // element = unit
  evaluation_recurrent = 104, // step = t (1..T-1), element = unit
  evaluation_shuffle = 105,   // trial = number of the shuffle, block = units left
  bootstrap = 200,            // of statistics over networks: trial = resample, step = group
};

using PhiloxWords = std::array<std::uint32_t, 4>;

// The ten-round bijection itself, for known-answer tests.
PhiloxWords philox4x32_10(PhiloxWords counter, std::array<std::uint32_t, 2> key);

struct NoiseKey {
  std::uint64_t seed = 1;
  Purpose purpose = Purpose::initial_w;
  std::uint32_t trial = 0;
  std::uint32_t step = 0;
};

// Word `word` (0..3) of block `block`.
std::uint32_t uniform_word(const NoiseKey &key, std::uint32_t block, int word);

// A whole number in [0, n), n >= 1, from one word by multiply and shift: the bias is below n /
// 2^32.
std::uint32_t uniform_below(std::uint32_t word, std::uint32_t n);

// out[i] = standard normal of element i, i = 0..out.size()-1. Single precision, same bits on every
// machine.
void fill_normals(const NoiseKey &key, std::span<float> out);

// The seed's words plus round times Philox's key steps, made once for many groups; one word in 64 bits,
// to be broadcast to SIMD lanes.
inline constexpr std::size_t k_philox_rounds = 10;
struct RoundKeys {
  std::array<std::uint64_t, k_philox_rounds> low, high;
};

// The elements of `groups` groups of 64 from 64 `group` on, each times `deviation` and rounded; 1 to
// k_most_normal_groups groups. There is such a function per instruction set, all of the same bits; this one
// is for any CPU and fast on most.
inline constexpr std::size_t k_normal_group = 64;
inline constexpr std::uint32_t k_most_normal_groups = 4;
using GroupNormals = void (*)(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
                              std::uint32_t groups, float deviation, float *out);
void group_normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
                   std::uint32_t groups, float deviation, float *out);

// out[i] = deviation times the normal of element i.
void fill_normals(const NoiseKey &key, float deviation, std::span<float> out,
                  GroupNormals make_group = group_normals);

// One element of the first.
float normal(const NoiseKey &key, std::uint32_t element);

} // namespace pursuit
