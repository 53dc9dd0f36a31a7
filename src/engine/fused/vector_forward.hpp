// The forward pass: part of vector_passes.hpp, which includes it. Not an ordinary header either.

// The units that are active at t in one of the siblings, by lane, so that a lane is one loop, whose end
// alone is mispredicted: bit p of lane l is unit 8 p + l.
template <std::size_t Members> void split_lanes(const Arrays *const *siblings, std::size_t t) {
  static_assert(k_lanes == 8); // bits of a byte
  const Arrays &first = *siblings[0];
  for (std::size_t v = 0; v < first.lane_words; ++v) {
    const std::size_t words = std::min(first.words - v * k_lanes, k_lanes);
    const std::uint64_t places = ~std::uint64_t{0} >> (k_mask_bits - words * k_mask_bits / k_lanes);
    EightWords masks = EightWords::load(first.active + t * first.words + v * k_lanes);
    for (std::size_t m = 1; m < Members; ++m) {
      masks = masks | EightWords::load(siblings[m]->active + t * first.words + v * k_lanes);
    }
#pragma GCC unroll 8
    for (std::size_t lane = 0; lane < k_lanes; ++lane) {
      first.lane_active[lane * first.lane_words + v] =
          masks.bit_of_bytes(static_cast<int>(lane)) & places;
    }
  }
}

// What W r reads at one step, in local variables: where a register is stored, compilers take it that any
// array's address may have changed.
template <std::size_t Members> struct LaneSource {
  const float *w;
  std::size_t stride, words;
  const std::uint64_t *active;
  const float *r[Members];

  PURSUIT_LANE LaneSource(const Arrays *const *siblings, std::size_t t)
      : w(siblings[0]->w.p), stride(siblings[0]->stride), words(siblings[0]->lane_words),
        active(siblings[0]->lane_active) {
#pragma GCC unroll 4
    for (std::size_t m = 0; m < Members; ++m) r[m] = siblings[m]->r + t * siblings[0]->rows;
  }
};

