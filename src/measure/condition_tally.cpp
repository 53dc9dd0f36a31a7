#include "measure/condition_tally.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_ms = k_outcome_ms;

} // namespace

void require_finite(const Activity &activity) {
  for (double velocity : activity.o) {
    if (!std::isfinite(velocity)) throw RunError("an output of the network is not finite");
  }
}

Velocity window_velocity(const Activity &activity, std::size_t window) {
  Velocity sum;
  for (std::size_t t = k_ms - window; t < k_ms; ++t) {
    sum.horizontal += activity.o[t];
    sum.vertical += activity.o[k_ms + t];
  }
  return {sum.horizontal / static_cast<double>(window), sum.vertical / static_cast<double>(window)};
}

Velocity unit_vector(const Velocity &v) {
  const double speed = std::sqrt(v.horizontal * v.horizontal + v.vertical * v.vertical);
  return speed > 0 ? Velocity{v.horizontal / speed, v.vertical / speed} : Velocity{};
}

// Outputs begin at t = 1, rates at t = 0.
void add_window_rates(const Activity &activity, std::size_t window, std::vector<double> &sum) {
  const std::size_t n = sum.size();
  for (std::size_t t = k_steps - window; t < k_steps; ++t) {
    for (std::size_t i = 0; i < n; ++i) sum[i] += activity.r[i + n * t];
  }
}

void divide_and_round(std::vector<double> &sum, double count) {
  for (double &value : sum) value = static_cast<double>(static_cast<float>(value / count));
}

ConditionTally::ConditionTally(std::size_t n, std::size_t trials, std::size_t window)
    : trials_(trials), window_(window), velocity_(2 * k_ms), squares_(2 * k_ms), heading_(2 * k_ms),
      trial_velocity_(2 * trials), rate_(n), state_(n * k_state_times) {}

void ConditionTally::add(const Activity &activity) {
  require_finite(activity);
  for (std::size_t i = 0; i < 2 * k_ms; ++i) velocity_[i] += activity.o[i];
  for (std::size_t i = 0; i < 2 * k_ms; ++i) squares_[i] += activity.o[i] * activity.o[i];
  for (std::size_t t = 0; t < k_ms; ++t) {
    const Velocity heading = unit_vector({activity.o[t], activity.o[k_ms + t]});
    heading_[t] += heading.horizontal;
    heading_[k_ms + t] += heading.vertical;
  }
  const Velocity late = window_velocity(activity, window_);
  trial_velocity_[done_] = late.horizontal;
  trial_velocity_[trials_ + done_] = late.vertical;
  add_window_rates(activity, window_, rate_);
  add_states(activity);
  ++done_;
}

void ConditionTally::add_states(const Activity &activity) {
  const std::size_t n = rate_.size();
  for (std::size_t s = 0; s < k_state_times; ++s) {
    const std::size_t t = (s + 1) * k_state_every_ms - 1;
    for (std::size_t i = 0; i < n; ++i) state_[i + n * s] += activity.r[i + n * t];
  }
}

ConditionOutcome ConditionTally::outcome() && {
  const double count = static_cast<double>(done_);
  std::vector<double> sd(2 * k_ms);
  for (std::size_t i = 0; i < sd.size() && done_ > 1; ++i) {
    const double apart = squares_[i] - velocity_[i] * velocity_[i] / count;
    sd[i] = std::sqrt(std::max(0.0, apart) / (count - 1));
  }
  for (double &value : velocity_) value /= count;
  for (double &value : heading_) value /= count;
  divide_and_round(rate_, count * static_cast<double>(window_));
  divide_and_round(state_, count);
  return {std::move(velocity_),       std::move(sd),    std::move(heading_),
          std::move(trial_velocity_), std::move(rate_), std::move(state_)};
}

} // namespace pursuit
