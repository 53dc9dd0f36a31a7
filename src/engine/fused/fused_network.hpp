// Networks in training by the fused engine: one update is a forward pass, a backward pass and a step of
// Adam, by the functions of one instruction set. ORDER.md defines the bits.
#pragma once

#include <array>
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
  void clip(Activation parameter);
  std::vector<double> outputs() const;
  void copy_activity(Activity &activity) const;

  const Passes &passes_;
  TrainingState description_; // what does not change; its tensors are empty
  std::int64_t updates_;
  double beta1_power_, beta2_power_;
  FusedMemory memory_;
};

// One to k_most_siblings networks that are updated or shown trials together: of the same parent in stage 2,
// copies of one that is simulated, or one alone. Expects the default floating-point environment.
class Family {
public:
  explicit Family(FusedNetwork network) { members_.push_back(std::move(network)); }

  // Whether a network that starts like this may join those here: none trains W, which is the same.
  bool takes(const TrainingState &state) const;
  void add(FusedNetwork network) { members_.push_back(std::move(network)); }

  std::size_t size() const { return members_.size(); }
  const FusedNetwork &member(std::size_t i) const { return members_[i]; }
  // One update of each; trials and losses, those before it, belong to the members.
  void update(std::span<const Trial *const> trials, std::span<double> losses);
  // A forward pass of each trial, as many at a time as there are members, which are copies.
  void simulate(std::span<const Trial> trials, std::span<Activity> activities);

private:
  void forward(std::span<const Trial *const> trials); // of the first members
  Siblings siblings(std::size_t count);               // the first members

  std::vector<FusedNetwork> members_;
  std::array<const Arrays *, k_most_siblings> arrays_;
};

} // namespace pursuit::fused
