// Networks and trials for the engine's tests: everything away from its initial value, all noise
// given.
#pragma once

#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "support/given_training.hpp"

namespace pursuit {

// The vectors own what `trial` refers to.
struct GivenTrial {
  std::vector<float> x0, addend;
  Trial trial;
};

// N units, k inputs, tau 20 ms; W of gain 1.3, W_out and b_out not 0, input gains around 1.1,
// thresholds around 0.1, response gains around 0.9 with every third negative.
TrainingState some_state(int n, int k, ActivationSet trained, std::uint64_t seed = 1);

// Values that every precision holds exactly (floats).
GivenTrial some_trial(int n, int k, std::uint64_t seed = 1);

// Bit i: the i-th activation parameter. A name for tests: "weights", "input_gain+threshold".
constexpr ActivationSet set_of_bits(unsigned bits) { return ActivationSet::from_bits(bits); }
inline std::string name_of(ActivationSet trained) {
  return trained.empty() ? "weights" : to_text(trained);
}
// The weights, and every set of activation parameters.
std::vector<ActivationSet> every_training();
// All values, one parameter's after another's.
std::vector<double> all_values(const ActivationTensors &tensors);

// A state as stage 1 has it: activation parameters 1, 0, 1.
TrainingState with_plain_activation(TrainingState state);

} // namespace pursuit
