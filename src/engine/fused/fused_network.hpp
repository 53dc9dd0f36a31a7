// Networks in training by the fused engine: one update is a forward pass, a backward pass and a step of
// Adam, by the functions of one instruction set. ORDER.md defines the bits.
#pragma once

#include <span>
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

private:
  friend class Family;
  void show(const Trial &trial, const FusedNetwork *same_noise);
  float loss_and_error(const std::vector<double> &z);
  void descend();
  std::vector<double> outputs() const;
  void copy_activity(Activity &activity) const;

  const Passes &passes_;
  TrainingState description_; // what does not change; its tensors are empty
  std::int64_t updates_;
  double beta1_power_, beta2_power_;
  FusedMemory memory_;
};

// One to k_most_siblings networks that are updated together: in stage 2 of the same parent, or one alone.
class Family {
public:
  explicit Family(FusedNetwork network) { members_.push_back(std::move(network)); }

  // Whether a network that starts like this may join those here.
  bool takes(const TrainingState &state) const;
  void add(FusedNetwork network) { members_.push_back(std::move(network)); }

  std::size_t size() const { return members_.size(); }
  const FusedNetwork &member(std::size_t i) const { return members_[i]; }
  // One update of each; trials and losses, those before it, belong to the members. Expects the default
  // floating-point environment, as `simulate` does.
  void update(std::span<const Trial *const> trials, std::span<double> losses);
  // A forward pass of the first members.
  void simulate(std::span<const Trial> trials, std::span<Activity> activities);

private:
  void forward(std::span<const Trial *const> trials);

  std::vector<FusedNetwork> members_;
};

} // namespace pursuit::fused
