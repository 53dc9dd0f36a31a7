// Where the trials of a network in training come from: all that makes trial t, so that an engine may draw them itself, on its
// device.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <variant>

#include "task/trial.hpp"

namespace pursuit {

// Those of a run: what the behaviour, its seed, stage and task settings say. The behaviour must outlive it.
struct DrawnTrials {
  const Behavior *behavior = nullptr;
  RunSpec spec;
};

class TrialSource {
public:
  using Given = std::function<Trial(std::uint32_t trial)>;

  TrialSource(DrawnTrials drawn) : trials_(std::move(drawn)) {}
  // Of a replay. What a trial refers to must live until the next is asked for.
  explicit TrialSource(Given given) : trials_(std::move(given)) {}

  Trial trial(std::uint32_t index) const {
    if (const Given *given = std::get_if<Given>(&trials_)) return (*given)(index);
    const auto &[behavior, spec] = std::get<DrawnTrials>(trials_);
    return make_trial(*behavior, spec, index, draw_trial(*behavior, spec, index));
  }
  // Null where they are given.
  const DrawnTrials *drawn() const { return std::get_if<DrawnTrials>(&trials_); }

private:
  std::variant<DrawnTrials, Given> trials_;
};

} // namespace pursuit
