// Networks in training by the fused engine: one update is a forward pass, a backward pass and a step of
// Adam, by the functions of one instruction set. ORDER.md defines the bits.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/fused/fused_memory.hpp"
#include "engine/fused/passes.hpp"

namespace pursuit::fused {

class FusedNetwork {
public:
  FusedNetwork(const TrainingState &state, const Passes &passes);

  TrainingState state() const;
  LastUpdate last_update() const;
  void copy_activity(Activity &activity) const;
  std::string not_finite() const { return memory_.not_finite(); }

  // Neither trains W, and it is the same: they may be trained side by side.
  bool is_sibling_of(const FusedNetwork &other) const;

private:
  friend class SideBySide;
  void show(const Trial &trial, const FusedNetwork *same_noise);
  float loss_and_error(const std::vector<double> &z);
  void descend();
  void clip(Activation parameter);
  std::vector<double> outputs() const;

  const Passes &passes_;
  TrainingState description_; // what does not change; its tensors are empty
  std::int64_t updates_;
  double beta1_power_, beta2_power_;
  FusedMemory memory_;
};

// Siblings, copies, or one network alone, each with the trial that it is shown; they are the caller's. Expects the default
// floating-point environment.
class SideBySide {
public:
  bool is_full() const { return size_ == k_most_siblings; }
  void add(FusedNetwork &network, const Trial &trial);
  // A forward pass alone.
  void forward();
  // One update of each; losses, before it, in their order.
  std::array<double, k_most_siblings> update();

private:
  Siblings siblings() const { return {arrays_.data(), size_}; }

  std::size_t size_ = 0;
  std::array<FusedNetwork *, k_most_siblings> networks_{};
  std::array<const Trial *, k_most_siblings> trials_{};
  std::array<const Arrays *, k_most_siblings> arrays_{};
};

} // namespace pursuit::fused
