// Which instruction set the fused engine uses: the best that this CPU has, or what PURSUIT_SIMD
// says. The choice changes speed, never bits.
#pragma once

#include <string>
#include <vector>

#include "engine/fused/passes.hpp"

namespace pursuit::fused {

// Those that this program has and this CPU can run, best first; the last is scalar.
std::vector<const Passes *> usable_passes();

// `word`: scalar, sse4, avx2, avx512 or neon; empty: the best. Throws ConfigError on any other word
// and on an instruction set that this CPU lacks.
const Passes &choose_passes(const std::string &word);

} // namespace pursuit::fused
