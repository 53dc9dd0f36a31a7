// The loops of the reference engine, on plain arrays, in float and in double. Each element is
// computed on its own or summed in a written order, so that vector width never shows in the bits.
// Arrays of one call never overlap.
#pragma once

#include <cstddef>

namespace pursuit::reference {

// One addend of a weighted sum of columns.
template <class Real> struct Term {
  const Real *column; // (n)
  Real scale;
};

// Network constants and activation parameters, (n) each: r = response clip(tanh(gain x - threshold)).
template <class Real> struct ActivationView {
  const Real *gain;
  const Real *threshold;
  const Real *response;
};

// One step of Adam as TensorFlow 1 writes it; `rate` is a_t = lr sqrt(1 - b2^t) / (1 - b1^t).
template <class Real> struct AdamStep {
  Real rate;
  Real one_minus_beta1;
  Real one_minus_beta2;
  Real epsilon;
};

// What the backward pass knows of one step t, (n) each.
template <class Real> struct StepView {
  const Real *x;
  const Real *tanh;
  const Real *dr; // dL/dr_t
};

#define PURSUIT_REFERENCE_KERNELS(Real)                                                              \
  /* y[i] += sum over terms, in order: scale * column[i]. Multiply and add are rounded apart. */     \
  void add_terms(std::size_t n, Real *y, const Term<Real> *terms, std::size_t count);                \
  /* tanh[i] and r[i] of x[i]; NaN in x stays NaN. */                                                \
  void activate(std::size_t n, ActivationView<Real> p, const Real *x, Real *tanh, Real *r);          \
  /* next[i] = (keep x[i] + scale sum[i]) + noise[i] */                                              \
  void advance(std::size_t n, Real keep, Real scale, const Real *x, const Real *sum,                 \
               const float *noise, Real *next);                                                      \
  /* g[i] = keep g[i] + dr[i] dr/dx, d[i] = scale g[i]; g holds dL/dx_{t+1} before, dL/dx_t after. \
   */ \
  void retreat(std::size_t n, ActivationView<Real> p, Real keep, Real scale, StepView<Real> step,    \
               Real *g, Real *d);                                                                    \
  /* Add dL/d(parameter) of one step to sum[i]. */                                                   \
  void add_input_gain(std::size_t n, ActivationView<Real> p, StepView<Real> step, Real *sum);        \
  void add_threshold(std::size_t n, ActivationView<Real> p, StepView<Real> step, Real *sum);         \
  void add_response_gain(std::size_t n, StepView<Real> step, Real *sum);                             \
  void adam(std::size_t n, AdamStep<Real> a, const Real *gradient, Real *m, Real *v, Real *p);       \
  /* to = from^T, both (n, n). */                                                                    \
  void transpose(std::size_t n, const Real *from, Real *to);

PURSUIT_REFERENCE_KERNELS(float)
PURSUIT_REFERENCE_KERNELS(double)
#undef PURSUIT_REFERENCE_KERNELS

} // namespace pursuit::reference
