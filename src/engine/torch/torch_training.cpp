#include "engine/torch/torch_training.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include "base/errors.hpp"
#include "engine/torch/guarded.hpp"
#include "engine/torch/tensor_place.hpp"

namespace pursuit::torch_engine {

namespace {

using at::Tensor;

// A parameter of all networks of the pack, the pack first, and its Adam moments.
// Matrices cross the engine's interface by columns, ATen stores by rows: what is here is each matrix's
// transpose, so that no element moves. A network's state is a row: x (P, 1, N), x W^T.
struct Parameter {
  TensorPlace place;
  Tensor value, m, v;
  Tensor least, most; // (P, 1, 1): of a trained activation parameter
  bool trained = false;
};

class TorchBatch final : public Batch {
public:
  TorchBatch(const std::vector<TrainingState> &pack, DeviceName device, Precision precision);

  void update(std::span<const Trial *const> trials) override;
  std::vector<std::vector<double>> take_losses() override;
  TrainingState state(std::size_t i) override;
  LastUpdate last_update(std::size_t i) override;
  std::string not_finite(std::size_t i) override;

private:
  // Inputs of one update, on the device.
  struct Inputs {
    Tensor u;      // (P, T, k)
    Tensor z;      // (P, T-1, 2)
    Tensor x0;     // (P, 1, N)
    Tensor addend; // (P, T-1, N)
  };

  std::int64_t pack_size() const { return static_cast<std::int64_t>(description_.size()); }
  Tensor staging(at::IntArrayRef shape, at::ScalarType type) const;
  Tensor to_device(const Tensor &host) const;
  Tensor upload(at::IntArrayRef shape, const std::vector<const std::vector<double> *> &rows) const;
  Tensor per_network(const std::vector<double> &values) const;
  void load_parameter(Parameter &parameter, const std::vector<TrainingState> &pack,
                      at::IntArrayRef shape);
  void load_limits(Parameter &parameter, const std::vector<TrainingState> &pack);
  void load_b_out(const std::vector<TrainingState> &pack);
  void choose_trained(const std::vector<TrainingState> &pack);
  Inputs make_inputs(std::span<const Trial *const> trials) const;
  Parameter &activation(Activation which) { return activation_[static_cast<std::size_t>(which)]; }
  Tensor rate(const Tensor &x) const;
  Tensor forward(const Inputs &inputs);
  void descend();
  std::vector<Parameter *> parameters() {
    std::vector<Parameter *> all = {&w_, &w_in_, &w_out_};
    for (Parameter &parameter : activation_) all.push_back(&parameter);
    return all;
  }

