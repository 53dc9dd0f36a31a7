// What the trainings of all engines share that are shown trials made by the host: who is a member, which trial it is at, its
// losses, and its first fault.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace pursuit {

class PackedTraining : public Training {
public:
  MemberId add(const TrainingState &state, TrialSource source, std::int64_t end) final;
  void advance(std::int64_t most) final; // by one trial
  TrainingState remove(MemberId member) final;
  std::int64_t trial(MemberId member) const final { return members_.at(member).trial; }
  std::vector<double> take_losses(MemberId member) final;
  std::string fault(MemberId member) final;

protected:
  struct Shown {
    MemberId member;
    Trial trial;
  };

  // Throws RunError when memory runs out.
  virtual void put_in(MemberId member, const TrainingState &state) = 0;
  virtual void take_out(MemberId member) = 0;
  // One forward pass, backward pass and Adam update of each.
  virtual void update(std::span<const Shown> shown) = 0;
  // Records what losses the updates have left; for engines that do so later than in `update`.
  virtual void collect_losses() {}
  // The name of the first tensor with a number that is not finite, or "".
  virtual std::string not_finite(MemberId member) = 0;

  // In the order of the trials.
  void record(MemberId member, double loss);

private:
  struct Member {
    TrialSource source;
    std::int64_t trial, end;
    std::int64_t recorded; // trials whose loss is known
    std::vector<double> losses;
    std::string fault;
  };
  std::map<MemberId, Member> members_;
  int ids_ = 0;
};

} // namespace pursuit
