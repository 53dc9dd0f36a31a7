#include "measure/bias.hpp"

#include <cmath>
#include <numeric>
#include <span>

#include "base/errors.hpp"
#include "measure/circular.hpp"

namespace pursuit {

namespace {

constexpr double k_offset_deg = 15;
constexpr std::size_t k_minus = 0, k_plus = 2; // in k_offsets_deg
constexpr std::size_t k_ms = k_outcome_ms;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The last window_ms of what is compared with outputs: z_0 .. z_148 (SPEC section 5).
std::span<const double> compared(const std::vector<double> &velocity, std::int64_t window_ms) {
  const std::size_t window = static_cast<std::size_t>(window_ms);
  return std::span(velocity).subspan(k_target_begin + k_ms - window, window);
}

} // namespace

double bias_deg(double direction_plus15_deg, double direction_minus15_deg) {
  return k_offset_deg - wrapped_deg(direction_plus15_deg - direction_minus15_deg) / 2;
}

double mean_direction_deg(const ConditionOutcome &condition) {
  return circular_statistics(trial_directions_deg(condition)).mean_deg;
}

double bias_deg(const ConditionOutcomes &conditions) {
  return bias_deg(mean_direction_deg(conditions[k_plus]), mean_direction_deg(conditions[k_minus]));
}

std::vector<double> direction_time_course_deg(const ConditionOutcome &condition) {
  std::vector<double> directions(k_ms);
  for (std::size_t t = 0; t < k_ms; ++t) {
    directions[t] = direction_deg(condition.heading[t], condition.heading[k_ms + t]);
  }
  return directions;
}

std::vector<double> bias_time_course_deg(const ConditionOutcomes &conditions) {
  const std::vector<double> plus = direction_time_course_deg(conditions[k_plus]);
  const std::vector<double> minus = direction_time_course_deg(conditions[k_minus]);
  std::vector<double> bias(k_ms);
  for (std::size_t t = 0; t < k_ms; ++t) bias[t] = bias_deg(plus[t], minus[t]);
  return bias;
}

double bias_deg(const ConditionOutcomes &conditions, std::size_t begin, std::size_t end) {
  std::array<double, 2> directions{};
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const std::vector<double> &velocity = conditions[side == 0 ? k_minus : k_plus].velocity_mean;
    directions[side] = direction_deg(mean(std::span(velocity).subspan(begin, end - begin)),
                                     mean(std::span(velocity).subspan(k_ms + begin, end - begin)));
  }
  return bias_deg(directions[1], directions[0]);
}

std::vector<double> trial_directions_deg(const ConditionOutcome &condition) {
  const std::size_t trials = condition.trial_velocity.size() / 2;
  std::vector<double> directions(trials);
  for (std::size_t i = 0; i < trials; ++i) {
    directions[i] =
        direction_deg(condition.trial_velocity[i], condition.trial_velocity[trials + i]);
  }
  return directions;
}

double behaviour_direction_deg(const Trace &trace, std::int64_t window_ms) {
  return direction_deg(mean(compared(trace.hvel, window_ms)),
                       mean(compared(trace.vvel, window_ms)));
}

double behaviour_bias_deg(const Behavior &behavior, Contrast contrast, std::int64_t window_ms) {
  const auto &traces = behavior.days.at(0).traces[static_cast<std::size_t>(contrast)];
  const auto direction = [&](Condition condition) {
    return behaviour_direction_deg(traces[static_cast<std::size_t>(condition)], window_ms);
  };
  return bias_deg(direction(Condition::narrow_plus15), direction(Condition::narrow_minus15));
}

double observer_bias_deg(double likelihood_sd_deg, double prior_sd_deg, double offset_deg) {
  const double likelihood = likelihood_sd_deg * likelihood_sd_deg;
  return offset_deg * likelihood / (likelihood + prior_sd_deg * prior_sd_deg);
}

} // namespace pursuit
