#include "engine/fused/fused_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"

namespace pursuit::fused {

namespace {

TrainingState without_tensors(const TrainingState &state) {
  TrainingState description;
  description.network.n = state.network.n;
  description.network.k = state.network.k;
  description.network.tau_ms = state.network.tau_ms;
  description.network.dt_ms = state.network.dt_ms;
  description.trained = state.trained;
  description.limits = state.limits;
  description.learning_rate = state.learning_rate;
  return description;
}

} // namespace

FusedNetwork::FusedNetwork(const TrainingState &state, const Passes &passes)
    : passes_(passes), description_(without_tensors(state)), updates_(state.updates),
      beta1_power_(state.beta1_power), beta2_power_(state.beta2_power),
      memory_(static_cast<std::size_t>(state.network.n), static_cast<std::size_t>(state.network.k),
              state.trained) {
  memory_.arrays.keep = static_cast<float>(1.0 - state.network.dt_ms / state.network.tau_ms);
  memory_.arrays.scale = static_cast<float>(state.network.dt_ms / state.network.tau_ms);
  memory_.load(state);
}

// Puts x(:, 0), noise and u in place; the noise is that of `same_noise` where it is given.
void FusedNetwork::show(const Trial &trial, const FusedNetwork *same_noise) {
  Arrays &a = memory_.arrays;
  if (trial.u.size() != a.k * k_t) throw InternalError("a trial does not have k x T inputs");
  for (std::size_t i = 0; i < trial.u.size(); ++i) memory_.u[i] = static_cast<float>(trial.u[i]);
  if (same_noise != nullptr) {
    a.noise = same_noise->memory_.arrays.noise;
    std::copy_n(same_noise->memory_.arrays.x, a.n, a.x);
    return;
  }
  a.noise = memory_.noise;
  fill_trial_noise(trial.noise, {a.x, a.n}, {memory_.noise, a.n * (k_t - 1)}, passes_.normals);
}

void FusedNetwork::copy_activity(Activity &activity) const {
  const Arrays &a = memory_.arrays;
  activity.o = outputs();
  activity.r.resize(a.n * k_t);
  for (std::size_t t = 0; t < k_t; ++t) {
    std::copy(a.r + t * a.rows, a.r + t * a.rows + a.n, activity.r.data() + t * a.n);
  }
}

// (T-1, 2)
std::vector<double> FusedNetwork::outputs() const {
  std::vector<double> o;
  o.reserve(k_outputs * (k_t - 1));
  for (std::size_t channel = 0; channel < k_outputs; ++channel) {
    for (std::size_t t = 1; t < k_t; ++t) {
      o.push_back(static_cast<double>(memory_.arrays.o[k_outputs * t + channel]));
    }
  }
  return o;
}

// Leaves dL/do in a.error, and its sum, the gradient of b_out.
float FusedNetwork::loss_and_error(const std::vector<double> &z) {
  if (z.size() != k_outputs * k_t) throw InternalError("a trial does not have T x 2 targets");
  const Arrays &a = memory_.arrays;
  float squares = 0;
  for (std::size_t t = 1; t < k_t; ++t) {
    for (std::size_t o = 0; o < k_outputs; ++o) {
      const float e = a.o[k_outputs * t + o] - static_cast<float>(z[o * k_t + (t - 1)]);
      a.error[k_outputs * t + o] = e;
      squares = std::fma(e, e, squares);
    }
  }
  const float loss = std::sqrt(squares);
  a.b_out.g[0] = 0;
  for (std::size_t i = k_outputs; i < k_outputs * k_t; ++i) {
    a.error[i] = loss == 0 ? 0.0f : a.error[i] / loss;
    a.b_out.g[0] += a.error[i];
  }
  return loss;
}

void FusedNetwork::descend() {
  const Arrays &a = memory_.arrays;
  beta1_power_ *= k_adam_beta1;
  beta2_power_ *= k_adam_beta2;
  ++updates_;
  const double rate =
      description_.learning_rate * std::sqrt(1.0 - beta2_power_) / (1.0 - beta1_power_);
  const AdamStep step{-static_cast<float>(rate), static_cast<float>(1.0 - k_adam_beta1),
                      static_cast<float>(1.0 - k_adam_beta2)};
  for (const Activation parameter : a.trained.members()) {
    passes_.adam(a.n, step, memory_.tensor_of(parameter));
    clip(parameter);
  }
  if (!a.trained.empty()) return;
  passes_.small_gradients(a);
  passes_.descend_w(a, step);
  for (std::size_t c = 0; c < a.k; ++c) {
    const std::size_t at = c * a.rows;
    passes_.adam(a.n, step, {a.w_in.p + at, a.w_in.g + at, a.w_in.m + at, a.w_in.v + at});
  }
  for (std::size_t o = 0; o < k_outputs; ++o) {
    const std::size_t at = o * a.rows;
    passes_.adam(a.n, step, {a.w_out.p + at, a.w_out.g + at, a.w_out.m + at, a.w_out.v + at});
  }
  passes_.adam(1, step, a.b_out);
}

void FusedNetwork::clip(Activation parameter) {
  if (!description_.limits.bounds(parameter)) return;
  float *p = memory_.tensor_of(parameter).p;
  for (std::size_t i = 0; i < memory_.arrays.n; ++i)
    p[i] = description_.limits.clipped(parameter, p[i]);
}

TrainingState FusedNetwork::state() const {
  TrainingState state = description_;
  memory_.save(state);
  state.updates = updates_;
  state.beta1_power = beta1_power_;
  state.beta2_power = beta2_power_;
  return state;
}

LastUpdate FusedNetwork::last_update() const {
  const Arrays &a = memory_.arrays;
  LastUpdate last;
  last.o = outputs();
  for (std::size_t t = 0; t < k_t; ++t) {
    last.x.insert(last.x.end(), a.x + t * a.rows, a.x + t * a.rows + a.n);
  }
  std::vector<float> gradient; // W's is computed again: no array holds it during an update
  if (a.trained.empty()) {
    gradient.resize(a.stride * a.n);
    passes_.gradient_w(a, gradient.data());
  }
  last.gradients = memory_.gradients(gradient.data());
  return last;
}

namespace {

bool same_values(std::span<const float> a, std::span<const float> b) {
  return a.data() == b.data() && a.size() == b.size();
}

bool same_noise(const TrialNoise &a, const TrialNoise &b) {
  return a.seed == b.seed && a.trial == b.trial && a.recurrent == b.recurrent &&
         same_values(a.given_x0, b.given_x0) && same_values(a.given_addend, b.given_addend);
}

} // namespace

bool FusedNetwork::is_sibling_of(const FusedNetwork &other) const {
  const Arrays &a = memory_.arrays, &b = other.memory_.arrays;
  return !a.trained.empty() && !b.trained.empty() && a.n == b.n &&
         std::equal(a.w.p, a.w.p + a.stride * a.n, b.w.p);
}

void SideBySide::add(FusedNetwork &network, const Trial &trial) {
  if (is_full()) throw InternalError("too many networks side by side");
  networks_[size_] = &network;
  trials_[size_] = &trial;
  arrays_[size_++] = &network.memory_.arrays;
}

void SideBySide::forward() {
  for (std::size_t i = 0; i < size_; ++i) {
    const bool same = i > 0 && same_noise(trials_[i]->noise, trials_[0]->noise);
    networks_[i]->show(*trials_[i], same ? networks_[0] : nullptr);
  }
  networks_[0]->passes_.forward(siblings());
}

std::array<double, k_most_siblings> SideBySide::update() {
  std::array<double, k_most_siblings> losses{};
  forward();
  for (std::size_t i = 0; i < size_; ++i)
    losses[i] = static_cast<double>(networks_[i]->loss_and_error(trials_[i]->z));
  networks_[0]->passes_.backward(siblings());
  for (std::size_t i = 0; i < size_; ++i) networks_[i]->descend();
  return losses;
}

} // namespace pursuit::fused
