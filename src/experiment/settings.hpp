// The plain values that describe one network's training, shared by everything downstream.
#pragma once

#include <cstdint>
#include <string_view>

#include "experiment/activation.hpp"
#include "experiment/activation_bound.hpp"
#include "experiment/study_constants.hpp"

namespace pursuit {

// activation: two stages, weights first, then activation parameters. prior_input: one stage,
// with a third input channel.
enum class Mode { activation, prior_input };

std::string_view to_text(Mode mode);

// Every sweepable parameter of one run. Members are in the order of the table in parameters.hpp.
struct Settings {
  std::int64_t N = 0;
  double tau_ms = 0;
  std::int64_t n_trials = 0;
  double gain = 1.5; // NaN: unknown (a model made elsewhere)
  double learning_rate = 1e-4;
  ActivationSet activation = Activation::input_gain; // meaningful in stage 2 only; never empty
  double noise_recurrent = 0.01;
  double noise_input = 0.01;
  double noise_direction_deg = 7;
  double amplitude_low = 0.1;
  ActivationBound activation_min, activation_max; // meaningful in stage 2 only
};

// The bounds of what a stage 2 with these settings trains.
ActivationLimits limits_of(const Settings &settings);

} // namespace pursuit
