#include "base/noise.hpp"

#include <algorithm>

#include "base/noise_lane.hpp"
#include "base/vector_clones.hpp"

namespace pursuit {

PhiloxWords philox4x32_10(PhiloxWords counter, std::array<std::uint32_t, 2> key) {
  return lane::philox(counter, lane::round_keys(key[0] | std::uint64_t{key[1]} << 32));
}

std::uint32_t uniform_word(const NoiseKey &key, std::uint32_t block, int word) {
  return lane::block_words(key, lane::round_keys(key.seed), block)[static_cast<std::size_t>(word)];
}

std::uint32_t uniform_below(std::uint32_t word, std::uint32_t n) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * n) >> 32);
}

PURSUIT_VECTOR_CLONES
void group_normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
                   std::uint32_t groups, float deviation, float *out) {
  lane::group_normals(key, rounds, group, groups, deviation, out);
}

void fill_normals(const NoiseKey &key, std::span<float> out) { fill_normals(key, 1.0f, out); }

void fill_normals(const NoiseKey &key, float deviation, std::span<float> out,
                  GroupNormals make_group) {
  constexpr std::size_t k_most = k_normal_group * k_most_normal_groups;
  const RoundKeys rounds = lane::round_keys(key.seed);
  std::uint32_t group = 0;
  for (; out.size() >= k_most; out = out.subspan(k_most), group += k_most_normal_groups) {
    make_group(key, rounds, group, k_most_normal_groups, deviation, out.data());
  }
  if (out.empty()) return;
  float last[k_most];
  const std::size_t groups = (out.size() + k_normal_group - 1) / k_normal_group;
  make_group(key, rounds, group, static_cast<std::uint32_t>(groups), deviation, last);
  std::copy_n(last, out.size(), out.data());
}

float normal(const NoiseKey &key, std::uint32_t element) {
  constexpr std::uint32_t k_blocks = lane::k_blocks;
  const std::uint32_t in_group = element % k_normal_group;
  const PhiloxWords words = lane::block_words(
      key, lane::round_keys(key.seed), k_blocks * (element / k_normal_group) + in_group % k_blocks);
  const std::uint32_t word = in_group / k_blocks;
  float a = 0, b = 0;
  lane::normal_pair(words[word & 2u], words[(word & 2u) + 1], a, b);
  return (word & 1u) == 0 ? a : b;
}

} // namespace pursuit
