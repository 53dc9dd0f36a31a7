// Networks that are shown trials one by one, as a test gives them.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/errors.hpp"
#include "engine/engine.hpp"

namespace pursuit {

class GivenTraining {
public:
  GivenTraining(Engine &engine, const std::vector<TrainingState> &states)
      : training_(engine.start()) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      const TrialSource source([this, i](std::uint32_t) { return trials_[i]; });
      members_.push_back(
          training_->add(states[i], source, std::numeric_limits<std::int64_t>::max()));
    }
  }
  GivenTraining(const GivenTraining &) = delete;
  GivenTraining &operator=(const GivenTraining &) = delete;

  // trials[i] belongs to network i.
  void update(std::span<const Trial> trials) {
    if (trials.size() != members_.size()) throw InternalError("one trial a network");
    trials_ = trials;
    training_->advance(1);
  }
  std::vector<std::vector<double>> take_losses() {
    std::vector<std::vector<double>> losses;
    for (const MemberId member : members_) losses.push_back(training_->take_losses(member));
    return losses;
  }
  TrainingState state(std::size_t i) { return training_->state(members_.at(i)); }
  LastUpdate last_update(std::size_t i) { return training_->last_update(members_.at(i)); }

private:
  std::unique_ptr<Training> training_;
  std::vector<MemberId> members_;
  std::span<const Trial> trials_;
};

inline std::unique_ptr<GivenTraining> start_given(Engine &engine,
                                                  const std::vector<TrainingState> &states) {
  return std::make_unique<GivenTraining>(engine, states);
}

} // namespace pursuit
