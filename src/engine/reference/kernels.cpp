#include "engine/reference/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/elementary_lane.hpp"
#include "base/vector_clones.hpp"

namespace pursuit::reference {

namespace {

// Eight terms at a time: y is loaded and stored once for them, the order of the sum stays.
template <class Real>
PURSUIT_LANE void add_terms_of(std::size_t n, Real *y, const Term<Real> *terms, std::size_t count) {
  std::size_t done = 0;
  for (; done + 8 <= count; done += 8) {
    const Term<Real> *t = terms + done;
    const Real *c0 = t[0].column, *c1 = t[1].column, *c2 = t[2].column, *c3 = t[3].column;
    const Real *c4 = t[4].column, *c5 = t[5].column, *c6 = t[6].column, *c7 = t[7].column;
    const Real s0 = t[0].scale, s1 = t[1].scale, s2 = t[2].scale, s3 = t[3].scale;
    const Real s4 = t[4].scale, s5 = t[5].scale, s6 = t[6].scale, s7 = t[7].scale;
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
      Real sum = y[i] + s0 * c0[i];
      sum = sum + s1 * c1[i];
      sum = sum + s2 * c2[i];
      sum = sum + s3 * c3[i];
      sum = sum + s4 * c4[i];
      sum = sum + s5 * c5[i];
      sum = sum + s6 * c6[i];
      y[i] = sum + s7 * c7[i];
    }
  }
  for (; done < count; ++done) {
    const Real *column = terms[done].column;
    const Real scale = terms[done].scale;
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) y[i] = y[i] + scale * column[i];
  }
}

template <class Real>
PURSUIT_LANE void activate_of(std::size_t n, ActivationView<Real> p, const Real *x, Real *tanh,
                              Real *r) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    tanh[i] = lane::tanh(p.gain[i] * x[i] - p.threshold[i]);
    r[i] = p.response[i] * (tanh[i] < 0 ? Real{0} : tanh[i]);
  }
}

template <class Real>
PURSUIT_LANE void advance_of(std::size_t n, Real keep, Real scale, const Real *x, const Real *sum,
                             const float *noise, Real *next) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    next[i] = (keep * x[i] + scale * sum[i]) + static_cast<Real>(noise[i]);
  }
}

// d clip(tanh a) / da = (1 - tanh^2 a) [a >= 0], a = gain x - threshold: the gradient of clip is 1 at
// exactly 0 and 1.
template <class Real>
PURSUIT_LANE Real clip_slope(ActivationView<Real> p, StepView<Real> step, std::size_t i) {
  const Real a = p.gain[i] * step.x[i] - p.threshold[i];
  const Real slope = Real{1} - step.tanh[i] * step.tanh[i];
  return a >= 0 ? slope : Real{0};
}

template <class Real>
PURSUIT_LANE void retreat_of(std::size_t n, ActivationView<Real> p, Real keep, Real scale,
                             StepView<Real> step, Real *g, Real *d) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Real drdx = (p.response[i] * clip_slope(p, step, i)) * p.gain[i];
    g[i] = keep * g[i] + step.dr[i] * drdx;
    d[i] = scale * g[i];
  }
}

template <class Real>
PURSUIT_LANE void add_input_gain_of(std::size_t n, ActivationView<Real> p, StepView<Real> step,
                                    Real *sum) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Real drda = p.response[i] * clip_slope(p, step, i);
    sum[i] = sum[i] + (step.dr[i] * drda) * step.x[i];
  }
}

template <class Real>
PURSUIT_LANE void add_threshold_of(std::size_t n, ActivationView<Real> p, StepView<Real> step,
                                   Real *sum) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Real drda = p.response[i] * clip_slope(p, step, i);
    sum[i] = sum[i] - step.dr[i] * drda;
  }
}

template <class Real>
PURSUIT_LANE void add_response_gain_of(std::size_t n, StepView<Real> step, Real *sum) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Real clipped = step.tanh[i] < 0 ? Real{0} : step.tanh[i];
    sum[i] = sum[i] + step.dr[i] * clipped;
  }
}

// The moments of a unit that stays silent decay; below the smallest normal number they are set to 0,
// because subnormals are slow and would let a flush-to-zero setting decide bits.
template <class Real> PURSUIT_LANE Real flushed(Real value) {
  return std::fabs(value) < std::numeric_limits<Real>::min() ? Real{0} : value;
}

template <class Real>
PURSUIT_LANE void adam_of(std::size_t n, AdamStep<Real> a, const Real *gradient, Real *m, Real *v,
                          Real *p) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const Real g = gradient[i];
    m[i] = flushed(m[i] + (g - m[i]) * a.one_minus_beta1);
    v[i] = flushed(v[i] + (g * g - v[i]) * a.one_minus_beta2);
    p[i] = p[i] - (a.rate * m[i]) / (std::sqrt(v[i]) + a.epsilon);
  }
}

template <class Real> void transpose_of(std::size_t n, const Real *from, Real *to) {
  constexpr std::size_t k_tile = 16; // a tile's lines of both matrices stay in the first cache
  for (std::size_t column = 0; column < n; column += k_tile) {
    for (std::size_t row = 0; row < n; row += k_tile) {
      for (std::size_t j = column; j < std::min(column + k_tile, n); ++j) {
        for (std::size_t i = row; i < std::min(row + k_tile, n); ++i) {
          to[j + n * i] = from[i + n * j];
        }
      }
    }
  }
}

} // namespace

// target_clones works on plain functions only: one for each type.
#define PURSUIT_REFERENCE_KERNELS(Real)                                                            \
  PURSUIT_VECTOR_CLONES                                                                            \
  void add_terms(std::size_t n, Real *y, const Term<Real> *terms, std::size_t count) {             \
    add_terms_of<Real>(n, y, terms, count);                                                        \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void activate(std::size_t n, ActivationView<Real> p, const Real *x, Real *tanh, Real *r) {       \
    activate_of<Real>(n, p, x, tanh, r);                                                           \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void advance(std::size_t n, Real keep, Real scale, const Real *x, const Real *sum,               \
               const float *noise, Real *next) {                                                   \
    advance_of<Real>(n, keep, scale, x, sum, noise, next);                                         \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void retreat(std::size_t n, ActivationView<Real> p, Real keep, Real scale, StepView<Real> step,  \
               Real *g, Real *d) {                                                                 \
    retreat_of<Real>(n, p, keep, scale, step, g, d);                                               \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void add_input_gain(std::size_t n, ActivationView<Real> p, StepView<Real> step, Real *sum) {     \
    add_input_gain_of<Real>(n, p, step, sum);                                                      \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void add_threshold(std::size_t n, ActivationView<Real> p, StepView<Real> step, Real *sum) {      \
    add_threshold_of<Real>(n, p, step, sum);                                                       \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void add_response_gain(std::size_t n, StepView<Real> step, Real *sum) {                          \
    add_response_gain_of<Real>(n, step, sum);                                                      \
  }                                                                                                \
  PURSUIT_VECTOR_CLONES                                                                            \
  void adam(std::size_t n, AdamStep<Real> a, const Real *gradient, Real *m, Real *v, Real *p) {    \
    adam_of<Real>(n, a, gradient, m, v, p);                                                        \
  }                                                                                                \
  void transpose(std::size_t n, const Real *from, Real *to) { transpose_of<Real>(n, from, to); }

PURSUIT_REFERENCE_KERNELS(float)
PURSUIT_REFERENCE_KERNELS(double)
#undef PURSUIT_REFERENCE_KERNELS

} // namespace pursuit::reference
