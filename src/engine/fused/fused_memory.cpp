#include "engine/fused/fused_memory.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/errors.hpp"
#include "engine/all_finite.hpp"

namespace pursuit::fused {

namespace {

constexpr std::size_t k_line = 64; // bytes
constexpr std::size_t k_line_floats = k_line / sizeof(float);

std::size_t whole(std::size_t count, std::size_t unit) { return (count + unit - 1) / unit * unit; }

// Columns one cache line longer than their rows: a lane walks every 8th column, which at a large
// power of two would always hit the same cache sets.
std::size_t column_stride(std::size_t rows) { return rows + k_line_floats; }

// More than all arrays of `FusedMemory` together.
std::size_t bytes_of(std::size_t n, std::size_t k, ActivationSet trained) {
  const std::size_t rows = whole(n, k_panel), tiles = rows / k_least_tile;
  const bool weights = trained.empty();
  const std::size_t copies = weights ? 3 : 1; // of W: itself, m, v
  const std::size_t in_time = 4 * rows + n;   // x, c, r, d, noise
  // w_in, w_out, four scratch rows and four of lanes; three parameters, each with g, m, v.
  const std::size_t small =
      rows * (4 * k + 8 + 8 + 4 * k_activations) + 2 * k_t * (k + 4) + 3 * rows;
  const std::size_t rates = weights ? (rows + k_most_tile) * k_rates_stride : 0;
  const std::size_t floats = copies * column_stride(rows) * n + in_time * k_t + rates + small;
  const std::size_t masks =
      whole(n, k_mask_bits) / k_mask_bits * (k_t + k_lanes) * sizeof(std::uint64_t);
  const std::size_t lists = (tiles * (k_t + 1) + k_list_room) * sizeof(TileStep) +
                            (rows + 2 * k_list_room) * (8 + 8 * k_time_words);
  return whole(sizeof(float) * floats + masks + lists + 64 * k_line, k_line);
}

void to_columns(const std::vector<double> &from, std::size_t height, float *to,
                std::size_t stride) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i / height * stride + i % height] = static_cast<float>(from[i]);
  }
}

std::vector<double> from_columns(const float *from, std::size_t stride, std::size_t height,
                                 std::size_t width) {
  std::vector<double> to;
  to.reserve(height * width);
  for (std::size_t j = 0; j < width; ++j) {
    to.insert(to.end(), from + j * stride, from + j * stride + height);
  }
  return to;
}

// (2, N) column-major <-> two rows of `stride`.
void to_rows(const std::vector<double> &from, float *to, std::size_t stride) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i % k_outputs * stride + i / k_outputs] = static_cast<float>(from[i]);
  }
}

std::vector<double> from_rows(const float *from, std::size_t stride, std::size_t n) {
  std::vector<double> to(k_outputs * n);
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i] = static_cast<double>(from[i % k_outputs * stride + i / k_outputs]);
  }
  return to;
}

Trained4 take_tensor(Block &block, std::size_t count) {
  return {block.take<float>(count), block.take<float>(count), block.take<float>(count),
          block.take<float>(count)};
}

} // namespace

Block::Block(std::size_t bytes)
    : bytes_(static_cast<std::byte *>(std::aligned_alloc(k_line, bytes))), next_(bytes_.get()),
      end_(next_ + bytes) {
  if (!bytes_) throw std::bad_alloc();
  std::memset(next_, 0, bytes);
}

void Block::Free::operator()(std::byte *p) const { std::free(p); }

template <class T> T *Block::take(std::size_t count) {
  T *taken = reinterpret_cast<T *>(next_);
  next_ += whole(count * sizeof(T), k_line);
  if (next_ > end_) throw InternalError("the fused engine's block is too small");
  return taken;
}

FusedMemory::FusedMemory(std::size_t n, std::size_t k, ActivationSet trained)
    : block_(bytes_of(n, k, trained)) {
  Arrays &a = arrays;
  a = {};
  a.n = n;
  a.k = k;
  a.rows = whole(n, k_panel);
  a.stride = column_stride(a.rows);
  a.words = whole(n, k_mask_bits) / k_mask_bits;
  a.trained = trained;
  const std::size_t rows = a.rows, tiles = rows / k_least_tile;
  a.w.p = block_.take<float>(a.stride * n);
  if (trained.empty()) {
    a.w.m = block_.take<float>(a.stride * n);
    a.w.v = block_.take<float>(a.stride * n);
  }
  a.w_in = take_tensor(block_, rows * k);
  a.w_out = take_tensor(block_, rows * k_outputs);
  a.b_out = take_tensor(block_, k_line_floats);
  for (const ActivationParameter &row : k_activation_parameters) {
    Trained4 &tensor = tensor_of(row.which);
    tensor.p = block_.take<float>(rows);
    if (!trained.contains(row.which)) continue;
    for (float **array : {&tensor.g, &tensor.m, &tensor.v}) *array = block_.take<float>(rows);
  }
  set_activation_arrays();
  a.dx = block_.take<float>(rows);
  a.lane_sums = block_.take<float>(4 * rows);
  a.sum = a.lane_sums + 3 * rows;
  a.noise = noise = block_.take<float>(n * (k_t - 1) + rows);
  a.u = u = block_.take<float>(k * k_t);
  for (float **array : {&a.x, &a.c, &a.r, &a.d}) *array = block_.take<float>(rows * k_t);
  a.active = block_.take<std::uint64_t>(a.words * k_t + k_lanes - 1);
  a.lane_words = whole(n, k_lanes * k_mask_bits) / (k_lanes * k_mask_bits);
  a.lane_active = block_.take<std::uint64_t>(k_lanes * a.lane_words);
  a.o = block_.take<float>(k_outputs * k_t);
  a.error = block_.take<float>(k_outputs * k_t);
  a.column_order = block_.take<std::uint32_t>(rows + 2 * k_list_room);
  if (trained.empty()) { // scratch of descend_w
    a.column_place = block_.take<std::uint32_t>(rows);
    a.unit_steps = block_.take<std::uint64_t>(k_time_words * rows);
    a.tile_steps = block_.take<TileStep>(k_t * tiles + k_list_room);
    a.tile_counts = block_.take<std::uint32_t>(tiles);
    a.rates = block_.take<float>((rows + k_most_tile) * k_rates_stride);
  }
}

