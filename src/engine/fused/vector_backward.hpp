// The backward pass: part of vector_passes.hpp, which includes it. Not an ordinary header either.

// `dots` with one vector, whose first part is in registers, in `factor`; the `others` behind it lie from `rest`
// on, in panels `panel_stride` apart. Column after column, as the forward pass reads W, which is up to a
// third faster than columns side by side.
template <std::size_t Columns, std::size_t Registers>
PURSUIT_LANE void register_dots(const float *const *columns, const Vector (&factor)[Registers],
                                const float *rest, std::size_t panel_stride, std::size_t others,
                                float *out) {
  Vector sum[Columns][k_panel_registers];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < Columns; ++c) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) sum[c][b] = Vector::zero();
#pragma GCC unroll 32
    for (std::size_t b = 0; b < Registers; ++b) {
      Vector &s = sum[c][b % k_panel_registers];
      s = fma(Vector::load(columns[c] + b * k_width), factor[b], s);
    }
    each_register(others, [&] [[gnu::always_inline]] (std::size_t p, std::size_t b) {
      const Vector other = Vector::load(rest + p * panel_stride + b * k_width);
      const float *weights = columns[c] + (Registers + b) * k_width + p * k_panel;
      sum[c][b] = fma(Vector::load(weights), other, sum[c][b]);
    });
  }
  sum_lanes<Columns>(sum, out);
}

// The active units of a step in the order of their visit: first[0], first[step], ... There is place for
// k_list_room more before and behind them.
struct Units {
  std::uint32_t *first;
  std::ptrdiff_t step; // 1 or -1
  std::size_t count;
};

// a.sum of `units`: their columns' dot products with d(t+1). Where there is one network, `Held` registers of d
// stay there: all, or as many as fit.
template <std::size_t Members, std::size_t Held>
[[gnu::noinline]] void rate_gradients(const Arrays *const *siblings, std::size_t t, Units units) {
  constexpr std::size_t k_panel_stride = k_t * k_panel, k_columns = k_dot_columns[Members - 1];
  static_assert(Members == 1 || Held == 0);
  static_assert(k_held_registers % k_panel_registers == 0); // the rest of d begins with a panel
  static_assert(k_columns <= k_list_room);
  const Arrays &first = *siblings[0];
  const std::size_t registers = used_registers(first);
  const float *d[Members];
  for (std::size_t m = 0; m < Members; ++m) d[m] = siblings[m]->d + (t + 1) * k_panel;
  const std::uint32_t *unit = units.first;
  const std::ptrdiff_t step = units.step;
  std::uint32_t *behind = units.first + step * static_cast<std::ptrdiff_t>(units.count);
  for (std::size_t c = 0; c < k_columns; ++c) { // fills the last turn
    behind[step * static_cast<std::ptrdiff_t>(c)] = *unit;
  }
  Vector factor[std::max<std::size_t>(Held, 1)];
#pragma GCC unroll 32
  for (std::size_t b = 0; b < Held; ++b) {
    const std::size_t panel = b / k_panel_registers, in_panel = b % k_panel_registers;
    factor[b] = Vector::load(d[0] + panel * k_panel_stride + in_panel * k_width);
  }
  for (std::size_t done = 0; done < units.count; done += k_columns) {
    std::uint32_t turn[k_columns];
    const float *columns[k_columns];
    float out[Members][k_columns];
    for (std::size_t c = 0; c < k_columns; ++c, unit += step) {
      turn[c] = *unit;
      columns[c] = first.w.p + turn[c] * first.stride;
    }
    if constexpr (Held == 0) {
      dots<Members, k_columns>(columns, d, k_panel_stride, registers, out);
    } else {
      const std::size_t others = Held == k_held_registers ? registers - Held : 0;
      const float *rest = d[0] + k_held_registers / k_panel_registers * k_panel_stride;
      register_dots<k_columns>(columns, factor, rest, k_panel_stride, others, out[0]);
    }
    for (std::size_t m = 0; m < Members; ++m) {
      for (std::size_t c = 0; c < k_columns; ++c) siblings[m]->sum[turn[c]] = out[m][c];
    }
  }
}

