#include "engine/reference/reference_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "engine/all_finite.hpp"

namespace pursuit::reference {

namespace {

constexpr std::size_t k_t = k_steps;

template <class Real> std::vector<Real> rounded(const std::vector<double> &values) {
  return {values.begin(), values.end()};
}

template <class Real> std::vector<double> widened(const std::vector<Real> &values) {
  return {values.begin(), values.end()};
}

// (2, N) column-major to two rows, and back.
template <class Real> std::vector<Real> by_rows(const std::vector<double> &w_out) {
  const std::size_t n = w_out.size() / k_outputs;
  std::vector<Real> rows(w_out.size());
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t o = 0; o < k_outputs; ++o) {
      rows[o * n + j] = static_cast<Real>(w_out[o + k_outputs * j]);
    }
  }
  return rows;
}

template <class Real> std::vector<double> by_columns(const std::vector<Real> &rows) {
  const std::size_t n = rows.size() / k_outputs;
  std::vector<double> w_out(rows.size());
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t o = 0; o < k_outputs; ++o) w_out[o + k_outputs * j] = rows[o * n + j];
  }
  return w_out;
}

constexpr std::size_t index_of(Activation parameter) { return static_cast<std::size_t>(parameter); }

// Of a Network's tensors, or of moments.
template <class Real, class From> RealTensors<Real> real_tensors(const From &from) {
  RealTensors<Real> tensors = {rounded<Real>(from.w),
                               rounded<Real>(from.w_in),
                               by_rows<Real>(from.w_out),
                               {},
                               {static_cast<Real>(from.b_out)}};
  for (const ActivationParameter &row : k_activation_parameters)
    tensors.activation[index_of(row.which)] = rounded<Real>(from.activation[row.which]);
  return tensors;
}

template <class Real, class To> void put_tensors(const RealTensors<Real> &tensors, To &to) {
  to.w = widened(tensors.w);
  to.w_in = widened(tensors.w_in);
  to.w_out = by_columns(tensors.w_out);
  to.b_out = static_cast<double>(tensors.b_out.at(0));
  for (const ActivationParameter &row : k_activation_parameters)
    to.activation[row.which] = widened(tensors.activation[index_of(row.which)]);
}

// Zeros in the shapes of what is trained.
template <class Real> RealTensors<Real> zeros(std::size_t n, std::size_t k, ActivationSet trained) {
  RealTensors<Real> tensors;
  tensors.b_out.assign(1, Real{0});
  if (trained.empty()) {
    tensors.w.assign(n * n, Real{0});
    tensors.w_in.assign(n * k, Real{0});
    tensors.w_out.assign(k_outputs * n, Real{0});
  }
  for (const Activation parameter : trained.members())
    tensors.activation[index_of(parameter)].assign(n, Real{0});
  return tensors;
}

bool is_empty(const Tensors &tensors) {
  return tensors.w.empty() && tensors.w_in.empty() && tensors.w_out.empty() &&
         std::all_of(
             k_activation_parameters.begin(), k_activation_parameters.end(),
             [&](const ActivationParameter &row) { return tensors.activation[row.which].empty(); });
}

Network without_tensors(const Network &network) {
  Network description;
  description.n = network.n;
  description.k = network.k;
  description.tau_ms = network.tau_ms;
  description.dt_ms = network.dt_ms;
  return description;
}

} // namespace

template <class Real>
ReferenceNetwork<Real>::ReferenceNetwork(const TrainingState &state)
    : n_(static_cast<std::size_t>(state.network.n)), k_(static_cast<std::size_t>(state.network.k)),
      description_(without_tensors(state.network)), trained_(state.trained), limits_(state.limits),
      learning_rate_(state.learning_rate), updates_(state.updates), beta1_power_(state.beta1_power),
      beta2_power_(state.beta2_power),
      keep_(static_cast<Real>(1.0 - state.network.dt_ms / state.network.tau_ms)),
      scale_(static_cast<Real>(state.network.dt_ms / state.network.tau_ms)),
      p_(real_tensors<Real>(state.network)), g_(zeros<Real>(n_, k_, trained_)),
      m_(is_empty(state.m) ? g_ : real_tensors<Real>(state.m)),
      v_(is_empty(state.v) ? g_ : real_tensors<Real>(state.v)), w_rows_(n_ * n_), x0_(n_),
      noise_(n_ * (k_t - 1)), x_(n_ * k_t), tanh_(n_ * k_t), r_(n_ * k_t), d_(n_ * k_t),
      o_(k_outputs * k_t), error_(k_outputs * k_t), sum_(n_), dx_(n_) {
  transpose(n_, p_.w.data(), w_rows_.data());
}

template <class Real> double ReferenceNetwork<Real>::update(const Trial &trial) {
  if (trial.z.size() != k_outputs * k_t) {
    throw InternalError("a trial does not have T x 2 targets");
  }
  forward(trial);
  const double loss = loss_and_error(trial.z);
  backward();
  if (trained_.empty()) weight_gradients(trial);
  descend();
  return loss;
}

