// A network that has been trained for a while: activity rises during training, and with it the work.
#pragma once

#include "engine/engine.hpp"
#include "train/train.hpp"

namespace pursuit::bench {

inline constexpr std::int64_t k_trials_before = 1000;

// The spec of every benchmark: tau 30 ms, gain 1.5, seed 1, synthetic data.
RunSpec spec_of(int n);

// Stage 1 after k_trials_before trials of the fused engine, Adam's moments included.
TrainingState trained_state(int n);

const Behavior &behavior();

// The trial that follows.
Trial next_trial(const RunSpec &spec, std::int64_t trial);

} // namespace pursuit::bench
