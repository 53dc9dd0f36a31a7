// ORDER.md in plain loops, one element after the other: what every other instruction set is compared
// with. Correct, not fast.
#include <algorithm>
#include <cmath>

#include "base/noise_lane.hpp"
#include "engine/fused/passes.hpp"

namespace pursuit::fused {

namespace {

bool is_active(const Arrays &a, std::size_t t, std::size_t j) {
  return (a.active[t * a.words + j / k_mask_bits] >> (j % k_mask_bits) & 1) != 0;
}

float &d_at(const Arrays &a, std::size_t t, std::size_t i) {
  return a.d[(i / k_panel * k_t + t) * k_panel + i % k_panel];
}

float tree(float *lanes, std::size_t count) {
  for (std::size_t half = count / 2; half > 0; half /= 2) {
    for (std::size_t l = 0; l < half; ++l) lanes[l] = lanes[l] + lanes[l + half];
  }
  return lanes[0];
}

void normals(const NoiseKey &key, const RoundKeys &rounds, std::uint32_t group,
             std::uint32_t groups, float deviation, float *out) {
  lane::group_normals(key, rounds, group, groups, deviation, out);
}

void activate(const Arrays &a, std::size_t t) {
  const float *x = a.x + t * a.rows;
  for (std::size_t w = 0; w < a.words; ++w) a.active[t * a.words + w] = 0;
  for (std::size_t i = 0; i < a.n; ++i) {
    const float argument = std::fma(a.gain[i], x[i], -a.threshold[i]);
    const float tanh = lane::tanh(argument);
    const float c = tanh < 0 ? 0.0f : tanh;
    a.c[t * a.rows + i] = c;
    a.r[t * a.rows + i] = a.response[i] * c;
    if (argument < 0) continue;
    a.active[t * a.words + i / k_mask_bits] |= std::uint64_t{1} << (i % k_mask_bits);
  }
}

float recurrent_input(const Arrays &a, std::size_t t, std::size_t i) {
  float lanes[k_lanes] = {};
  for (std::size_t j = 0; j < a.n; ++j) {
    if (!is_active(a, t, j)) continue;
    float &lane = lanes[j % k_lanes];
    lane = std::fma(a.w.p[i + j * a.stride], a.r[t * a.rows + j], lane);
  }
  return tree(lanes, k_lanes);
}

void output(const Arrays &a, std::size_t t) {
  for (std::size_t o = 0; o < 2; ++o) {
    float lanes[k_panel] = {};
    for (std::size_t j = 0; j < a.rows; ++j) {
      float &lane = lanes[j % k_panel];
      lane = std::fma(a.w_out.p[j + o * a.rows], a.r[t * a.rows + j], lane);
    }
    a.o[2 * t + o] = tree(lanes, k_panel) + a.b_out.p[0];
  }
}

void forward_one(const Arrays &a) {
  activate(a, 0);
  for (std::size_t t = 1; t < k_t; ++t) {
    for (std::size_t i = 0; i < a.n; ++i) {
      float s = recurrent_input(a, t - 1, i);
      for (std::size_t c = 0; c < a.k; ++c) {
        s = std::fma(a.w_in.p[i + c * a.rows], a.u[c + (t - 1) * a.k], s);
      }
      const float drive = std::fma(a.scale, s, a.noise[i + (t - 1) * a.n]);
      a.x[i + t * a.rows] = std::fma(a.keep, a.x[i + (t - 1) * a.rows], drive);
    }
    activate(a, t);
    output(a, t);
  }
}

void forward(Siblings siblings) {
  for (const Arrays *a : siblings) forward_one(*a);
}

float rate_gradient(const Arrays &a, std::size_t t, std::size_t j) {
  if (!is_active(a, t, j)) return 0;
  float dr = 0;
  if (t + 1 < k_t) {
    float lanes[k_panel] = {};
    for (std::size_t i = 0; i < a.rows; ++i) {
      float &lane = lanes[i % k_panel];
      lane = std::fma(a.w.p[i + j * a.stride], d_at(a, t + 1, i), lane);
    }
    dr = tree(lanes, k_panel);
  }
  if (t == 0) return dr;
  dr = std::fma(a.w_out.p[j], a.error[2 * t], dr);
  return std::fma(a.w_out.p[j + a.rows], a.error[2 * t + 1], dr);
}

void backward_one(const Arrays &a) {
  for (std::size_t j = 0; j < a.rows; ++j) a.dx[j] = 0;
  for (float *gradient : {a.gain_g, a.threshold_g, a.response_g}) {
    if (gradient != nullptr) std::fill_n(gradient, a.rows, 0.0f);
  }
  const std::size_t first = a.trained.empty() ? 1 : 0; // d(0) belongs to no weight
  for (std::size_t t = k_t; t-- > first;) {
    for (std::size_t j = 0; j < a.n; ++j) a.sum[j] = rate_gradient(a, t, j);
    for (std::size_t j = 0; j < a.n; ++j) {
      const float dr = a.sum[j], c = a.c[j + t * a.rows], x = a.x[j + t * a.rows];
      const float q = a.response[j] * std::fma(-c, c, 1.0f);
      if (a.gain_g != nullptr) a.gain_g[j] = std::fma(dr * q, x, a.gain_g[j]);
      if (a.threshold_g != nullptr) a.threshold_g[j] = std::fma(-dr, q, a.threshold_g[j]);
      if (a.response_g != nullptr) a.response_g[j] = std::fma(dr, c, a.response_g[j]);
      a.dx[j] = std::fma(dr, q * a.gain[j], a.keep * a.dx[j]);
      d_at(a, t, j) = a.scale * a.dx[j];
    }
  }
}

void backward(Siblings siblings) {
  for (const Arrays *a : siblings) backward_one(*a);
}

void small_gradients(const Arrays &a) {
  for (std::size_t i = 0; i < a.n; ++i) {
    for (std::size_t c = 0; c < a.k; ++c) {
      float sum = 0;
      for (std::size_t t = 1; t < k_t; ++t) {
        sum = std::fma(d_at(a, t, i), a.u[c + (t - 1) * a.k], sum);
      }
      a.w_in.g[i + c * a.rows] = sum;
    }
    for (std::size_t o = 0; o < 2; ++o) {
      float sum = 0;
      for (std::size_t t = 1; t < k_t; ++t) {
        sum = std::fma(a.r[i + t * a.rows], a.error[o + 2 * t], sum);
      }
      a.w_out.g[i + o * a.rows] = sum;
    }
  }
}

float w_gradient(const Arrays &a, std::size_t i, std::size_t j) {
  float sum = 0;
  for (std::size_t t = 1; t < k_t; ++t) {
    if (!is_active(a, t - 1, j)) continue;
    sum = std::fma(d_at(a, t, i), a.r[j + (t - 1) * a.rows], sum);
  }
  return sum;
}

float flush(float y) { return std::fabs(y) < 0x1p-126f ? 0.0f : y; }

void adam_one(AdamStep step, float g, float &m, float &v, float &p) {
  m = flush(std::fma(g - m, step.one_minus_beta1, m));
  v = flush(std::fma(std::fma(g, g, -v), step.one_minus_beta2, v));
  p = std::fma(step.minus_rate, m / (std::sqrt(v) + k_epsilon), p);
}

void descend_w(const Arrays &a, AdamStep step) {
  for (std::size_t j = 0; j < a.n; ++j) {
    for (std::size_t i = 0; i < a.n; ++i) {
      const std::size_t at = i + j * a.stride;
      adam_one(step, w_gradient(a, i, j), a.w.m[at], a.w.v[at], a.w.p[at]);
    }
  }
}

void gradient_w(const Arrays &a, float *gradient) {
  for (std::size_t j = 0; j < a.n; ++j) {
    for (std::size_t i = 0; i < a.n; ++i) gradient[i + j * a.stride] = w_gradient(a, i, j);
  }
}

void adam(std::size_t count, AdamStep step, Trained4 tensor) {
  for (std::size_t i = 0; i < count; ++i) {
    adam_one(step, tensor.g[i], tensor.m[i], tensor.v[i], tensor.p[i]);
  }
}

} // namespace

const Passes k_scalar_passes = {"scalar",        normals,   forward,    backward,
                                small_gradients, descend_w, gradient_w, adam};

} // namespace pursuit::fused