// y += sum over j in order: scales[j] * column j. Zeros are skipped: y starts at +0 or at a sum, and
// adding +-0 to it would change nothing.
template <class Real>
void ReferenceNetwork<Real>::add_product(Real *y, const std::vector<Real> &columns,
                                         const Real *scales, std::size_t count) {
  terms_.clear();
  for (std::size_t j = 0; j < count; ++j) {
    if (scales[j] != 0) terms_.push_back({columns.data() + n_ * j, scales[j]});
  }
  add_terms(n_, y, terms_.data(), terms_.size());
}

template <class Real> ActivationView<Real> ReferenceNetwork<Real>::activation() const {
  return {p_.activation[index_of(Activation::input_gain)].data(),
          p_.activation[index_of(Activation::threshold)].data(),
          p_.activation[index_of(Activation::response_gain)].data()};
}

template <class Real> StepView<Real> ReferenceNetwork<Real>::step(std::size_t t) const {
  return {x_.data() + n_ * t, tanh_.data() + n_ * t, sum_.data()};
}

template <class Real> void ReferenceNetwork<Real>::forward(const Trial &trial) {
  if (trial.u.size() != k_ * k_t) throw InternalError("a trial does not have k x T inputs");
  fill_trial_noise(trial.noise, x0_, noise_);
  const std::vector<Real> u = rounded<Real>(trial.u);
  std::copy(x0_.begin(), x0_.end(), x_.begin());
  activate(n_, activation(), x_.data(), tanh_.data(), r_.data());
  for (std::size_t t = 1; t < k_t; ++t) {
    const std::size_t before = n_ * (t - 1), now = n_ * t;
    std::fill(sum_.begin(), sum_.end(), Real{0});
    add_product(sum_.data(), p_.w, r_.data() + before, n_);
    add_product(sum_.data(), p_.w_in, u.data() + k_ * (t - 1), k_);
    advance(n_, keep_, scale_, x_.data() + before, sum_.data(), noise_.data() + before,
            x_.data() + now);
    activate(n_, activation(), x_.data() + now, tanh_.data() + now, r_.data() + now);
    output(t);
  }
}

template <class Real> void ReferenceNetwork<Real>::output(std::size_t t) {
  const Real *r = r_.data() + n_ * t;
  const Real *horizontal = p_.w_out.data(), *vertical = horizontal + n_;
  Real h = 0, v = 0;
  for (std::size_t j = 0; j < n_; ++j) {
    h += horizontal[j] * r[j];
    v += vertical[j] * r[j];
  }
  o_[k_outputs * t] = h + p_.b_out[0];
  o_[k_outputs * t + 1] = v + p_.b_out[0];
}

// o_{i+1} is compared with z_i; dL/do = (o - z) / L, and 0 where L is 0.
template <class Real> double ReferenceNetwork<Real>::loss_and_error(const std::vector<double> &z) {
  Real squares = 0;
  for (std::size_t t = 1; t < k_t; ++t) {
    for (std::size_t o = 0; o < k_outputs; ++o) {
      const Real e = o_[k_outputs * t + o] - static_cast<Real>(z[o * k_t + (t - 1)]);
      error_[k_outputs * t + o] = e;
      squares += e * e;
    }
  }
  const Real loss = std::sqrt(squares);
  for (std::size_t i = k_outputs; i < error_.size(); ++i) {
    error_[i] = loss == 0 ? Real{0} : error_[i] / loss;
  }
  return static_cast<double>(loss);
}

// Leaves d_t in d_, t = 1..T-1, and in stage 2 the gradients of the activation parameters. During a
// step, sum_ is dL/dr_t and dx_ is dL/dx_t.
template <class Real> void ReferenceNetwork<Real>::backward() {
  std::fill(dx_.begin(), dx_.end(), Real{0});
  for (std::vector<Real> &gradient : g_.activation)
    std::fill(gradient.begin(), gradient.end(), Real{0});
  if (trained_.empty()) transpose(n_, p_.w.data(), w_rows_.data());
  for (std::size_t t = k_t; t-- > 0;) {
    std::fill(sum_.begin(), sum_.end(), Real{0});
    if (t > 0) add_product(sum_.data(), p_.w_out, error_.data() + k_outputs * t, k_outputs);
    if (t + 1 < k_t) add_product(sum_.data(), w_rows_, d_.data() + n_ * (t + 1), n_);
    add_activation_gradients(t);
    retreat(n_, activation(), keep_, scale_, step(t), dx_.data(), d_.data() + n_ * t);
  }
}