  at::Device device_;
  at::ScalarType type_;
  std::int64_t n_, k_;
  std::vector<TrainingState> description_; // without tensors: sizes, rates, updates, powers
  Tensor keep_, scale_;                    // (P, 1, 1): 1 - dt/tau, dt/tau
  Parameter w_, w_in_, w_out_;
  std::array<Parameter, k_activations> activation_; // in the order of their table
  Parameter b_out_;                                 // (P, 1, 1)
  std::vector<Parameter *> trained_;
  ActivationSet used_;            // the others are neutral, and left out of the graph
  std::vector<Tensor> gradients_; // of trained_, of the last update
  std::vector<Tensor> losses_;    // (P) each, since take_losses
  Tensor x_, o_;                  // (P, T, N), (P, T-1, 2): of the last update
};

// A host tensor that the device may copy from while the host goes on.
Tensor TorchBatch::staging(at::IntArrayRef shape, at::ScalarType type) const {
  return at::empty(shape, at::TensorOptions().dtype(type).pinned_memory(device_.is_cuda()));
}

Tensor TorchBatch::to_device(const Tensor &host) const {
  return host.to(device_, type_, /*non_blocking=*/true);
}

// One network's values after another's, rounded once to the engine's precision.
Tensor TorchBatch::upload(at::IntArrayRef shape,
                          const std::vector<const std::vector<double> *> &rows) const {
  const Tensor host = staging(shape, at::kDouble);
  double *next = host.data_ptr<double>();
  const std::size_t each = static_cast<std::size_t>(host.numel()) / rows.size();
  for (const std::vector<double> *row : rows) {
    if (row->size() < each) throw InternalError("torch engine: a tensor has the wrong size");
    next = std::copy_n(row->begin(), each, next);
  }
  return to_device(host.to(type_));
}

Tensor TorchBatch::per_network(const std::vector<double> &values) const {
  return upload({pack_size(), 1, 1}, {&values});
}

TorchBatch::TorchBatch(const std::vector<TrainingState> &pack, DeviceName device,
                       Precision precision)
    : device_(device.is_cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                             : at::Device(at::kCPU)),
      type_(precision == Precision::single ? at::kFloat : at::kDouble), n_(pack.front().network.n),
      k_(pack.front().network.k) {
  std::vector<double> keep, scale;
  for (const TrainingState &state : pack) {
    TrainingState &description = description_.emplace_back();
    description.network.n = state.network.n;
    description.network.k = state.network.k;
    description.network.tau_ms = state.network.tau_ms;
    description.network.dt_ms = state.network.dt_ms;
    description.trained = state.trained;
    description.limits = state.limits;
    description.learning_rate = state.learning_rate;
    description.updates = state.updates;
    description.beta1_power = state.beta1_power;
    description.beta2_power = state.beta2_power;
    scale.push_back(state.network.dt_ms / state.network.tau_ms);
    keep.push_back(1 - scale.back());
  }
  keep_ = per_network(keep);
  scale_ = per_network(scale);
  choose_trained(pack);
  const std::int64_t size = pack_size();
  load_parameter(w_, pack, {size, n_, n_});
  load_parameter(w_in_, pack, {size, k_, n_});
  load_parameter(w_out_, pack, {size, n_, k_outputs});
  for (Parameter &parameter : activation_) {
    load_parameter(parameter, pack, {size, 1, n_});
    load_limits(parameter, pack);
  }
  load_b_out(pack);
}

bool is_neutral(const std::vector<TrainingState> &pack, const ActivationParameter &row) {
  return std::all_of(pack.begin(), pack.end(), [&](const TrainingState &state) {
    const std::vector<double> &values = state.network.activation[row.which];
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == row.neutral; });
  });
}

// Which tensors get gradients. An activation parameter that is not trained and has no effect (1, 0, 1)
// is left out of the graph; x times 1 and minus 0 has the bits of x.
void TorchBatch::choose_trained(const std::vector<TrainingState> &pack) {
  for (const TrainingState &state : pack) {
    if (state.trained == pack.front().trained) continue;
    throw InternalError("torch engine: the networks of a pack train different parameters");
  }
  w_in_.place.kind = TensorPlace::Kind::w_in;
  w_out_.place.kind = TensorPlace::Kind::w_out;
  used_ = pack.front().trained;
  if (used_.empty()) trained_ = {&w_, &w_in_, &w_out_, &b_out_};
  for (const ActivationParameter &row : k_activation_parameters) {
    Parameter &parameter = activation(row.which);
    parameter.place = {TensorPlace::Kind::activation, row.which};
    if (pack.front().trained.contains(row.which)) trained_.push_back(&parameter);
    if (!is_neutral(pack, row)) used_.add(row.which);
  }
  for (Parameter *parameter : trained_) parameter->trained = true;
}

void TorchBatch::load_parameter(Parameter &parameter, const std::vector<TrainingState> &pack,
                                at::IntArrayRef shape) {
  std::vector<const std::vector<double> *> values;
  for (const TrainingState &state : pack)
    values.push_back(&tensor_in(state.network, parameter.place));
  parameter.value = upload(shape, values);
  if (!parameter.trained) return;
  const std::size_t each = values.front()->size();
  const std::vector<double> zeros(each);
  const auto moments = [&](Tensors TrainingState::*which) {
    std::vector<const std::vector<double> *> rows;
    for (const TrainingState &state : pack) {
      const std::vector<double> &row = tensor_in(state.*which, parameter.place);
      rows.push_back(row.empty() ? &zeros : &row);
    }
    return upload(shape, rows);
  };
  parameter.m = moments(&TrainingState::m);
  parameter.v = moments(&TrainingState::v);
  parameter.value.set_requires_grad(true);
}

