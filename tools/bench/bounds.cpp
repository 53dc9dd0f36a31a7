#include "bounds.hpp"

#include "base/elementary_lane.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace pursuit::bench {

#if defined(__x86_64__)

#define PURSUIT_AVX512 [[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]]
#define PURSUIT_AVX2 [[gnu::target("arch=x86-64-v3")]]

namespace {

constexpr int k_chains = 10; // two fma pipes, 4 or 5 cycles each
constexpr float k_one_minus_beta1 = 0.1f, k_one_minus_beta2 = 0.001f, k_epsilon = 1e-8f;
constexpr float k_minus_rate = -1e-4f;

// Loads that nothing waits for: an addition or an "or" would hold them up where it takes more than a cycle.
PURSUIT_AVX512 void read_avx512(const float *w, std::size_t stride, std::size_t rows,
                                const std::uint32_t *columns, std::size_t count) {
  for (std::size_t c = 0; c < count; ++c) {
    const float *column = w + columns[c] * stride;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < rows; i += 16) {
      const __m512 loaded = _mm512_load_ps(column + i);
      asm volatile("" : : "v"(loaded));
    }
  }
}

PURSUIT_AVX512 float multiply_add_avx512(std::size_t count) {
  __m512 sum[k_chains];
  const __m512 factor = _mm512_set1_ps(0.999f), addend = _mm512_set1_ps(0.001f);
  for (__m512 &s : sum) s = factor;
  for (std::size_t i = 0; i < count; i += k_chains) {
#pragma GCC unroll 10
    for (__m512 &s : sum) s = _mm512_fmadd_ps(s, factor, addend);
  }
  for (__m512 &s : sum) sum[0] = _mm512_add_ps(sum[0], s);
  return _mm512_cvtss_f32(sum[0]);
}

PURSUIT_AVX512 void adam_avx512(float *p, float *m, float *v, std::size_t count, float gradient) {
  const __m512 g = _mm512_set1_ps(gradient), square = _mm512_mul_ps(g, g);
  const __m512 b1 = _mm512_set1_ps(k_one_minus_beta1), b2 = _mm512_set1_ps(k_one_minus_beta2);
  const __m512 rate = _mm512_set1_ps(k_minus_rate), epsilon = _mm512_set1_ps(k_epsilon);
  for (std::size_t i = 0; i < count; i += 16) {
    const __m512 m0 = _mm512_loadu_ps(m + i), v0 = _mm512_loadu_ps(v + i);
    const __m512 m1 = _mm512_fmadd_ps(_mm512_sub_ps(g, m0), b1, m0);
    const __m512 v1 = _mm512_fmadd_ps(_mm512_sub_ps(square, v0), b2, v0);
    const __m512 step = _mm512_div_ps(m1, _mm512_add_ps(_mm512_sqrt_ps(v1), epsilon));
    _mm512_storeu_ps(m + i, m1);
    _mm512_storeu_ps(v + i, v1);
    _mm512_storeu_ps(p + i, _mm512_fmadd_ps(rate, step, _mm512_loadu_ps(p + i)));
  }
}

PURSUIT_AVX512 void tanh_avx512(const float *x, float *y, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) y[i] = lane::tanh(x[i]);
}

PURSUIT_AVX2 void read_avx2(const float *w, std::size_t stride, std::size_t rows,
                            const std::uint32_t *columns, std::size_t count) {
  for (std::size_t c = 0; c < count; ++c) {
    const float *column = w + columns[c] * stride;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < rows; i += 8) {
      const __m256 loaded = _mm256_load_ps(column + i);
      asm volatile("" : : "x"(loaded));
    }
  }
}

PURSUIT_AVX2 float multiply_add_avx2(std::size_t count) {
  __m256 sum[k_chains];
  const __m256 factor = _mm256_set1_ps(0.999f), addend = _mm256_set1_ps(0.001f);
  for (__m256 &s : sum) s = factor;
  for (std::size_t i = 0; i < count; i += k_chains) {
#pragma GCC unroll 10
    for (__m256 &s : sum) s = _mm256_fmadd_ps(s, factor, addend);
  }
  for (__m256 &s : sum) sum[0] = _mm256_add_ps(sum[0], s);
  return _mm256_cvtss_f32(sum[0]);
}

PURSUIT_AVX2 void adam_avx2(float *p, float *m, float *v, std::size_t count, float gradient) {
  const __m256 g = _mm256_set1_ps(gradient), square = _mm256_mul_ps(g, g);
  const __m256 b1 = _mm256_set1_ps(k_one_minus_beta1), b2 = _mm256_set1_ps(k_one_minus_beta2);
  const __m256 rate = _mm256_set1_ps(k_minus_rate), epsilon = _mm256_set1_ps(k_epsilon);
  for (std::size_t i = 0; i < count; i += 8) {
    const __m256 m0 = _mm256_loadu_ps(m + i), v0 = _mm256_loadu_ps(v + i);
    const __m256 m1 = _mm256_fmadd_ps(_mm256_sub_ps(g, m0), b1, m0);
    const __m256 v1 = _mm256_fmadd_ps(_mm256_sub_ps(square, v0), b2, v0);
    const __m256 step = _mm256_div_ps(m1, _mm256_add_ps(_mm256_sqrt_ps(v1), epsilon));
    _mm256_storeu_ps(m + i, m1);
    _mm256_storeu_ps(v + i, v1);
    _mm256_storeu_ps(p + i, _mm256_fmadd_ps(rate, step, _mm256_loadu_ps(p + i)));
  }
}

PURSUIT_AVX2 void tanh_avx2(const float *x, float *y, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) y[i] = lane::tanh(x[i]);
}

} // namespace

std::vector<Bounds> usable_bounds() {
  std::vector<Bounds> bounds;
  if (__builtin_cpu_supports("x86-64-v4")) {
    bounds.push_back({"avx512", read_avx512, multiply_add_avx512, 16, adam_avx512, tanh_avx512});
  }
  if (__builtin_cpu_supports("x86-64-v3")) {
    bounds.push_back({"avx2", read_avx2, multiply_add_avx2, 8, adam_avx2, tanh_avx2});
  }
  return bounds;
}

#else

std::vector<Bounds> usable_bounds() { return {}; }

#endif

} // namespace pursuit::bench
