// The loops of ORDER.md for one instruction set. Not an ordinary header: a file of one instruction
// set includes it between its `#pragma GCC target` and the end of its anonymous namespace, after
// defining
//   Vector: a register of Vector::k_width floats with the functions used below; once(v) is v, loaded once
//   EightWords: of a mask, with load, | and bit_of_bytes(b), whose bit p is bit b of byte p
//   store_eight(first, scale, from, to): 32-bit numbers first + scale from[i], of bytes from[i]
//   k_forward_registers, k_dot_columns: [m - 1] is how many registers of rows the forward pass sums at a time
//     for each of m siblings, and for how many columns of W the backward pass forms dot products side by side
//   k_held_registers: registers of d, in whole panels, that fit beside their sums; 0: columns side by side
//     are faster
//   k_tile (k_least_tile to k_most_tile), k_tile_panels: columns of W and panels of rows whose sums over
//     time are in registers together
//   sum_lanes(sums, out): 32 lanes of each of a few columns, by the tree of S32
// Everything here has internal linkage: code of one instruction set must never be taken for another's.

constexpr std::size_t k_width = Vector::k_width;
constexpr std::size_t k_panel_registers = k_panel / k_width;

// Registers that hold all units, and their rows. Behind them, up to a.rows, c, r and d stay 0.
std::size_t used_registers(const Arrays &a) { return (a.n + k_width - 1) / k_width; }
std::size_t used_rows(const Arrays &a) { return used_registers(a) * k_width; }

// Calls visit(j) for every set bit, increasing.
template <class Visit>
PURSUIT_LANE void each_bit(const std::uint64_t *mask, std::size_t words, Visit visit) {
  for (std::size_t w = 0; w < words; ++w) {
    for (std::uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
      visit(w * k_mask_bits + static_cast<std::size_t>(__builtin_ctzll(bits)));
    }
  }
}

// Lists first + Scale p for each set bit p of `bits`, increasing, as 32-bit numbers; returns how many, and stores
// up to k_list_room more. A byte at a time: the end of a loop over bits is mispredicted.
template <std::uint32_t Scale>
PURSUIT_LANE std::size_t list_bits(std::uint64_t bits, std::uint32_t first, void *to) {
  std::size_t count = 0;
#pragma GCC unroll 8
  for (std::uint32_t begin = 0; begin < k_mask_bits; begin += 8) {
    const std::uint64_t byte = bits >> begin & 255;
    store_eight(first + Scale * begin, Scale, k_byte_places.of[byte],
                static_cast<std::uint32_t *>(to) + count);
    count += static_cast<std::size_t>(__builtin_popcountll(byte));
  }
  return count;
}

// Calls visit(panel, register of the panel), whose second argument is a constant once it is inlined.
template <class Visit> PURSUIT_LANE void each_register(std::size_t registers, Visit visit) {
  const std::size_t panels = registers / k_panel_registers, more = registers % k_panel_registers;
  for (std::size_t p = 0; p < panels; ++p) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) visit(p, b);
  }
#pragma GCC unroll 8
  for (std::size_t b = 0; b + 1 < k_panel_registers; ++b) {
    if (b >= more) break;
    visit(panels, b);
  }
}

// Word w of the units that are active at t in one of the siblings.
template <std::size_t Members>
PURSUIT_LANE std::uint64_t active_in_any(const Arrays *const *siblings, std::size_t t,
                                         std::size_t w) {
  std::uint64_t bits = 0;
  for (std::size_t m = 0; m < Members; ++m) {
    bits |= siblings[m]->active[t * siblings[m]->words + w];
  }
  return bits;
}

// Dot products of `Columns` columns with `Members` vectors, all pointers, of so many registers, the vectors
// in panels `panel_stride` apart: out[m][c].
template <std::size_t Members, std::size_t Columns>
PURSUIT_LANE void dots(const float *const *columns, const float *const *vectors,
                       std::size_t panel_stride, std::size_t registers, float (*out)[Columns]) {
  Vector sum[Members][Columns][k_panel_registers];
#pragma GCC unroll 4
  for (std::size_t m = 0; m < Members; ++m) {
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
#pragma GCC unroll 8
      for (std::size_t b = 0; b < k_panel_registers; ++b) sum[m][c][b] = Vector::zero();
    }
  }
  each_register(registers, [&] [[gnu::always_inline]] (std::size_t p, std::size_t b) {
    Vector factor[Members];
#pragma GCC unroll 4
    for (std::size_t m = 0; m < Members; ++m) {
      factor[m] = once(Vector::load(vectors[m] + p * panel_stride + b * k_width));
    }
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
      Vector weights = Vector::load(columns[c] + p * k_panel + b * k_width);
      if (Members > 1) weights = once(weights);
#pragma GCC unroll 4
      for (std::size_t m = 0; m < Members; ++m) {
        sum[m][c][b] = fma(weights, factor[m], sum[m][c][b]);
      }
    }
  });
