#include "train/train.hpp"

#include <cmath>

#include "base/errors.hpp"
#include "base/noise.hpp"

namespace pursuit {

namespace {

// Models hold floats: every initial value is one, whatever the engine's precision.
double as_single(double value) { return static_cast<double>(static_cast<float>(value)); }

std::vector<double> initial_w(const RunSpec &spec, std::size_t n) {
  const double deviation = spec.settings.gain / std::sqrt(static_cast<double>(n));
  std::vector<double> w(n * n);
  std::vector<float> row(n);
  for (std::size_t i = 0; i < n; ++i) {
    fill_normals({spec.seed, Purpose::initial_w, 0, static_cast<std::uint32_t>(i)}, row);
    for (std::size_t j = 0; j < n; ++j) w[i + n * j] = as_single(deviation * row[j]);
  }
  return w;
}

std::vector<double> initial_w_in(const RunSpec &spec, std::size_t n, std::size_t k) {
  const double deviation = 1.0 / std::sqrt(static_cast<double>(k));
  std::vector<double> w_in(n * k);
  for (std::size_t i = 0; i < n; ++i) {
    const NoiseKey key{spec.seed, Purpose::initial_w_in, 0, static_cast<std::uint32_t>(i)};
    for (std::size_t c = 0; c < k; ++c) {
      w_in[i + n * c] = as_single(deviation * normal(key, static_cast<std::uint32_t>(c)));
    }
  }
  return w_in;
}

ActivationSet trained_by(const RunSpec &spec) {
  return spec.stage == 2 ? spec.settings.activation : ActivationSet();
}

} // namespace

// Models hold floats, and so are limits taken.
void clip(TrainingState &state) {
  for (const Activation parameter : state.trained.members()) {
    for (double &value : state.network.activation[parameter])
      value = as_single(state.limits.clipped(parameter, static_cast<float>(value)));
  }
}

Network initial_network(const RunSpec &spec) {
  Network network;
  network.n = static_cast<int>(spec.settings.N);
  network.k = spec.mode == Mode::prior_input ? 3 : 2;
  network.tau_ms = spec.settings.tau_ms;
  network.dt_ms = k_dt_ms;
  const std::size_t n = static_cast<std::size_t>(network.n);
  network.w = initial_w(spec, n);
  network.w_in = initial_w_in(spec, n, static_cast<std::size_t>(network.k));
  network.w_out.assign(k_outputs * n, 0.0);
  network.activation = ActivationTensors::neutral(n);
  return network;
}

TrainingState first_state(const RunSpec &spec, const std::optional<Network> &parent) {
  TrainingState state;
  state.trained = trained_by(spec);
  state.learning_rate = spec.settings.learning_rate;
  if (state.trained.empty()) {
    state.network = initial_network(spec);
    return state;
  }
  if (!parent) throw InternalError("a stage 2 needs its parent's network");
  if (parent->k != 2)
    throw RunError("the parent has 3 input channels: a prior_input network has no stage 2");
  state.network = *parent;
  state.network.activation = ActivationTensors::neutral(static_cast<std::size_t>(parent->n));
  state.limits = limits_of(spec.settings);
  clip(state);
  return state;
}

} // namespace pursuit
