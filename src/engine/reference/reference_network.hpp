// One network in training, in plain loops: forward, backward through time, Adam (equations:
// engine/engine.hpp). Real is float ("reference-1") or double ("reference-double-1").
//
// Order of operations, part of the numerics name:
//   W r        columns j in order, starting from 0, then the inputs' columns; columns with r_j = 0
//              are skipped, which leaves the bits of a sum of finite numbers
//   loss       squares in order of time, horizontal before vertical
//   W^T d      the outputs' part first, then rows i in order
//   gradients  of the weights over time forward, of activation parameters over time backward
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/reference/kernels.hpp"

namespace pursuit::reference {

// The tensors in the engine's own precision; w_out by rows: w_out[o N + j].
template <class Real> struct RealTensors {
  std::vector<Real> w, w_in, w_out;
  std::array<std::vector<Real>, k_activations> activation; // in the order of their table
  std::vector<Real> b_out; // one number; a vector so that Adam treats all tensors alike
};

template <class Real> class ReferenceNetwork {
public:
  explicit ReferenceNetwork(const TrainingState &state);

  // One update; returns the loss before it.
  double update(const Trial &trial);
  // A forward pass alone.
  void simulate(const Trial &trial, Activity &activity);
  TrainingState state() const;
  LastUpdate last_update() const;
  std::string not_finite() const; // the first such tensor, or ""

private:
  using Column = std::vector<Real>;

  void forward(const Trial &trial);
  void output(std::size_t t);
  std::vector<double> outputs() const;
  double loss_and_error(const std::vector<double> &z);
  void backward();
  void weight_gradients(const Trial &trial);
  void descend();
  std::vector<std::array<std::vector<Real> *, 4>> trained_tensors();
  void add_activation_gradients(std::size_t t);
  ActivationView<Real> activation() const;
  StepView<Real> step(std::size_t t) const;
  void add_product(Real *y, const std::vector<Real> &columns, const Real *scales,
                   std::size_t count);

  std::size_t n_, k_;
  Network description_; // tau, dt, sizes; its tensors are empty
  ActivationSet trained_;
  ActivationLimits limits_;
  double learning_rate_;
  std::int64_t updates_;
  double beta1_power_, beta2_power_;
  Real keep_, scale_; // 1 - dt/tau, dt/tau

  RealTensors<Real> p_, g_, m_, v_;    // parameters, gradients, moments
  std::vector<Real> w_rows_;           // W^T, refreshed before each backward pass
  std::vector<float> x0_, noise_;      // (N), (N, T-1)
  std::vector<Real> x_, tanh_, r_, d_; // (N, T); d_t = dt/tau dL/dx_t
  std::vector<Real> o_, error_;        // (2, T); error: dL/do, columns 1..T-1
  std::vector<Real> sum_, dx_;         // (N)
  std::vector<Term<Real>> terms_;
};

extern template class ReferenceNetwork<float>;
extern template class ReferenceNetwork<double>;

} // namespace pursuit::reference
