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
#include "task/trial_source.hpp"

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

// A network in a training: each has one of its own, which is not given again.
enum class MemberId : int {};

// Networks in training side by side, which come and go while it lives. They may be at different trials, and have different
// seeds, stages and numbers of trials; none changes another's bits. Not thread-safe.
class Training {
public:
  virtual ~Training() = default;
  // Whether a network with this state can be trained beside those that are there; alone each can.
  virtual bool fits(const TrainingState &) const { return true; }
  // One more, which is at trial `state.updates` of its source and leaves off at trial `end`. Throws RunError when memory runs
  // out, and the others stay as they are.
  virtual MemberId add(const TrainingState &state, TrialSource source, std::int64_t end) = 0;
  // Each network that is not at its end goes on, up to a boundary that the engine chooses: at least one trial, and `most` at
  // most. May return before the work is done: nothing waits for a device until one of the functions below.
  virtual void advance(std::int64_t most) = 0;
  virtual TrainingState remove(MemberId member) = 0;
  // How many trials it has done, those before it came included.
  virtual std::int64_t trial(MemberId member) const = 0;
  // Losses, each before its update, since the last call.
  virtual std::vector<double> take_losses(MemberId member) = 0;
  // "trial 5: the loss is not finite", "trial 12: w is not finite"; empty: all its numbers are finite.
  virtual std::string fault(MemberId member) = 0;
  virtual TrainingState state(MemberId member) = 0;
  virtual LastUpdate last_update(MemberId member) = 0;
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
  // Without networks.
  virtual std::unique_ptr<Training> start() = 0;
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