#pragma GCC unroll 4
  for (std::size_t m = 0; m < Members; ++m) sum_lanes<Columns>(sum[m], out[m]);
}

#include "engine/fused/vector_forward.hpp"

#include "engine/fused/vector_backward.hpp"

// sum over t = 1..T-1 of columns(t) scales[c + t width], both at their own first step.
template <std::size_t Width>
PURSUIT_LANE void sums_over_time(const float *column, std::size_t column_stride,
                                 const float *scales, float *out, std::size_t out_stride) {
  Vector sum[Width];
  for (std::size_t c = 0; c < Width; ++c) sum[c] = Vector::zero();
  for (std::size_t t = 1; t < k_t; ++t, column += column_stride, scales += Width) {
    const Vector value = Vector::load(column);
    for (std::size_t c = 0; c < Width; ++c) {
      sum[c] = fma(value, Vector::broadcast(scales + c), sum[c]);
    }
  }
  for (std::size_t c = 0; c < Width; ++c) sum[c].store(out + c * out_stride);
}

void small_gradients(const Arrays &a) {
  for (std::size_t i = 0; i < used_rows(a); i += k_width) {
    const float *d = a.d + (i / k_panel * k_t + 1) * k_panel + i % k_panel;
    if (a.k == 2) sums_over_time<2>(d, k_panel, a.u, a.w_in.g + i, a.rows);
    if (a.k == 3) sums_over_time<3>(d, k_panel, a.u, a.w_in.g + i, a.rows);
    sums_over_time<2>(a.r + a.rows + i, a.rows, a.error + 2, a.w_out.g + i, a.rows);
  }
}

struct AdamVectors {
  Vector minus_rate, one_minus_beta1, one_minus_beta2, epsilon;
  explicit AdamVectors(AdamStep step)
      : minus_rate(Vector::broadcast(step.minus_rate)),
        one_minus_beta1(Vector::broadcast(step.one_minus_beta1)),
        one_minus_beta2(Vector::broadcast(step.one_minus_beta2)),
        epsilon(Vector::broadcast(k_epsilon)) {}
};

PURSUIT_LANE void adam_vector(const AdamVectors &step, Vector g, float *m, float *v, float *p) {
  const Vector m0 = Vector::load(m), v0 = Vector::load(v);
  const Vector m1 = flushed(fma(g - m0, step.one_minus_beta1, m0));
  const Vector v1 = flushed(fma(fma(g, g, negated(v0)), step.one_minus_beta2, v0));
  m1.store(m);
  v1.store(v);
  fma(step.minus_rate, m1 / (square_root(v1) + step.epsilon), Vector::load(p)).store(p);
}

PURSUIT_LANE void adam(std::size_t count, const AdamVectors &step, const Trained4 &tensor) {
  for (std::size_t i = 0; i < count; i += k_width) {
    adam_vector(step, Vector::load(tensor.g + i), tensor.m + i, tensor.v + i, tensor.p + i);
  }
}

// Whole registers: `count` up to the tensor's padding, whose gradients and moments are 0.
void adam(std::size_t count, AdamStep step, Trained4 tensor) {
  adam(count, AdamVectors(step), tensor);
}

#include "engine/fused/vector_tiles.hpp"

void descend_w(const Arrays &a, AdamStep step) {
  make_tiles(a);
  const AdamVectors vectors(step);
  each_gradient(a, [&](std::size_t at, float *gradient, std::size_t rows) {
    adam(rows, vectors, {a.w.p + at, gradient, a.w.m + at, a.w.v + at});
  });
}

void gradient_w(const Arrays &a, float *gradient) {
  make_tiles(a);
  each_gradient(a, [&](std::size_t at, const float *part, std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) gradient[at + i] = part[i];
  });
}