void FusedMemory::set_activation_arrays() {
  const Trained4 &gain = tensor_of(Activation::input_gain);
  const Trained4 &threshold = tensor_of(Activation::threshold);
  const Trained4 &response = tensor_of(Activation::response_gain);
  arrays.gain = gain.p;
  arrays.gain_g = gain.g;
  arrays.threshold = threshold.p;
  arrays.threshold_g = threshold.g;
  arrays.response = response.p;
  arrays.response_g = response.g;
}

void FusedMemory::load(const TrainingState &state) {
  const Arrays &a = arrays;
  const Network &network = state.network;
  for (std::size_t i = a.n; i < a.rows; ++i) a.threshold[i] = 1; // silent: gain and response are 0
  to_columns(network.w, a.n, a.w.p, a.stride);
  to_columns(network.w_in, a.n, a.w_in.p, a.rows);
  to_rows(network.w_out, a.w_out.p, a.rows);
  for (const ActivationParameter &row : k_activation_parameters)
    to_columns(network.activation[row.which], a.n, tensor_of(row.which).p, a.rows);
  a.b_out.p[0] = static_cast<float>(network.b_out);
  for (const Activation parameter : a.trained.members()) {
    to_columns(state.m.activation[parameter], a.n, tensor_of(parameter).m, a.rows);
    to_columns(state.v.activation[parameter], a.n, tensor_of(parameter).v, a.rows);
  }
  if (!a.trained.empty()) return;
  to_columns(state.m.w, a.n, a.w.m, a.stride);
  to_columns(state.v.w, a.n, a.w.v, a.stride);
  to_columns(state.m.w_in, a.n, a.w_in.m, a.rows);
  to_columns(state.v.w_in, a.n, a.w_in.v, a.rows);
  to_rows(state.m.w_out, a.w_out.m, a.rows);
  to_rows(state.v.w_out, a.w_out.v, a.rows);
  a.b_out.m[0] = static_cast<float>(state.m.b_out);
  a.b_out.v[0] = static_cast<float>(state.v.b_out);
}

void FusedMemory::save(TrainingState &state) const {
  const Arrays &a = arrays;
  Network &network = state.network;
  network.w = from_columns(a.w.p, a.stride, a.n, a.n);
  network.w_in = from_columns(a.w_in.p, a.rows, a.n, a.k);
  network.w_out = from_rows(a.w_out.p, a.rows, a.n);
  network.b_out = static_cast<double>(a.b_out.p[0]);
  for (const ActivationParameter &row : k_activation_parameters)
    network.activation[row.which] = from_columns(tensor_of(row.which).p, a.rows, a.n, 1);
  for (const Activation parameter : a.trained.members()) {
    state.m.activation[parameter] = from_columns(tensor_of(parameter).m, a.rows, a.n, 1);
    state.v.activation[parameter] = from_columns(tensor_of(parameter).v, a.rows, a.n, 1);
  }
  if (!a.trained.empty()) return;
  state.m = {from_columns(a.w.m, a.stride, a.n, a.n),
             from_columns(a.w_in.m, a.rows, a.n, a.k),
             from_rows(a.w_out.m, a.rows, a.n),
             static_cast<double>(a.b_out.m[0]),
             {}};
  state.v = {from_columns(a.w.v, a.stride, a.n, a.n),
             from_columns(a.w_in.v, a.rows, a.n, a.k),
             from_rows(a.w_out.v, a.rows, a.n),
             static_cast<double>(a.b_out.v[0]),
             {}};
}

// Padding is finite, see Arrays.
std::string FusedMemory::not_finite() const {
  const Arrays &a = arrays;
  if (!all_finite(a.w.p, a.stride * a.n)) return "w";
  if (!all_finite(a.w_in.p, a.rows * a.k)) return "w_in";
  if (!all_finite(a.w_out.p, a.rows * k_outputs)) return "w_out";
  if (!std::isfinite(a.b_out.p[0])) return "b_out";
  for (const ActivationParameter &row : k_activation_parameters) {
    if (!all_finite(tensor_of(row.which).p, a.rows)) return std::string(row.name);
  }
  return "";
}

Tensors FusedMemory::gradients(const float *w_gradient) const {
  const Arrays &a = arrays;
  Tensors g;
  for (const Activation parameter : a.trained.members())
    g.activation[parameter] = from_columns(tensor_of(parameter).g, a.rows, a.n, 1);
  if (!a.trained.empty()) return g;
  g.w = from_columns(w_gradient, a.stride, a.n, a.n);
  g.w_in = from_columns(a.w_in.g, a.rows, a.n, a.k);
  g.w_out = from_rows(a.w_out.g, a.rows, a.n);
  g.b_out = static_cast<double>(a.b_out.g[0]);
  return g;
}

} // namespace pursuit::fused
