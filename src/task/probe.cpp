#include "task/probe.hpp"

#include <array>

#include "base/noise.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_trial_steps = k_samples - k_target_begin; // T

} // namespace

ProbeNoise probe_noise(const ProbeSettings &settings, std::uint32_t trial) {
  ProbeNoise noise;
  noise.direction_deg = settings.noise_direction_deg *
                        normal({settings.seed, Purpose::evaluation_direction, trial, 0}, 0);
  noise.input.resize(2 * k_trial_steps);
  for (std::uint32_t c = 0; c < 2; ++c) {
    fill_normals({settings.seed, Purpose::evaluation_input, trial, c},
                 std::span(noise.input).subspan(c * k_trial_steps, k_trial_steps));
  }
  noise.x0.resize(settings.units);
  fill_normals({settings.seed, Purpose::evaluation_state, trial, 0}, k_x0_deviation, noise.x0);
  noise.addend.resize(settings.units * (k_trial_steps - 1));
  const float deviation = static_cast<float>(settings.noise_recurrent);
  for (std::uint32_t t = 1; t < k_trial_steps; ++t) {
    fill_normals({settings.seed, Purpose::evaluation_recurrent, trial, t}, deviation,
                 std::span(noise.addend).subspan((t - 1) * settings.units, settings.units));
  }
  return noise;
}

Trial probe_trial(const ProbeSettings &settings, const Probe &probe, const ProbeNoise &noise) {
  const double amplitude = probe.contrast == Contrast::high ? 1.0 : settings.amplitude_low;
  Trial trial;
  trial.u = stimulus_input(
      {settings.channels, amplitude, probe.direction_deg, probe.cue, settings.noise_input},
      noise.input);
  trial.noise.given_x0 = noise.x0;
  trial.noise.given_addend = noise.addend;
  return trial;
}

} // namespace pursuit
