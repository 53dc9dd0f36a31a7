// The loops of ORDER.md for one instruction set. Not an ordinary header: a file of one instruction
// set includes it between its `#pragma GCC target` and the end of its anonymous namespace, after
// defining
//   Vector: a register of Vector::k_width floats with the functions used below
//   k_forward_registers: rows of sums, in registers, that the forward pass keeps for each of 1, 2, 3 siblings
//   k_dot_columns: columns of W whose dot products run side by side for 1, 2, 3 siblings
//   k_register_panels: panels of d that fit into registers beside their sums
//   k_tile (k_least_tile to k_most_tile), k_tile_panels: columns of W and panels of rows whose sums over
//     time are in registers together
//   sum_lanes(sums, out): 32 lanes of each of a few columns, by the tree of S32
// Everything here has internal linkage: code of one instruction set must never be taken for another's.

constexpr std::size_t k_width = Vector::k_width;
constexpr std::size_t k_panel_registers = k_panel / k_width;

// Calls visit(j) for every set bit, increasing.
template <class Visit>
PURSUIT_LANE void each_bit(const std::uint64_t *mask, std::size_t words, Visit visit) {
  for (std::size_t w = 0; w < words; ++w) {
    for (std::uint64_t bits = mask[w]; bits != 0; bits &= bits - 1) {
      visit(w * k_mask_bits + static_cast<std::size_t>(__builtin_ctzll(bits)));
    }
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

// The units that are active at t in one of the siblings, by lane, so that a lane is one loop, whose end
// alone is mispredicted: bit p of lane l is unit 8 p + l.
template <std::size_t Members> void split_lanes(const Arrays *const *siblings, std::size_t t) {
  const Arrays &first = *siblings[0];
  for (std::size_t v = 0; v < first.lane_words; ++v) {
    const std::size_t end = std::min(first.words, (v + 1) * k_lanes);
    for (std::size_t lane = 0; lane < k_lanes; ++lane) {
      std::uint64_t bits = 0;
      for (std::size_t w = v * k_lanes; w < end; ++w) {
        const std::uint64_t spread = active_in_any<Members>(siblings, t, w) >> lane &
                                     0x0101010101010101; // bit 8 p is unit 8 p + l
        bits |= spread * 0x0102040810204080 >> 56 << (w % k_lanes * k_lanes);
      }
      first.lane_active[lane * first.lane_words + v] = bits;
    }
  }
}

// W r(t) for `Registers` registers of rows from `row` on. Lanes are visited bit-reversed, so that their
// tree is a stack of at most three sums: each lane is added to what waits at its level, as carries of a
// counter. At odd t the lanes come in the opposite order (the same tree): what the step before read last
// is then still in the first cache. A sibling whose unit is silent adds W times r = 0.
template <std::size_t Members, std::size_t Registers>
[[gnu::noinline]] void lane_sums(const Arrays *const *siblings, std::size_t t, std::size_t row) {
  constexpr std::size_t k_order[k_lanes] = {0, 4, 2, 6, 1, 5, 3, 7};
  const Arrays &first = *siblings[0];
  const std::size_t stride = first.stride, words = first.lane_words;
  const float *const w = first.w.p + row;
  const float *r[Members];
#pragma GCC unroll 4
  for (std::size_t m = 0; m < Members; ++m) r[m] = siblings[m]->r + t * first.rows;
  Vector waiting[3][Members * Registers];
#pragma GCC unroll 8
  for (std::size_t visit = 0; visit < k_lanes; ++visit) {
    const std::size_t lane = k_order[t % 2 != 0 ? k_lanes - 1 - visit : visit];
    Vector sum[Members * Registers];
#pragma GCC unroll 32
    for (std::size_t b = 0; b < Members * Registers; ++b) sum[b] = Vector::zero();
    each_bit(first.lane_active + lane * words, words,
             [&, stride] [[gnu::always_inline]] (std::size_t p) {
               const std::size_t j = p * k_lanes + lane;
               const float *column = w + j * stride;
               Vector rate[Members];
#pragma GCC unroll 4
               for (std::size_t m = 0; m < Members; ++m) rate[m] = Vector::broadcast(r[m] + j);
#pragma GCC unroll 16
               for (std::size_t b = 0; b < Registers; ++b) {
                 Vector weights = Vector::load(column + b * k_width);
                 if (Members > 1) weights = once(weights);
#pragma GCC unroll 4
                 for (std::size_t m = 0; m < Members; ++m) {
                   Vector &s = sum[m * Registers + b];
                   s = fma(weights, rate[m], s);
                 }
               }
             });
    std::size_t level = 0;
    for (; (visit >> level & 1) != 0; ++level) {
#pragma GCC unroll 32
      for (std::size_t b = 0; b < Members * Registers; ++b) sum[b] = waiting[level][b] + sum[b];
    }
    if (level < 3) {
#pragma GCC unroll 32
      for (std::size_t b = 0; b < Members * Registers; ++b) waiting[level][b] = sum[b];
    } else {
#pragma GCC unroll 32
      for (std::size_t b = 0; b < Members * Registers; ++b) {
        sum[b].store(siblings[b / Registers]->sum + row + b % Registers * k_width);
      }
    }
  }
}

using LaneSums = void (*)(const Arrays *const *, std::size_t, std::size_t);

template <std::size_t Members> struct LaneSumsTable {
  static constexpr std::size_t k_most = k_forward_registers[Members - 1];
  LaneSums of[k_most + 1] = {};
  constexpr LaneSumsTable() { fill(std::make_index_sequence<k_most>()); }
  template <std::size_t... Is> constexpr void fill(std::index_sequence<Is...>) {
    ((of[Is + 1] = lane_sums<Members, Is + 1>), ...);
  }
};
template <std::size_t Members> constexpr LaneSumsTable<Members> k_lane_sums;

// a.sum = W r(t) for each sibling, in blocks of about equal height; rows behind the last unit's register
// keep what they have, which is finite.
template <std::size_t Members> void recurrent_input(const Arrays *const *siblings, std::size_t t) {
  constexpr std::size_t k_most = k_forward_registers[Members - 1];
  const std::size_t registers = (siblings[0]->n + k_width - 1) / k_width;
  const std::size_t blocks = (registers + k_most - 1) / k_most;
  split_lanes<Members>(siblings, t);
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t begin = registers * b / blocks, end = registers * (b + 1) / blocks;
    k_lane_sums<Members>.of[end - begin](siblings, t, begin * k_width);
  }
}

void advance(const Arrays &a, std::size_t t) {
  const float *before = a.x + (t - 1) * a.rows, *noise = a.noise + (t - 1) * a.n;
  const float *u = a.u + (t - 1) * a.k;
  float *now = a.x + t * a.rows;
  const Vector keep = Vector::broadcast(&a.keep), scale = Vector::broadcast(&a.scale);
  for (std::size_t i = 0; i < a.rows; i += k_width) {
    Vector s = Vector::load(a.sum + i);
    for (std::size_t c = 0; c < a.k; ++c) {
      s = fma(Vector::load(a.w_in.p + c * a.rows + i), Vector::broadcast(u + c), s);
    }
    const Vector drive = fma(scale, s, Vector::load_unaligned(noise + i));
    fma(keep, Vector::load(before + i), drive).store(now + i);
  }
}

// c, r and the active set of x at t; the loop over units is left to the compiler.
void activate(const Arrays &a, std::size_t t) {
  const std::size_t rows = a.rows;
  const float *__restrict x = a.x + t * rows, *__restrict gain = a.gain;
  const float *__restrict threshold = a.threshold, *__restrict response = a.response;
  float *__restrict c = a.c + t * rows, *__restrict r = a.r + t * rows, *__restrict sum = a.sum;
#pragma GCC ivdep
  for (std::size_t i = 0; i < rows; ++i) {
    const float argument = std::fma(gain[i], x[i], -threshold[i]);
    const float tanh = lane::tanh(argument);
    const float clipped = tanh < 0 ? 0.0f : tanh;
    sum[i] = argument;
    c[i] = clipped;
    r[i] = response[i] * clipped;
  }
  std::uint64_t *active = a.active + t * a.words;
  for (std::size_t w = 0; w < a.words; ++w) {
    const std::size_t begin = w * k_mask_bits;
    const std::size_t end = begin + k_mask_bits < rows ? begin + k_mask_bits : rows;
    std::uint64_t bits = 0;
    for (std::size_t i = begin; i < end; i += k_width) {
      bits |= std::uint64_t{not_below_zero(Vector::load(a.sum + i))} << (i - begin);
    }
    active[w] = bits;
  }
  const std::size_t last = a.n % k_mask_bits; // a padded unit is silent, unless its x is NaN
  if (last != 0) active[a.words - 1] &= (std::uint64_t{1} << last) - 1;
}

// Dot products of `Columns` columns with `Members` vectors, all pointers, the vectors in panels
// `panel_stride` apart: out[m][c].
template <std::size_t Members, std::size_t Columns>
PURSUIT_LANE void dots(const float *const *columns, const float *const *vectors,
                       std::size_t panel_stride, std::size_t panels, float (*out)[Columns]) {
  Vector sum[Members][Columns][k_panel_registers];
#pragma GCC unroll 4
  for (std::size_t m = 0; m < Members; ++m) {
#pragma GCC unroll 16
    for (std::size_t c = 0; c < Columns; ++c) {
#pragma GCC unroll 8
      for (std::size_t b = 0; b < k_panel_registers; ++b) sum[m][c][b] = Vector::zero();
    }
  }
  for (std::size_t p = 0; p < panels; ++p) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) {
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
    }
  }
