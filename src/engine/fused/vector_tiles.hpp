// dW in tiles of columns and panels of rows: the part of vector_passes.hpp, which includes it, that
// chooses tiles and sums over time. Not an ordinary header either.

constexpr std::size_t k_orders = 256; // places that the middle of a unit's active time can have

// In place: bit c of row r becomes bit r of row c (halves exchanged, then quarters, ...).
void transpose_bits(std::uint64_t (&rows)[64]) {
  std::uint64_t mask = 0x00000000ffffffff;
  for (std::size_t half = 32; half > 0; half /= 2, mask ^= mask << half) {
    for (std::size_t r = 0; r < 64; r = ((r | half) + 1) & ~half) {
      const std::uint64_t crossed = (rows[r] >> half ^ rows[r | half]) & mask;
      rows[r] ^= crossed << half;
      rows[r | half] ^= crossed;
    }
  }
}

// When units 64 word .. 64 word + 63 were active: bit t % 64 of steps[t / 64][unit].
void active_steps(const Arrays &a, std::size_t word, std::uint64_t (&steps)[k_time_words][64]) {
  for (std::size_t tw = 0; tw < k_time_words; ++tw) {
    for (std::size_t i = 0; i < 64; ++i) {
      const std::size_t t = tw * 64 + i; // the last step drives none
      steps[tw][i] = t + 1 < k_t ? a.active[t * a.words + word] : 0;
    }
    transpose_bits(steps[tw]);
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
  std::uint32_t *order_of = a.column_order + a.rows + k_most_tile;
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
    a.column_order[first[order_of[j]]++] = static_cast<std::uint32_t>(j);
  }
  for (std::size_t j = a.n; j < a.rows + k_most_tile; ++j) { // no column: fills the last tile
    a.column_order[j] = static_cast<std::uint32_t>(a.n);
  }
}

// Lists each tile's steps, those where one of its columns was active, with the rates of its columns.
void make_tiles(const Arrays &a) {
  order_columns(a);
  const std::size_t tiles = (a.n + k_tile - 1) / k_tile;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    std::uint64_t *any = a.tile_any + tile * k_time_words;
    for (std::size_t tw = 0; tw < k_time_words; ++tw) any[tw] = 0;
    for (std::size_t c = 0; c < k_tile; ++c) {
      const std::size_t j = a.column_order[tile * k_tile + c];
      for (std::size_t tw = 0; tw < k_time_words && j < a.n; ++tw) {
        any[tw] |= a.unit_steps[j * k_time_words + tw];
      }
    }
    a.tile_counts[tile] = 0;
  }
  for (std::size_t t = 0; t + 1 < k_t; ++t) {
    const float *r = a.r + t * a.rows;
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      const std::uint32_t at = a.tile_counts[tile];
      a.tile_steps[tile * k_t + at] = static_cast<std::uint8_t>(t + 1);
      float *rates = a.tile_rates + (tile * k_t + at) * k_tile;
      const std::uint32_t *columns = a.column_order + tile * k_tile;
      for (std::size_t c = 0; c < k_tile; ++c) rates[c] = r[columns[c]];
      a.tile_counts[tile] +=
          static_cast<std::uint32_t>(a.tile_any[tile * k_time_words + t / 64] >> (t % 64) & 1);
    }
  }
}

// dW of k_tile columns of one tile in one panel of rows; `consume(column, register, sum)`.
template <class Consume>
PURSUIT_LANE void tile_gradient(const float *d, const std::uint8_t *steps, std::size_t count,
                                const float *rates, Consume consume) {
  Vector sum[k_tile][k_panel_registers];
#pragma GCC unroll 16
  for (std::size_t c = 0; c < k_tile; ++c) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) sum[c][b] = Vector::zero();
  }
  for (std::size_t s = 0; s < count; ++s, rates += k_tile) {
    const float *part = d + steps[s] * k_panel;
    Vector rate[k_tile];
#pragma GCC unroll 16
    for (std::size_t c = 0; c < k_tile; ++c) rate[c] = Vector::broadcast(rates + c);
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) {
      const Vector value = Vector::load(part + b * k_width);
#pragma GCC unroll 16
      for (std::size_t c = 0; c < k_tile; ++c) sum[c][b] = fma(value, rate[c], sum[c][b]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t c = 0; c < k_tile; ++c) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < k_panel_registers; ++b) consume(c, b, sum[c][b]);
  }
}

// Calls consume(offset of the register in W, gradient) for all of W.
template <class Consume> PURSUIT_LANE void each_gradient(const Arrays &a, Consume consume) {
  const std::size_t tiles = (a.n + k_tile - 1) / k_tile;
  for (std::size_t panel = 0; panel < a.rows / k_panel; ++panel) {
    const float *d = a.d + panel * k_t * k_panel;
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      const std::uint32_t *columns = a.column_order + tile * k_tile;
      tile_gradient(d, a.tile_steps + tile * k_t, a.tile_counts[tile],
                    a.tile_rates + tile * k_t * k_tile,
                    [&] [[gnu::always_inline]] (std::size_t c, std::size_t b, Vector gradient) {
                      if (columns[c] >= a.n) return;
                      consume(columns[c] * a.stride + panel * k_panel + b * k_width, gradient);
                    });
    }
  }
}
