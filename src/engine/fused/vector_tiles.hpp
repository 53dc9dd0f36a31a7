// dW in tiles of columns and panels of rows: the part of vector_passes.hpp, which includes it, that
// chooses tiles and sums over time. Not an ordinary header either.

static_assert(k_least_tile <= k_tile && k_tile <= k_most_tile);

constexpr std::size_t k_orders = 256; // places that the middle of a unit's active time can have

// When units 64 word .. 64 word + 63 were active: bit t % 64 of steps[t / 64][unit].
void active_steps(const Arrays &a, std::size_t word, std::uint64_t (&steps)[k_time_words][64]) {
  for (std::size_t tw = 0; tw < k_time_words; ++tw) {
    std::uint64_t masks[64]; // of a step each
    for (std::size_t i = 0; i < 64; ++i) {
      const std::size_t t = tw * 64 + i; // the last step drives none
      masks[i] = t + 1 < k_t ? a.active[t * a.words + word] : 0;
    }
    for (std::size_t byte = 0; byte < 8; ++byte) {
      alignas(64) std::uint8_t bytes[64];
      for (std::size_t i = 0; i < 64; ++i)
        bytes[i] = static_cast<std::uint8_t>(masks[i] >> (8 * byte));
      const EightWords words = EightWords::load(reinterpret_cast<const std::uint64_t *>(bytes));
#pragma GCC unroll 8
      for (int bit = 0; bit < 8; ++bit)
        steps[tw][8 * byte + static_cast<std::size_t>(bit)] = words.bit_of_bytes(bit);
    }
  }
}

// The middle of a unit's active time, in steps of 32; silent units first.
std::size_t middle(const std::uint64_t (&steps)[k_time_words][64], std::size_t unit) {
  std::size_t count = 0, moment = 0;
  for (std::size_t tw = 0; tw < k_time_words; ++tw) {
    const std::uint64_t bits = steps[tw][unit];
    const std::size_t all = static_cast<std::size_t>(__builtin_popcountll(bits));
    const std::size_t late = static_cast<std::size_t>(__builtin_popcountll(bits >> 32));
    count += all;
    moment += 2 * tw * all + late;
  }
  return count == 0 ? 0 : 1 + moment * (k_orders - 2) / (count * (2 * k_time_words - 1));
}

// Orders W's columns by the middle of their active time (a stable sort by counting), so that the
// columns of a tile are active at about the same steps. The order is no part of the result.
void order_columns(const Arrays &a) {
  std::uint32_t first[k_orders + 1] = {};
  std::uint32_t *order_of = a.column_place; // first a column's moment, then its place
  for (std::size_t word = 0; word < a.words; ++word) {
    std::uint64_t steps[k_time_words][64];
    active_steps(a, word, steps);
    for (std::size_t i = 0; i < 64 && word * 64 + i < a.n; ++i) {
      const std::size_t j = word * 64 + i;
      for (std::size_t tw = 0; tw < k_time_words; ++tw) {
        a.unit_steps[j * k_time_words + tw] = steps[tw][i];
      }
      order_of[j] = static_cast<std::uint32_t>(middle(steps, i));
      ++first[order_of[j] + 1];
    }
  }
  for (std::size_t o = 0; o < k_orders; ++o) first[o + 1] += first[o];
  for (std::size_t j = 0; j < a.n; ++j) {
    const std::uint32_t place = first[order_of[j]]++;
    a.column_order[place] = static_cast<std::uint32_t>(j);
    a.column_place[j] = place;
  }
  for (std::size_t j = a.n; j < a.rows + k_most_tile; ++j) { // no column: fills the last tile
    a.column_order[j] = static_cast<std::uint32_t>(a.n);
    if (j < a.rows) a.column_place[j] = static_cast<std::uint32_t>(j);
  }
}

using Four = float __attribute__((vector_size(16)));

// The transpose of from[0..3][i..i+3] to to[i..i+3][0..3].
PURSUIT_LANE void transpose_four(const float *const *from, std::size_t i, float *const *to,
                                 std::size_t t) {
  Four a, b, c, d;
  __builtin_memcpy(&a, from[0] + i, sizeof a);
  __builtin_memcpy(&b, from[1] + i, sizeof b);
  __builtin_memcpy(&c, from[2] + i, sizeof c);
  __builtin_memcpy(&d, from[3] + i, sizeof d);
  const Four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Four ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Four cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  b = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  c = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  d = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
  __builtin_memcpy(to[i] + t, &a, sizeof a);
  __builtin_memcpy(to[i + 1] + t, &b, sizeof b);
  __builtin_memcpy(to[i + 2] + t, &c, sizeof c);
  __builtin_memcpy(to[i + 3] + t, &d, sizeof d);
}

// a.rates: r in time, unit after unit in the order of the columns, a step later, as dW pairs it with d.
void order_rates(const Arrays &a) {
  constexpr std::size_t k_line = 16; // units in a cache line
  for (std::size_t line = 0; line < a.rows; line += k_line) {
    float *rates[k_line];
    for (std::size_t i = 0; i < k_line; ++i) {
      rates[i] = a.rates + a.column_place[line + i] * k_rates_stride + 1;
    }
    for (std::size_t t = 0; t + 1 < k_t; t += 4) {
      const float *r[4];
      for (std::size_t s = 0; s < 4; ++s) { // what follows the last step is in no tile's steps
        r[s] = a.r + std::min(t + s, k_t - 1) * a.rows + line;
      }
      for (std::size_t i = 0; i < k_line; i += 4) transpose_four(r, i, rates, t);
    }
  }
}