template <class Real> void ReferenceNetwork<Real>::weight_gradients(const Trial &trial) {
  const std::vector<Real> u = rounded<Real>(trial.u);
  std::vector<Real> over_time(k_t - 1);
  const std::vector<Real> later_d(d_.begin() + static_cast<std::ptrdiff_t>(n_), d_.end());
  std::fill(g_.w.begin(), g_.w.end(), Real{0});
  for (std::size_t j = 0; j < n_; ++j) {
    for (std::size_t t = 1; t < k_t; ++t) over_time[t - 1] = r_[j + n_ * (t - 1)];
    add_product(g_.w.data() + n_ * j, later_d, over_time.data(), k_t - 1);
  }
  std::fill(g_.w_in.begin(), g_.w_in.end(), Real{0});
  for (std::size_t c = 0; c < k_; ++c) {
    for (std::size_t t = 1; t < k_t; ++t) over_time[t - 1] = u[c + k_ * (t - 1)];
    add_product(g_.w_in.data() + n_ * c, later_d, over_time.data(), k_t - 1);
  }
  std::fill(g_.w_out.begin(), g_.w_out.end(), Real{0});
  g_.b_out[0] = 0;
  std::vector<Real> errors(k_t);
  for (std::size_t o = 0; o < k_outputs; ++o) {
    for (std::size_t t = 1; t < k_t; ++t) {
      errors[t] = error_[k_outputs * t + o];
      g_.b_out[0] += errors[t];
    }
    add_product(g_.w_out.data() + n_ * o, r_, errors.data(), k_t);
  }
}

template <class Real> void ReferenceNetwork<Real>::add_activation_gradients(std::size_t t) {
  const auto sum = [this](Activation parameter) {
    return g_.activation[index_of(parameter)].data();
  };
  if (trained_.contains(Activation::input_gain))
    add_input_gain(n_, activation(), step(t), sum(Activation::input_gain));
  if (trained_.contains(Activation::threshold))
    add_threshold(n_, activation(), step(t), sum(Activation::threshold));
  if (trained_.contains(Activation::response_gain))
    add_response_gain(n_, step(t), sum(Activation::response_gain));
}

template <class Real>
std::vector<std::array<std::vector<Real> *, 4>> ReferenceNetwork<Real>::trained_tensors() {
  std::vector<std::array<std::vector<Real> *, 4>> tensors;
  for (const Activation parameter : trained_.members()) {
    const std::size_t i = index_of(parameter);
    tensors.push_back({&g_.activation[i], &m_.activation[i], &v_.activation[i], &p_.activation[i]});
  }
  if (!trained_.empty()) return tensors;
  return {{&g_.w, &m_.w, &v_.w, &p_.w},
          {&g_.w_in, &m_.w_in, &v_.w_in, &p_.w_in},
          {&g_.w_out, &m_.w_out, &v_.w_out, &p_.w_out},
          {&g_.b_out, &m_.b_out, &v_.b_out, &p_.b_out}};
}

template <class Real> void ReferenceNetwork<Real>::descend() {
  beta1_power_ *= k_adam_beta1;
  beta2_power_ *= k_adam_beta2;
  ++updates_;
  const double rate = learning_rate_ * std::sqrt(1.0 - beta2_power_) / (1.0 - beta1_power_);
  const AdamStep<Real> adam_step{static_cast<Real>(rate), static_cast<Real>(1.0 - k_adam_beta1),
                                 static_cast<Real>(1.0 - k_adam_beta2),
                                 static_cast<Real>(k_adam_epsilon)};
  for (const auto &[g, m, v, p] : trained_tensors()) {
    adam(p->size(), adam_step, g->data(), m->data(), v->data(), p->data());
  }
  for (const Activation parameter : trained_.members()) {
    for (Real &value : p_.activation[index_of(parameter)])
      value = limits_.clipped(parameter, value);
  }
}

template <class Real> TrainingState ReferenceNetwork<Real>::state() const {
  TrainingState state;
  state.network = description_;
  put_tensors(p_, state.network);
  state.trained = trained_;
  state.limits = limits_;
  state.learning_rate = learning_rate_;
  state.updates = updates_;
  put_tensors(m_, state.m);
  put_tensors(v_, state.v);
  state.beta1_power = beta1_power_;
  state.beta2_power = beta2_power_;
  return state;
}

template <class Real>
void ReferenceNetwork<Real>::simulate(const Trial &trial, Activity &activity) {
  forward(trial);
  activity.o = outputs();
  activity.r = widened(r_);
}

// (T-1, 2)
template <class Real> std::vector<double> ReferenceNetwork<Real>::outputs() const {
  std::vector<double> o;
  for (std::size_t channel = 0; channel < k_outputs; ++channel) {
    for (std::size_t t = 1; t < k_t; ++t) {
      o.push_back(static_cast<double>(o_[k_outputs * t + channel]));
    }
  }
  return o;
}

template <class Real> LastUpdate ReferenceNetwork<Real>::last_update() const {
  LastUpdate last;
  last.o = outputs();
  last.x = widened(x_);
  put_tensors(g_, last.gradients);
  return last;
}

template <class Real> std::string ReferenceNetwork<Real>::not_finite() const {
  const auto is_good = [](const std::vector<Real> &v) { return all_finite(v.data(), v.size()); };
  if (!is_good(p_.w)) return "w";
  if (!is_good(p_.w_in)) return "w_in";
  if (!is_good(p_.w_out)) return "w_out";
  if (!is_good(p_.b_out)) return "b_out";
  for (const ActivationParameter &row : k_activation_parameters) {
    if (!is_good(p_.activation[index_of(row.which)])) return std::string(row.name);
  }
  return "";
}

template class ReferenceNetwork<float>;
template class ReferenceNetwork<double>;

} // namespace pursuit::reference