template <std::size_t... Is>
void rate_gradients_by_size(const Arrays *const *siblings, std::size_t t, Units units,
                            std::index_sequence<Is...>) {
  constexpr std::size_t k_most = sizeof...(Is);
  const std::size_t registers = std::min(used_registers(*siblings[0]), k_most);
  if (k_most == 0) return rate_gradients<1, 0>(siblings, t, units);
  ((registers == Is + 1 ? rate_gradients<1, Is + 1>(siblings, t, units) : void()), ...);
}

// a.sum = W^T d(t+1) for the units that are active at t in one of the siblings, in opposite orders at even
// and odd t: the columns read last are still in the first cache.
template <std::size_t Members>
void recurrent_gradients(const Arrays *const *siblings, std::size_t t) {
  const Arrays &first = *siblings[0];
  std::uint32_t *list = first.column_order + k_list_room; // free until W is descended
  std::size_t count = 0;
  for (std::size_t w = 0; w < first.words; ++w) {
    count += list_bits<1>(active_in_any<Members>(siblings, t, w),
                          static_cast<std::uint32_t>(w * k_mask_bits), list + count);
  }
  if (count == 0) return;
  const Units units = t % 2 == 0 ? Units{list, 1, count} : Units{list + count - 1, -1, count};
  if constexpr (Members == 1) {
    rate_gradients_by_size(siblings, t, units, std::make_index_sequence<k_held_registers>());
  } else {
    rate_gradients<Members, 0>(siblings, t, units);
  }
}

// sum[i..] <- fma(a, b, sum)
PURSUIT_LANE void accumulate(Vector a, Vector b, float *sum) {
  fma(a, b, Vector::load(sum)).store(sum);
}

// From W^T d in a.sum to d(t), and stage 2's gradients, those of ActivationSet::from_bits(Trained).
template <unsigned Trained> void retreat(const Arrays &a, std::size_t t) {
  constexpr ActivationSet k_trained = ActivationSet::from_bits(Trained);
  const Vector one = Vector::broadcast(1.0f), zero = Vector::zero();
  const Vector keep = Vector::broadcast(&a.keep), scale = Vector::broadcast(&a.scale);
  const Vector eh = Vector::broadcast(a.error + 2 * t), ev = Vector::broadcast(a.error + 2 * t + 1);
  for (std::size_t i = 0; i < used_rows(a); i += k_width) {
    const std::uint64_t word = a.active[t * a.words + i / k_mask_bits] >> (i % k_mask_bits);
    const Vector c = Vector::load(a.c + t * a.rows + i);
    Vector dr = Vector::load(a.sum + i);
    if (t > 0) {
      dr = fma(Vector::load(a.w_out.p + i), eh, dr);
      dr = fma(Vector::load(a.w_out.p + a.rows + i), ev, dr);
    }
    dr = select(static_cast<std::uint32_t>(word), dr, zero);
    const Vector q = Vector::load(a.response + i) * fma(negated(c), c, one);
    if constexpr (k_trained.contains(Activation::input_gain))
      accumulate(dr * q, Vector::load(a.x + t * a.rows + i), a.gain_g + i);
    if constexpr (k_trained.contains(Activation::threshold))
      accumulate(negated(dr), q, a.threshold_g + i);
    if constexpr (k_trained.contains(Activation::response_gain))
      accumulate(dr, c, a.response_g + i);
    const Vector kept = keep * Vector::load(a.dx + i);
    const Vector dx = fma(dr, q * Vector::load(a.gain + i), kept);
    dx.store(a.dx + i);
    (scale * dx).store(a.d + (i / k_panel * k_t + t) * k_panel + i % k_panel);
  }
}

template <unsigned... Sets>
void retreat_of(const Arrays &a, std::size_t t, std::integer_sequence<unsigned, Sets...>) {
  ((a.trained.bits() == Sets ? retreat<Sets>(a, t) : void()), ...);
}

void retreat(const Arrays &a, std::size_t t) {
  retreat_of(a, t, std::make_integer_sequence<unsigned, 1u << k_activations>());
}

template <std::size_t Members> void backward_of(const Arrays *const *siblings) {
  for (std::size_t m = 0; m < Members; ++m) {
    const Arrays &a = *siblings[m];
    for (float *sum : {a.dx, a.sum, a.gain_g, a.threshold_g, a.response_g}) {
      if (sum == nullptr) continue;
      for (std::size_t i = 0; i < a.rows; i += k_width) Vector::zero().store(sum + i);
    }
  }
  const bool weights = siblings[0]->trained.empty();
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
