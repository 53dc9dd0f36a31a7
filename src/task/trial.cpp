#include "task/trial.hpp"

#include <array>
#include <vector>

#include "base/elementary.hpp"
#include "base/errors.hpp"
#include "base/noise.hpp"

namespace pursuit {

namespace {

constexpr int k_trial_steps = k_samples - k_target_begin; // T

// Which words of (seed, Purpose::trial_choice, trial, step 0), block 0, choose what.
enum ChoiceWord { k_day_word = 0, k_contrast_word = 1, k_prior_word = 2 };

constexpr std::array<Condition, 4> k_wide_and_narrow{
    Condition::wide, Condition::narrow, Condition::narrow_minus15, Condition::narrow_plus15};

double offset_deg(Condition condition) {
  switch (condition) {
  case Condition::narrow_minus15:
    return -15;
  case Condition::narrow_plus15:
    return 15;
  default:
    return 0;
  }
}

std::size_t channels(const RunSpec &spec) { return spec.mode == Mode::prior_input ? 3 : 2; }

Condition draw_condition(const RunSpec &spec, double target_direction_deg, std::uint32_t word) {
  if (spec.mode == Mode::prior_input) {
    return target_direction_deg == 0 ? k_wide_and_narrow[uniform_below(word, 4)] : Condition::wide;
  }
  return spec.stage == 2 ? k_wide_and_narrow[1 + uniform_below(word, 3)] : Condition::wide;
}

std::vector<double> drawn_input(const RunSpec &spec, std::uint32_t trial, const Draw &draw) {
  std::array<float, 2 * k_trial_steps> normals{};
  for (std::uint32_t c = 0; c < 2; ++c) {
    fill_normals({spec.seed, Purpose::input_noise, trial, c},
                 std::span(normals).subspan(c * k_trial_steps, k_trial_steps));
  }
  return stimulus_input({channels(spec),
                         draw.contrast == Contrast::high ? 1.0 : spec.settings.amplitude_low,
                         draw.direction_deg, draw.condition == Condition::wide ? 0.0 : k_prior_cue,
                         spec.settings.noise_input},
                        normals);
}

} // namespace

Draw draw_trial(const Behavior &behavior, const RunSpec &spec, std::uint32_t trial) {
  const NoiseKey choice{spec.seed, Purpose::trial_choice, trial, 0};
  Draw draw;
  if (spec.stage != 2) {
    draw.day = static_cast<int>(uniform_below(uniform_word(choice, 0, k_day_word),
                                              static_cast<std::uint32_t>(behavior.days.size())));
  }
  draw.contrast = uniform_below(uniform_word(choice, 0, k_contrast_word), 2) == 0 ? Contrast::high
                                                                                  : Contrast::low;
  const double target_deg = behavior.days[static_cast<std::size_t>(draw.day)].target_direction_deg;
  draw.condition = draw_condition(spec, target_deg, uniform_word(choice, 0, k_prior_word));
  const double jitter = normal({spec.seed, Purpose::direction_jitter, trial, 0}, 0);
  draw.direction_deg =
      target_deg + offset_deg(draw.condition) + spec.settings.noise_direction_deg * jitter;
  return draw;
}

std::vector<double> stimulus_input(const Stimulus &stimulus, std::span<const float> normals) {
  const std::size_t k = stimulus.channels;
  const SinCos64 direction = sincos_deg(stimulus.direction_deg);
  const std::array<double, 2> mean{stimulus.amplitude * direction.cos,
                                   stimulus.amplitude * direction.sin};
  std::vector<double> u(k * k_trial_steps, stimulus.cue);
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t t = 0; t < k_trial_steps; ++t)
      u[c + k * t] = mean[c] + stimulus.noise * normals[t + c * k_trial_steps];
  }
  for (double &value : u) value = static_cast<double>(static_cast<float>(value));
  return u;
}

Trial make_trial(const Behavior &behavior, const RunSpec &spec, std::uint32_t trial,
                 const Draw &draw) {
  const Trace &trace =
      behavior.days[static_cast<std::size_t>(draw.day)].traces[static_cast<std::size_t>(
          draw.contrast)][static_cast<std::size_t>(draw.condition)];
  Trial result;
  result.u = drawn_input(spec, trial, draw);
  result.z.assign(trace.hvel.begin() + k_target_begin, trace.hvel.end());
  result.z.insert(result.z.end(), trace.vvel.begin() + k_target_begin, trace.vvel.end());
  result.noise.seed = spec.seed;
  result.noise.trial = trial;
  result.noise.recurrent = spec.settings.noise_recurrent;
  return result;
}

void fill_trial_noise(const TrialNoise &noise, std::span<float> x0, std::span<float> addend,
                      GroupNormals make_group) {
  const std::size_t n = x0.size();
  if (noise.given_x0.empty()) {
    fill_normals({noise.seed, Purpose::initial_state, noise.trial, 0}, k_x0_deviation, x0,
                 make_group);
  } else {
    if (noise.given_x0.size() != n) throw InternalError("given x0 does not have N values");
    std::copy(noise.given_x0.begin(), noise.given_x0.end(), x0.begin());
  }
  if (!noise.given_addend.empty()) {
    if (noise.given_addend.size() != addend.size()) {
      throw InternalError("given noise does not have N x (T-1) values");
    }
    std::copy(noise.given_addend.begin(), noise.given_addend.end(), addend.begin());
    return;
  }
  const float deviation = static_cast<float>(noise.recurrent);
  for (std::size_t column = 0; column < addend.size() / n; ++column) {
    fill_normals(
        {noise.seed, Purpose::recurrent_noise, noise.trial, static_cast<std::uint32_t>(column + 1)},
        deviation, addend.subspan(column * n, n), make_group);
  }
}

} // namespace pursuit