#pragma GCC unroll 4
  for (std::size_t m = 0; m < Members; ++m) sum_lanes<Columns>(sum[m], out[m]);
}

void output(const Arrays &a, std::size_t t) {
  const float *const columns[2] = {a.w_out.p, a.w_out.p + a.rows}, *const r = a.r + t * a.rows;
  float sums[1][2];
  dots<1, 2>(columns, &r, k_panel, a.rows / k_panel, sums);
  a.o[2 * t] = sums[0][0] + a.b_out.p[0];
  a.o[2 * t + 1] = sums[0][1] + a.b_out.p[0];
}

template <std::size_t Members> void forward_of(const Arrays *const *siblings) {
  for (std::size_t m = 0; m < Members; ++m) activate(*siblings[m], 0);
  for (std::size_t t = 1; t < k_t; ++t) {
    recurrent_input<Members>(siblings, t - 1);
    for (std::size_t m = 0; m < Members; ++m) {
      advance(*siblings[m], t);
      activate(*siblings[m], t);
      output(*siblings[m], t);
    }
  }
}

void forward(Siblings siblings) {
  if (siblings.size() == 1) forward_of<1>(siblings.data());
  if (siblings.size() == 2) forward_of<2>(siblings.data());
  if (siblings.size() == 3) forward_of<3>(siblings.data());
}

