#include "engine/fused/instruction_set.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"

namespace pursuit::fused {

namespace {

const std::vector<std::string> k_words = {"scalar", "sse4", "avx2", "avx512", "neon"};

std::string names(const std::vector<const Passes *> &passes) {
  std::string text;
  for (const Passes *p : passes) text += (text.empty() ? "" : ", ") + std::string(p->name);
  return text;
}

} // namespace

std::vector<const Passes *> usable_passes() {
  std::vector<const Passes *> usable;
#if defined(__x86_64__)
  const bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  const bool bits = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (fma && avx512 && bits) usable.push_back(&k_avx512_passes);
  if (fma && bits) usable.push_back(&k_avx2_passes);
  if (__builtin_cpu_supports("sse4.2")) usable.push_back(&k_sse4_passes);
#elif defined(__aarch64__)
  usable.push_back(&k_neon_passes);
#endif
  usable.push_back(&k_scalar_passes);
  return usable;
}

const Passes &choose_passes(const std::string &word) {
  const std::vector<const Passes *> usable = usable_passes();
  if (word.empty()) return *usable.front();
  for (const Passes *passes : usable) {
    if (passes->name == word) return *passes;
  }
  if (std::find(k_words.begin(), k_words.end(), word) == k_words.end()) {
    throw ConfigError(fmt::format("PURSUIT_SIMD names no instruction set: \"{}\"", word),
                      did_you_mean(word, k_words));
  }
  throw ConfigError(fmt::format("PURSUIT_SIMD={}: this CPU lacks it", word),
                    "it has " + names(usable));
}

} // namespace pursuit::fused