// W r over the active units of one lane, for `Registers` registers of rows from `row` on: those of
// sibling m from sum[m Registers] on. A sibling whose unit is silent adds W times r = 0. With `OneWord`
// a lane's units are one word of its mask.
template <bool OneWord, std::size_t Members, std::size_t Registers>
PURSUIT_LANE void lane_sum(const LaneSource<Members> &source, std::size_t lane, std::size_t row,
                           Vector (&sum)[Members * Registers]) {
  const float *w = source.w + row;
  asm("" : "+r"(w)); // g++ would add `row` again at every load
#pragma GCC unroll 32
  for (Vector &s : sum) s = Vector::zero();
  const std::size_t words = OneWord ? 1 : source.words;
  each_bit(source.active + lane * words, words, [&] [[gnu::always_inline]] (std::size_t p) {
    const std::size_t j = p * k_lanes + lane;
    const float *column = w + j * source.stride;
    Vector rate[Members];
#pragma GCC unroll 4
    for (std::size_t m = 0; m < Members; ++m) rate[m] = Vector::broadcast(source.r[m] + j);
#pragma GCC unroll 32
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
}

// Lanes are visited bit-reversed, so that their tree is a stack of at most three sums: each lane is added
// to what waits at its level, as carries of a counter. At odd t they come in the opposite order (the
// same tree): what the step before read last is then still in the first cache.
PURSUIT_LANE std::size_t lane_at(std::size_t visit, std::size_t t) {
  constexpr std::size_t k_order[k_lanes] = {0, 4, 2, 6, 1, 5, 3, 7};
  return k_order[t % 2 != 0 ? k_lanes - 1 - visit : visit];
}

// a.sum = W r(t) where `Registers` registers are all rows; the sums that wait are in registers, too.
template <std::size_t Members, std::size_t Registers>
[[gnu::noinline]] void lane_sums(const Arrays *const *siblings, std::size_t t) {
  constexpr std::size_t k_sums = Members * Registers;
  static_assert(Registers * k_width <= k_lanes * k_mask_bits); // one word a lane
  const LaneSource<Members> source(siblings, t);
  Vector waiting[3][k_sums];
#pragma GCC unroll 8
  for (std::size_t visit = 0; visit < k_lanes; ++visit) {
    Vector sum[k_sums];
    lane_sum<true, Members, Registers>(source, lane_at(visit, t), 0, sum);
    std::size_t level = 0;
    for (; (visit >> level & 1) != 0; ++level) {
#pragma GCC unroll 32
      for (std::size_t b = 0; b < k_sums; ++b) sum[b] = waiting[level][b] + sum[b];
    }
    if (level < 3) {
#pragma GCC unroll 32
      for (std::size_t b = 0; b < k_sums; ++b) waiting[level][b] = sum[b];
    } else {
#pragma GCC unroll 32
      for (std::size_t b = 0; b < k_sums; ++b) {
        sum[b].store(siblings[b / Registers]->sum + b % Registers * k_width);
      }
    }
  }
}

// The same in `blocks` blocks of rows, which at odd t come in the opposite order, too. The last begins at
// row `last` and may form rows of the one before again. A lane's blocks follow each other: its columns
// fit into the first cache, with what is fetched ahead beyond a block's end.
template <std::size_t Members, std::size_t Registers>
[[gnu::noinline]] void lane_sums_in_blocks(const Arrays *const *siblings, std::size_t t,
                                           std::size_t blocks, std::size_t last) {
  constexpr std::size_t k_sums = Members * Registers;
  const LaneSource<Members> source(siblings, t);
  const std::size_t rows = siblings[0]->rows;
  float *waiting[Members];
#pragma GCC unroll 4
  for (std::size_t m = 0; m < Members; ++m) waiting[m] = siblings[m]->lane_sums;
#pragma GCC unroll 8
  for (std::size_t visit = 0; visit < k_lanes; ++visit) {
    const std::size_t levels = static_cast<std::size_t>(__builtin_ctzll(~visit)); // as above
    for (std::size_t turn = 0; turn < blocks; ++turn) {
      const std::size_t block = t % 2 != 0 ? blocks - 1 - turn : turn;
      const std::size_t row = std::min(block * Registers * k_width, last);
      Vector sum[k_sums];
      lane_sum<false, Members, Registers>(source, lane_at(visit, t), row, sum);
#pragma GCC unroll 32
      for (std::size_t b = 0; b < k_sums; ++b) {
        float *at = waiting[b / Registers] + row + b % Registers * k_width;
        for (std::size_t level = 0; level < levels; ++level) {
          sum[b] = Vector::load(at + level * rows) + sum[b];
        }
        sum[b].store(at + levels * rows);
      }
    }
  }
}

// By the registers of a block of rows, of which there are more than half of the most where there are several.
template <std::size_t Members> struct LaneSumsTable {
  static constexpr std::size_t k_most = k_forward_registers[Members - 1];
  void (*whole[k_most + 1])(const Arrays *const *, std::size_t) = {};
  void (*in_blocks[k_most + 1])(const Arrays *const *, std::size_t, std::size_t, std::size_t) = {};
  constexpr LaneSumsTable() { fill(std::make_index_sequence<k_most>()); }
  template <std::size_t... Is> constexpr void fill(std::index_sequence<Is...>) {
    ((whole[Is + 1] = lane_sums<Members, Is + 1>), ...);
    ((in_blocks[Is + 1] = lane_sums_in_blocks<Members, std::max(Is + 1, k_most / 2 + 1)>), ...);
  }
};
template <std::size_t Members> constexpr LaneSumsTable<Members> k_lane_sums;

// a.sum = W r(t) for each sibling; rows behind the last unit's register keep what they have, which is finite.
template <std::size_t Members> void recurrent_input(const Arrays *const *siblings, std::size_t t) {
  constexpr std::size_t k_most = k_forward_registers[Members - 1];
  const std::size_t registers = used_registers(*siblings[0]);
  const std::size_t blocks = (registers + k_most - 1) / k_most;
  const std::size_t height = (registers + blocks - 1) / blocks;
  split_lanes<Members>(siblings, t);
  if (blocks == 1) {
    k_lane_sums<Members>.whole[height](siblings, t);
  } else {
    const std::size_t last = (registers - height) * k_width;
    k_lane_sums<Members>.in_blocks[height](siblings, t, blocks, last);
  }
}

void advance(const Arrays &a, std::size_t t) {
  const float *before = a.x + (t - 1) * a.rows, *noise = a.noise + (t - 1) * a.n;
  const float *u = a.u + (t - 1) * a.k;
  float *now = a.x + t * a.rows;
  const Vector keep = Vector::broadcast(&a.keep), scale = Vector::broadcast(&a.scale);
  for (std::size_t i = 0; i < used_rows(a); i += k_width) {
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
  const std::size_t rows = a.rows, used = used_rows(a);
  const float *__restrict x = a.x + t * rows, *__restrict gain = a.gain;
  const float *__restrict threshold = a.threshold, *__restrict response = a.response;
  float *__restrict c = a.c + t * rows, *__restrict r = a.r + t * rows, *__restrict sum = a.sum;
#pragma GCC ivdep
  for (std::size_t i = 0; i < used; ++i) {
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
    const std::size_t end = begin + k_mask_bits < used ? begin + k_mask_bits : used;
    std::uint64_t bits = 0;
    for (std::size_t i = begin; i < end; i += k_width) {
      bits |= std::uint64_t{not_below_zero(Vector::load(a.sum + i))} << (i - begin);
    }
    active[w] = bits;
  }
  const std::size_t last = a.n % k_mask_bits; // a padded unit is silent, unless its x is NaN
  if (last != 0) active[a.words - 1] &= (std::uint64_t{1} << last) - 1;
}

void output(const Arrays &a, std::size_t t) {
  const float *const columns[2] = {a.w_out.p, a.w_out.p + a.rows}, *const r = a.r + t * a.rows;
  float sums[1][2];
  dots<1, 2>(columns, &r, k_panel, used_registers(a), sums);
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
