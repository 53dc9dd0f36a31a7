// The bias toward the prior: how far the eye is drawn from a stimulus 15 degrees off the prior's centre toward that
// centre (SPEC section 9).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "measure/evaluation.hpp"
#include "task/behavior.hpp"

namespace pursuit {

// 15 - [theta(+15) - theta(-15)] / 2, degrees: 0 for an eye that follows the stimulus, 15 for one that always takes the
// prior's centre. The difference is taken around the circle.
double bias_deg(double direction_plus15_deg, double direction_minus15_deg);

// Circular mean over trials of the direction in the last window_ms.
double mean_direction_deg(const ConditionOutcome &condition);
// Of a network: from those means.
double bias_deg(const ConditionOutcomes &conditions);
// Of a network in outputs [begin, end): from the direction of the mean velocity over trials and these outputs.
double bias_deg(const ConditionOutcomes &conditions, std::size_t begin, std::size_t end);
// At each ms, t = 1..149: from the circular means of o / |o| at that ms.
std::vector<double> bias_time_course_deg(const ConditionOutcomes &conditions);
// Mean direction at each ms, t = 1..149.
std::vector<double> direction_time_course_deg(const ConditionOutcome &condition);

// Direction of each trial, in the last window_ms.
std::vector<double> trial_directions_deg(const ConditionOutcome &condition);

// Of the behaviour on day 0, narrow_plus15 and narrow_minus15: mean velocity over the last window_ms of what outputs are
// compared with (samples 150..298).
double behaviour_direction_deg(const Trace &trace, std::int64_t window_ms);
double behaviour_bias_deg(const Behavior &behavior, Contrast contrast, std::int64_t window_ms);

// What an ideal observer would do: with a Gaussian likelihood of SD s around the stimulus and a Gaussian prior of SD p
// around 0, the posterior's mean for a stimulus at `offset` is offset p^2 / (p^2 + s^2), a bias of
// offset s^2 / (p^2 + s^2) toward the prior (Koerding and Wolpert 2004, Nature 427:244). s is the SD of the network's own
// directions over trials, p that of what stage 2 shows: {-15, 0, 15} with equal weight, 12.25 degrees.
double observer_bias_deg(double likelihood_sd_deg, double prior_sd_deg, double offset_deg = 15);
inline constexpr double k_prior_sd_deg = 12.24744871391589; // sqrt(150)

} // namespace pursuit
