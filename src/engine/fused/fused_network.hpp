// One network in training by the fused engine: one update is a forward pass, a backward pass and a
// step of Adam, by the functions of one instruction set. ORDER.md defines the bits.
#pragma once

#include "engine/engine.hpp"
#include "engine/fused/fused_memory.hpp"
#include "engine/fused/passes.hpp"

namespace pursuit::fused {

class FusedNetwork {
public:
  FusedNetwork(const TrainingState &state, const Passes &passes);

  // One update; returns the loss before it. Expects the default floating-point environment.
  double update(const Trial &trial);
  // A forward pass alone.
  void simulate(const Trial &trial, Activity &activity);
  TrainingState state() const;
  LastUpdate last_update() const;

private:
  void forward(const Trial &trial);
  float loss_and_error(const std::vector<double> &z);
  void descend();
  std::vector<double> outputs() const;

  const Passes &passes_;
  TrainingState description_; // what does not change; its tensors are empty
  std::int64_t updates_;
  double beta1_power_, beta2_power_;
  FusedMemory memory_;
};

} // namespace pursuit::fused
