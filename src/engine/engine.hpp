// The arithmetic of the network, behind one interface: fused (SIMD, written by hand), torch
// (autograd), reference (plain loops).
//
// The network (SPEC section 5): N units, k inputs, T = 150 steps of dt.
//   x_t = (1 - dt/tau) x_{t-1} + (dt/tau) (W r_{t-1} + W_in u_{t-1}) + noise_t       t = 1..T-1
//   o_t = W_out r_t + b_out        loss = sqrt(sum_{i=0..T-2} |o_{i+1} - z_i|^2)     (loss 0 has
//   gradient 0) r = k clip(tanh(g x - theta), 0, 1), with g, theta, k = 1, 0, 1 where not trained;
//   d clip = 1 at exactly 0 and 1
// All matrices are column-major, as in MATLAB. Values cross this interface as double, which holds
// every float exactly; an engine rounds them to its own precision once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "experiment/activation_bound.hpp"
#include "experiment/study_constants.hpp"
#include "store/network.hpp"
#include "task/trial.hpp"

namespace pursuit {

// The same shapes for gradients and Adam moments; tensors that are not trained are empty.
struct Tensors {
  std::vector<double> w, w_in, w_out;
  double b_out = 0;
  ActivationTensors activation; // of the activation parameters that are trained
};

// Everything a training needs to go on: written to a checkpoint, restored bit for bit.
struct TrainingState {
  Network network;
  ActivationSet trained; // empty: all weights (stage 1, prior_input)
  ActivationLimits
      limits; // each update ends with what is trained clipped to them; the moments are not
  double learning_rate = 1e-4;
  std::int64_t updates = 0;                // Adam steps done
  Tensors m, v;                            // Adam moments; all tensors empty: start at zero
  double beta1_power = 1, beta2_power = 1; // running products b1^updates, b2^updates
};

// What the last update saw, for replay and tests.
struct LastUpdate {
  std::vector<double> o; // (T-1, 2)
  std::vector<double> x; // (N, T)
  Tensors gradients;
};

// A pack of networks in training, side by side. Not thread-safe.
class Training {
public:
  virtual ~Training() = default;
  // One forward pass, backward pass and Adam update of every network; trials[i] belongs to network
  // i. May return before the work is done: nothing waits for a device until one of the functions
  // below.
  virtual void update(std::span<const Trial> trials) = 0;
  // Losses, each before its update, since the last call: losses[i] belongs to network i.
  virtual std::vector<std::vector<double>> take_losses() = 0;
  virtual TrainingState state(std::size_t i) = 0;
  virtual LastUpdate last_update(std::size_t i) = 0;
};

// What one forward pass leaves.
struct Activity {
  std::vector<double> o; // (T-1, 2)
  std::vector<double> r; // (N, T): rates
};

// A network that runs and is not trained. Not thread-safe.
class Simulation {
public:
  virtual ~Simulation() = default;
  // A forward pass of each trial; activities[i] belongs to trials[i]. Targets are not looked at. A few trials
  // at a time, k_together, are faster than one after the other.
  virtual void run(std::span<const Trial> trials, std::span<Activity> activities) = 0;
  static constexpr std::size_t k_together = 3;
};

class Engine {
public:
  virtual ~Engine() = default;
  // Part of the run id: "fused-1", "torch-2.11.0-cpu-avx512".
  virtual std::string numerics() const = 0;
  // For people: engine, instruction set, device.
  virtual std::string describe() const = 0;
  // All states of one pack have the same n and k, and the same `trained` unless they are siblings: states with the same
  // frozen weights, byte for byte, of an engine whose row allows more than one (engine_table.hpp). Throws RunError when memory runs out.
  virtual std::unique_ptr<Training> start(std::vector<TrainingState> pack) = 0;
  // Throws RunError when memory runs out. An engine without a forward pass of its own runs that of fused.
  virtual std::unique_ptr<Simulation> simulate(const Network &network);
};

struct EngineRequest {
  std::string name;           // "fused", "torch", "reference", "reference-double"; never "auto"
  std::string device = "cpu"; // "cpu" or "cuda:K"
  double gpu_memory_fraction = 0.9;
};

// Throws ConfigError if there is no such engine or device here. The torch engine is a module loaded
// on demand.
std::unique_ptr<Engine> make_engine(const EngineRequest &request);

} // namespace pursuit