// The same for one vector in registers: column after column, as the forward pass reads W, which is 10%
// more of the second cache's speed than eight columns side by side.
template <std::size_t Columns, std::size_t Registers>
PURSUIT_LANE void register_dots(const float *const *columns, const Vector (&factor)[Registers],
                                float *out) {
  Vector sum[Columns][k_panel_registers];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) sum[c][b] = Vector::zero();
#pragma GCC unroll 16
    for (std::size_t b = 0; b < Registers; ++b) {
      Vector &s = sum[c][b % k_panel_registers];
      s = fma(Vector::load(columns[c] + b * k_width), factor[b], s);
    }
  }
  sum_lanes<Columns>(sum, out);
}

// a.sum of the columns in `list`, which has place for a turn more: their dot products with d(t+1), which
// stays in registers where it is that of one network and has `Panels` panels; 0: any number of them.
template <std::size_t Members, std::size_t Panels>
[[gnu::noinline]] void rate_gradients(const Arrays *const *siblings, std::size_t t,
                                      std::uint32_t *list, std::size_t count) {
  constexpr std::size_t k_panel_stride = k_t * k_panel, k_columns = k_dot_columns[Members - 1];
  constexpr std::size_t k_registers = Panels == 0 ? 1 : Panels * k_panel_registers;
  static_assert(Members == 1 || Panels == 0);
  const Arrays &first = *siblings[0];
  const float *d[Members];
  for (std::size_t m = 0; m < Members; ++m) d[m] = siblings[m]->d + (t + 1) * k_panel;
  for (std::size_t c = 0; c < k_columns; ++c) list[count + c] = list[0]; // fills the last turn
  Vector factor[k_registers];
#pragma GCC unroll 16
  for (std::size_t b = 0; b < k_registers; ++b) {
    const std::size_t panel = b / k_panel_registers, in_panel = b % k_panel_registers;
    factor[b] = Vector::load(d[0] + panel * k_panel_stride + in_panel * k_width);
  }
  for (std::size_t done = 0; done < count; done += k_columns) {
    const float *columns[k_columns];
    float out[Members][k_columns];
    for (std::size_t c = 0; c < k_columns; ++c)
      columns[c] = first.w.p + list[done + c] * first.stride;
    if constexpr (Panels == 0) {
      dots<Members, k_columns>(columns, d, k_panel_stride, first.rows / k_panel, out);
    } else {
      register_dots<k_columns>(columns, factor, out[0]);
    }
    for (std::size_t m = 0; m < Members; ++m) {
      for (std::size_t c = 0; c < k_columns; ++c) siblings[m]->sum[list[done + c]] = out[m][c];
    }
  }
}

template <std::size_t... Is>
void rate_gradients_by_size(const Arrays *const *siblings, std::size_t t, std::uint32_t *list,
                            std::size_t count, std::index_sequence<Is...>) {
  const std::size_t panels = siblings[0]->rows / k_panel;
  if (panels > sizeof...(Is)) return rate_gradients<1, 0>(siblings, t, list, count);
  ((panels == Is + 1 ? rate_gradients<1, Is + 1>(siblings, t, list, count) : void()), ...);
}