void TorchBatch::load_limits(Parameter &parameter, const std::vector<TrainingState> &pack) {
  std::vector<double> least, most;
  for (const TrainingState &state : pack) {
    least.push_back(state.limits.least[parameter.place.which]);
    most.push_back(state.limits.most[parameter.place.which]);
  }
  if (!parameter.trained) return;
  parameter.least = per_network(least);
  parameter.most = per_network(most);
}

void TorchBatch::load_b_out(const std::vector<TrainingState> &pack) {
  std::vector<double> value, m, v;
  for (const TrainingState &state : pack) {
    value.push_back(state.network.b_out);
    m.push_back(state.m.b_out);
    v.push_back(state.v.b_out);
  }
  b_out_.value = per_network(value);
  b_out_.m = per_network(m);
  b_out_.v = per_network(v);
  b_out_.value.set_requires_grad(b_out_.trained);
}

TorchBatch::Inputs TorchBatch::make_inputs(std::span<const Trial *const> trials) const {
  const std::int64_t size = pack_size();
  std::vector<const std::vector<double> *> u, z;
  const Tensor x0 = staging({size, 1, n_}, at::kFloat);
  const Tensor addend = staging({size, k_steps - 1, n_}, at::kFloat);
  const std::size_t n = static_cast<std::size_t>(n_);
  const std::size_t block = n * (k_steps - 1);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    u.push_back(&trials[i]->u);
    z.push_back(&trials[i]->z);
    fill_trial_noise(trials[i]->noise, {x0.data_ptr<float>() + i * n, n},
                     {addend.data_ptr<float>() + i * block, block});
  }
  Inputs inputs;
  inputs.u = upload({size, k_steps, k_}, u);
  // z_149 is never used.
  inputs.z = upload({size, k_outputs, k_steps}, z).transpose(1, 2).narrow(1, 0, k_steps - 1);
  inputs.x0 = to_device(x0);
  inputs.addend = to_device(addend);
  return inputs;
}

// r = k clip(tanh(g x - theta), 0, 1). ATen's clamp passes the gradient at exactly 0 and 1.
Tensor TorchBatch::rate(const Tensor &x) const {
  const auto is_used = [this](Activation which) { return used_.contains(which); };
  const auto value = [this](Activation which) {
    return activation_[static_cast<std::size_t>(which)].value;
  };
  Tensor a = is_used(Activation::input_gain) ? x * value(Activation::input_gain) : x;
  if (is_used(Activation::threshold)) a = a - value(Activation::threshold);
  const Tensor clipped = at::clamp(at::tanh(a), 0, 1);
  return is_used(Activation::response_gain) ? clipped * value(Activation::response_gain) : clipped;
}

// Returns the losses (P).
Tensor TorchBatch::forward(const Inputs &inputs) {
  const std::vector<Tensor> input = at::unbind(at::bmm(inputs.u, w_in_.value).unsqueeze(2), 1);
  const std::vector<Tensor> addend = at::unbind(inputs.addend.unsqueeze(2), 1);
  std::vector<Tensor> x = {inputs.x0};
  std::vector<Tensor> r = {rate(inputs.x0)};
  for (std::size_t t = 1; t < k_steps; ++t) {
    const Tensor drive = at::baddbmm(input[t - 1], r[t - 1], w_.value);
    x.push_back(keep_ * x[t - 1] + scale_ * drive + addend[t - 1]);
    r.push_back(rate(x[t]));
  }
  // r_0 has no output.
  const std::vector<Tensor> with_output(r.begin() + 1, r.end());
  const Tensor o = at::bmm(at::cat(with_output, 1), w_out_.value) + b_out_.value;
  x_ = at::cat(x, 1).detach();
  o_ = o.detach();
  const Tensor squares = (o - inputs.z).square().sum({1, 2});
  // The square root's gradient at 0 is infinite: a loss of 0 takes no part in the graph.
  const Tensor positive = squares > 0;
  return at::where(positive, at::sqrt(at::where(positive, squares, at::ones_like(squares))),
                   at::zeros_like(squares));
}

void TorchBatch::update(std::span<const Trial *const> trials) {
  if (trials.size() != description_.size()) throw InternalError("torch engine: a trial is missing");
  guarded<void>([&] {
    const c10::AutoGradMode with_graph(true);
    const Tensor losses = forward(make_inputs(trials));
    std::vector<Tensor> values;
    for (const Parameter *parameter : trained_) values.push_back(parameter->value);
    gradients_ = torch::autograd::grad({losses.sum()}, values);
    losses_.push_back(losses.detach());
    descend();
  });
}