// Lists each tile's steps, those where one of its columns was active.
void make_tiles(const Arrays &a) {
  order_columns(a);
  order_rates(a);
  const std::size_t tiles = (a.n + k_tile - 1) / k_tile;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    std::uint64_t any[k_time_words] = {};
    for (std::size_t c = 0; c < k_tile; ++c) {
      const std::size_t j = a.column_order[tile * k_tile + c];
      for (std::size_t tw = 0; tw < k_time_words && j < a.n; ++tw) {
        any[tw] |= a.unit_steps[j * k_time_words + tw];
      }
    }
    TileStep *steps = a.tile_steps + tile * k_t;
    std::size_t count = 0;
    for (std::size_t tw = 0; tw < k_time_words; ++tw) {
      const std::uint32_t t = static_cast<std::uint32_t>(tw * k_mask_bits) + 1;
      count += list_bits<k_tile_step>(any[tw], t * k_tile_step, steps + count);
    }
    a.tile_counts[tile] = static_cast<std::uint32_t>(count);
  }
}

// dW of k_tile columns of one tile in `Registers` registers of rows, column after column; register b of d(0) is
// at d[b]. A function of its own, whatever calls it: its sums need all registers of the machine.
template <std::size_t Registers>
[[gnu::noinline]] void tile_gradient(const float *const *d, const TileStep *steps,
                                     std::size_t count, const float *rates, float *gradient) {
  const float *rows[Registers];
  for (std::size_t b = 0; b < Registers; ++b) rows[b] = d[b];
  Vector sum[k_tile][Registers];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < k_tile; ++c) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < Registers; ++b) sum[c][b] = Vector::zero();
  }
  for (const TileStep *end = steps + count; steps != end; ++steps) {
    Vector rate[k_tile];
#pragma GCC unroll 16
    for (std::size_t c = 0; c < k_tile; ++c) {
      rate[c] = Vector::broadcast(rates + c * k_rates_stride + steps->t);
    }
#pragma GCC unroll 8
    for (std::size_t b = 0; b < Registers; ++b) {
      const Vector value = Vector::load(rows[b] + std::size_t{steps->d_pairs} * 2);
#pragma GCC unroll 16
      for (std::size_t c = 0; c < k_tile; ++c) sum[c][b] = fma(value, rate[c], sum[c][b]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t c = 0; c < k_tile; ++c) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < Registers; ++b) {
      sum[c][b].store(gradient + (c * Registers + b) * k_width);
    }
  }
}

// Asks for the moments of a tile's rows, which Adam needs once the tile's sums are there: at N = 500 they come
// from the third cache, and an update takes 3 to 10% less with AVX2.
PURSUIT_LANE void fetch_moments(const Arrays &a, const std::uint32_t *columns, std::size_t row,
                                std::size_t rows) {
  constexpr std::size_t k_line = 16; // floats
  for (std::size_t c = 0; c < k_tile && columns[c] < a.n; ++c) {
    const std::size_t at = columns[c] * a.stride + row;
    for (std::size_t i = 0; i < rows; i += k_line) {
      __builtin_prefetch(a.w.m + at + i, 1);
      __builtin_prefetch(a.w.v + at + i, 1);
    }
  }
}

// The same of all tiles, in the rows from register `first` on: consume(offset in W, gradient, how many rows).
template <std::size_t Registers, class Consume>
void rows_gradient(const Arrays &a, std::size_t first, Consume consume) {
  constexpr std::size_t k_height = Registers * k_width;
  alignas(64) float gradient[k_tile * k_height];
  const float *d[Registers];
  for (std::size_t b = 0; b < Registers; ++b) {
    const std::size_t panel = (first + b) / k_panel_registers;
    const std::size_t in_panel = (first + b) % k_panel_registers;
    d[b] = a.d + panel * (k_t * k_panel) + in_panel * k_width;
  }
  const std::size_t tiles = (a.n + k_tile - 1) / k_tile;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    fetch_moments(a, a.column_order + tile * k_tile, first * k_width, k_height);
    tile_gradient<Registers>(d, a.tile_steps + tile * k_t, a.tile_counts[tile],
                             a.rates + tile * k_tile * k_rates_stride, gradient);
    for (std::size_t c = 0; c < k_tile; ++c) {
      const std::size_t j = a.column_order[tile * k_tile + c];
      if (j < a.n) consume(j * a.stride + first * k_width, gradient + c * k_height, k_height);
    }
  }
}

template <class Consume, std::size_t... Is>
void rows_gradient_by_height(const Arrays &a, std::size_t first, std::size_t height,
                             Consume consume, std::index_sequence<Is...>) {
  ((height == Is + 1 ? rows_gradient<Is + 1>(a, first, consume) : void()), ...);
}

// In blocks of about equal heights: one register alone would wait for its own multiply-adds.
template <class Consume> void each_gradient(const Arrays &a, Consume consume) {
  constexpr std::size_t k_most = k_tile_panels * k_panel_registers;
  const std::size_t registers = used_registers(a);
  for (std::size_t first = 0, blocks = (registers + k_most - 1) / k_most; blocks > 0; --blocks) {
    const std::size_t height = (registers - first) / blocks;
    rows_gradient_by_height(a, first, height, consume, std::make_index_sequence<k_most>());
    first += height;
  }
}