// a.sum = W^T d(t+1) for the units that are active at t in one of the siblings, in opposite orders at even
// and odd t: the columns read last are still in the first cache.
template <std::size_t Members>
void recurrent_gradients(const Arrays *const *siblings, std::size_t t) {
  const Arrays &first = *siblings[0];
  std::uint32_t *list = first.column_order; // free until W is descended
  std::size_t count = 0, at = 0;
  for (std::size_t w = 0; w < first.words; ++w) {
    count += static_cast<std::size_t>(__builtin_popcountll(active_in_any<Members>(siblings, t, w)));
  }
  for (std::size_t w = 0; w < first.words; ++w) {
    const std::uint64_t mask = active_in_any<Members>(siblings, t, w);
    each_bit(&mask, 1, [&](std::size_t bit) {
      list[t % 2 == 0 ? at : count - 1 - at] = static_cast<std::uint32_t>(w * k_mask_bits + bit);
      ++at;
    });
  }
  if constexpr (Members == 1) {
    rate_gradients_by_size(siblings, t, list, count, std::make_index_sequence<k_register_panels>());
  } else {
    rate_gradients<Members, 0>(siblings, t, list, count);
  }
}

// From W^T d in a.sum to d(t), and stage 2's gradients.
template <TrainedPart Trained> void retreat(const Arrays &a, std::size_t t) {
  const Vector one = Vector::broadcast(1.0f), zero = Vector::zero();
  const Vector keep = Vector::broadcast(&a.keep), scale = Vector::broadcast(&a.scale);
  const Vector eh = Vector::broadcast(a.error + 2 * t), ev = Vector::broadcast(a.error + 2 * t + 1);
  for (std::size_t i = 0; i < a.rows; i += k_width) {
    const std::uint64_t word = a.active[t * a.words + i / k_mask_bits] >> (i % k_mask_bits);
    const Vector c = Vector::load(a.c + t * a.rows + i);
    Vector dr = Vector::load(a.sum + i);
    if (t > 0) {
      dr = fma(Vector::load(a.w_out.p + i), eh, dr);
      dr = fma(Vector::load(a.w_out.p + a.rows + i), ev, dr);
    }
    dr = select(static_cast<std::uint32_t>(word), dr, zero);
    const Vector q = Vector::load(a.response + i) * fma(negated(c), c, one);
    if constexpr (Trained != TrainedPart::weights) {
      Vector g = Vector::load(a.activation_g + i);
      if (Trained == TrainedPart::input_gain)
        g = fma(dr * q, Vector::load(a.x + t * a.rows + i), g);
      if (Trained == TrainedPart::threshold) g = fma(negated(dr), q, g);
      if (Trained == TrainedPart::response_gain) g = fma(dr, c, g);
      g.store(a.activation_g + i);
    }
    const Vector kept = keep * Vector::load(a.dx + i);
    const Vector dx = fma(dr, q * Vector::load(a.gain + i), kept);
    dx.store(a.dx + i);
    (scale * dx).store(a.d + (i / k_panel * k_t + t) * k_panel + i % k_panel);
  }
}

void retreat(const Arrays &a, std::size_t t) {
  if (a.trained == TrainedPart::weights) retreat<TrainedPart::weights>(a, t);
  if (a.trained == TrainedPart::input_gain) retreat<TrainedPart::input_gain>(a, t);
  if (a.trained == TrainedPart::threshold) retreat<TrainedPart::threshold>(a, t);
  if (a.trained == TrainedPart::response_gain) retreat<TrainedPart::response_gain>(a, t);
}

template <std::size_t Members> void backward_of(const Arrays *const *siblings) {
  for (std::size_t m = 0; m < Members; ++m) {
    const Arrays &a = *siblings[m];
    for (std::size_t i = 0; i < a.rows; i += k_width) {
      Vector::zero().store(a.dx + i);
      Vector::zero().store(a.activation_g + i);
      Vector::zero().store(a.sum + i);
    }
  }
  const bool weights = siblings[0]->trained == TrainedPart::weights;
  for (std::size_t t = k_t; t-- > (weights ? 1 : 0);) { // d(0) belongs to no weight
    if (t + 1 < k_t) recurrent_gradients<Members>(siblings, t);
    for (std::size_t m = 0; m < Members; ++m) retreat(*siblings[m], t);
  }
}

void backward(Siblings siblings) {
  if (siblings.size() == 1) backward_of<1>(siblings.data());
  if (siblings.size() == 2) backward_of<2>(siblings.data());
  if (siblings.size() == 3) backward_of<3>(siblings.data());
}

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
  for (std::size_t i = 0; i < a.rows; i += k_width) {
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
    std::copy(part, part + rows, gradient + at);
  });
}
