#include "cases.hpp"

#include <cmath>

#include "base/noise.hpp"

namespace pursuit {

namespace {

// `count` floats mean + deviation * normal, of stream `stream`.
std::vector<float> draws(std::uint64_t seed, std::uint32_t stream, std::size_t count, float mean,
                         float deviation) {
  std::vector<float> values(count);
  fill_normals({seed, Purpose::evaluation, 0, stream}, values);
  for (float &value : values) value = mean + deviation * value;
  return values;
}

std::vector<double> wide(const std::vector<float> &values) {
  return {values.begin(), values.end()};
}

} // namespace

TrainingState some_state(int n, int k, ActivationSet trained, std::uint64_t seed) {
  const std::size_t count = static_cast<std::size_t>(n);
  TrainingState state;
  state.trained = trained;
  state.learning_rate = 1e-3;
  Network &network = state.network;
  network.n = n;
  network.k = k;
  network.tau_ms = 20;
  network.w = wide(draws(seed, 1, count * count, 0, 1.3f / std::sqrt(static_cast<float>(n))));
  network.w_in = wide(draws(seed, 2, count * static_cast<std::size_t>(k), 0, 0.7f));
  network.w_out =
      wide(draws(seed, 3, count * k_outputs, 0, 0.5f / std::sqrt(static_cast<float>(n))));
  network.b_out = 0.125;
  network.activation.input_gain = wide(draws(seed, 4, count, 1.1f, 0.1f));
  network.activation.threshold = wide(draws(seed, 5, count, 0.1f, 0.05f));
  network.activation.response_gain = wide(draws(seed, 6, count, 0.9f, 0.1f));
  for (std::size_t i = 2; i < count; i += 3) network.activation.response_gain[i] *= -1;
  return state;
}

GivenTrial some_trial(int n, int k, std::uint64_t seed) {
  const std::size_t count = static_cast<std::size_t>(n);
  GivenTrial given;
  given.x0 = draws(seed, 11, count, 0.05f, 0.1f);
  given.addend = draws(seed, 12, count * (k_steps - 1), 0.01f, 0.02f);
  given.trial.u = wide(draws(seed, 13, static_cast<std::size_t>(k) * k_steps, 0.5f, 0.3f));
  given.trial.z = wide(draws(seed, 14, k_steps * k_outputs, 0.3f, 0.2f));
  given.trial.noise.given_x0 = given.x0;
  given.trial.noise.given_addend = given.addend;
  return given;
}

TrainingState with_plain_activation(TrainingState state) {
  const std::size_t n = static_cast<std::size_t>(state.network.n);
  state.network.activation = ActivationTensors::neutral(n);
  return state;
}

std::vector<ActivationSet> every_training() {
  std::vector<ActivationSet> sets = all_activation_sets();
  sets.insert(sets.begin(), ActivationSet());
  return sets;
}

std::vector<double> all_values(const ActivationTensors &tensors) {
  std::vector<double> values;
  for (const ActivationParameter &row : k_activation_parameters)
    values.insert(values.end(), tensors[row.which].begin(), tensors[row.which].end());
  return values;
}

} // namespace pursuit
