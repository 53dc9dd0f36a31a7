// Loops compiled once per instruction set, chosen when the program starts.
//
// The choice changes speed, never bits: contraction is off everywhere, every multiply-add that may
// be fused is written std::fma, and no loop marked here adds numbers in an order that depends on
// the vector width.
#pragma once

// PURSUIT_VECTOR_CLONES before a function compiles it for AVX-512, AVX2 with fma, and plain x86-64
// (where std::fma is libm's, which is correct and slow). Under a sanitizer (ifuncs run before its
// start-up) and with other compilers there is one version.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__ELF__) &&         \
    !defined(PURSUIT_SANITIZED)
#define PURSUIT_VECTOR_CLONES                                                                      \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define PURSUIT_HAS_VECTOR_CLONES
#else
#define PURSUIT_VECTOR_CLONES
#endif

namespace pursuit {

// The instruction set that the clones use on this CPU, for people.
inline const char *vector_clone_name() {
#if defined(PURSUIT_HAS_VECTOR_CLONES)
  if (__builtin_cpu_supports("x86-64-v4")) return "avx512";
  if (__builtin_cpu_supports("x86-64-v3")) return "avx2";
#endif
  return "baseline";
}

} // namespace pursuit

// PURSUIT_LANE before a function of one lane: inlined into such loops, or into a CUDA kernel.
#if defined(__CUDACC__)
#define PURSUIT_LANE __host__ __device__ inline
#else
#define PURSUIT_LANE [[gnu::always_inline]] inline
#endif