void TorchBatch::descend() {
  const c10::AutoGradMode without_graph(false);
  std::vector<double> rates;
  for (TrainingState &state : description_) {
    ++state.updates;
    state.beta1_power *= k_adam_beta1;
    state.beta2_power *= k_adam_beta2;
    rates.push_back(state.learning_rate * std::sqrt(1 - state.beta2_power) /
                    (1 - state.beta1_power));
  }
  const Tensor rate = per_network(rates);
  for (std::size_t i = 0; i < trained_.size(); ++i) {
    Parameter &p = *trained_[i];
    const Tensor &g = gradients_[i];
    p.m.add_((g - p.m) * (1 - k_adam_beta1));
    p.v.add_((g * g - p.v) * (1 - k_adam_beta2));
    p.value.sub_(rate * p.m / (at::sqrt(p.v) + k_adam_epsilon));
    if (p.least.defined()) p.value.copy_(at::minimum(at::maximum(p.value, p.least), p.most));
  }
}

// Waits for the device.
std::vector<double> download(const Tensor &tensor) {
  const Tensor host = tensor.detach().to(at::kCPU, at::kDouble).contiguous();
  const double *data = host.data_ptr<double>();
  return {data, data + host.numel()};
}

std::vector<std::vector<double>> TorchBatch::take_losses() {
  return guarded<std::vector<std::vector<double>>>([&] {
    std::vector<std::vector<double>> result(description_.size());
    if (losses_.empty()) return result;
    const Tensor all = at::stack(losses_, 1); // (P, updates)
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = download(all[static_cast<std::int64_t>(i)]);
    }
    losses_.clear();
    return result;
  });
}

TrainingState TorchBatch::state(std::size_t i) {
  return guarded<TrainingState>([&] {
    const std::int64_t row = static_cast<std::int64_t>(i);
    TrainingState result = description_.at(i);
    for (const Parameter *p : parameters()) {
      tensor_in(result.network, p->place) = download(p->value[row]);
      if (!p->trained) continue;
      tensor_in(result.m, p->place) = download(p->m[row]);
      tensor_in(result.v, p->place) = download(p->v[row]);
    }
    result.network.b_out = download(b_out_.value[row]).front();
    if (b_out_.trained) {
      result.m.b_out = download(b_out_.m[row]).front();
      result.v.b_out = download(b_out_.v[row]).front();
    }
    return result;
  });
}

LastUpdate TorchBatch::last_update(std::size_t i) {
  if (gradients_.empty()) throw InternalError("torch engine: there was no update yet");
  return guarded<LastUpdate>([&] {
    const std::int64_t row = static_cast<std::int64_t>(i);
    LastUpdate result;
    result.o = download(o_[row].t());
    result.x = download(x_[row]);
    for (std::size_t p = 0; p < trained_.size(); ++p) {
      const std::vector<double> gradient = download(gradients_[p][row]);
      if (trained_[p] == &b_out_) {
        result.gradients.b_out = gradient.front();
      } else {
        tensor_in(result.gradients, trained_[p]->place) = gradient;
      }
    }
    return result;
  });
}

std::string TorchBatch::not_finite(std::size_t i) {
  return guarded<std::string>([&]() -> std::string {
    const std::int64_t row = static_cast<std::int64_t>(i);
    const auto is_good = [&](const Parameter &p) {
      return at::isfinite(p.value[row]).all().item<bool>();
    };
    if (!is_good(w_)) return "w";
    if (!is_good(w_in_)) return "w_in";
    if (!is_good(w_out_)) return "w_out";
    if (!is_good(b_out_)) return "b_out";
    for (const ActivationParameter &which : k_activation_parameters) {
      if (!is_good(activation(which.which))) return std::string(which.name);
    }
    return "";
  });
}

} // namespace

std::unique_ptr<Batch> make_batch(const std::vector<TrainingState> &networks, DeviceName device,
                                  Precision precision) {
  return guarded<std::unique_ptr<Batch>>(
      [&] { return std::make_unique<TorchBatch>(networks, device, precision); });
}

} // namespace pursuit::torch_engine
