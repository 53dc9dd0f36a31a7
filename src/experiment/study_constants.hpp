// What the study fixes for every network (SPEC section 5, the reference program): no experiment sets it. Whoever changes one
// of these changes bits, and raises the numerics names.
#pragma once

namespace pursuit {

inline constexpr int k_steps = 150;            // T: time steps of a trial
inline constexpr double k_dt_ms = 1.0;         // dt
inline constexpr int k_outputs = 2;            // horizontal and vertical eye velocity
inline constexpr float k_x0_deviation = 0.01f; // SD of the state at t = 0
inline constexpr double k_prior_cue = 0.1; // third input of prior_input where the prior is narrow

// Adam as in TensorFlow 1 (Kingma & Ba 2015, with "epsilon hat").
inline constexpr double k_adam_beta1 = 0.9, k_adam_beta2 = 0.999, k_adam_epsilon = 1e-8;

} // namespace pursuit
