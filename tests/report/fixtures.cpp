#include "fixtures.hpp"

#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>

namespace pursuit {

using namespace pursuit;

namespace {

double radians(double deg) { return deg * std::numbers::pi / 180; }

// Bias in each contrast by the kind of network.
double bias_of(const FinishedNetwork &network, std::size_t contrast) {
  const std::map<std::string, double> low = {
      {"stage1", 0}, {"input_gain", 1}, {"threshold", 4}, {"response_gain", 2}, {"prior_input", 3}};
  const double bias = low.at(model_kind(network.spec));
  return (contrast == 1 ? bias : 0.2 * bias) + 0.1 * static_cast<double>(network.spec.seed);
}

ConditionOutcome outcome(const FinishedNetwork &network, std::size_t contrast, double offset_deg,
                         int n, std::size_t trials) {
  ConditionOutcome out;
  const double deg = offset_deg * (1 - bias_of(network, contrast) / 15);
  const double speed = contrast == 0 ? 0.6 : 0.25;
  for (const double part : {std::cos(radians(deg)), std::sin(radians(deg))}) {
    for (int t = 1; t <= k_outcome_ms; ++t) {
      out.velocity_mean.push_back(speed * part * t * t / (t * t + 2500.0));
      out.velocity_sd.push_back(0.01);
      out.heading.push_back(part);
    }
    out.trial_velocity.insert(out.trial_velocity.end(), trials, speed * part);
  }
  for (int u = 0; u < n; ++u)
    out.rate.push_back(0.5 + 0.3 * std::cos(radians(360.0 * u / n - deg)) +
                       0.02 * static_cast<double>(network.spec.stage) *
                           std::cos(radians(720.0 * u / n)));
  for (int i = 0; i < k_state_times; ++i) {
    for (int u = 0; u < n; ++u)
      out.state.push_back(out.rate[static_cast<std::size_t>(u)] *
                          std::sin(0.1 * i + 0.3 * (u % 3)));
  }
  return out;
}

// Five days; the output is ahead of the target by its seed in degrees at high contrast, by ten times that at low.
DayOutcome days_of(const FinishedNetwork &network) {
  DayOutcome days;
  days.target_deg = {0, 90, 175, 185, 300};
  const double ahead_deg = static_cast<double>(network.spec.seed);
  for (const double target_deg : days.target_deg) {
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      const double deg = target_deg + (contrast == 0 ? ahead_deg : 10 * ahead_deg);
      days.velocity[contrast].push_back(0.5 * std::cos(radians(deg)));
      days.velocity[contrast].push_back(0.5 * std::sin(radians(deg)));
    }
  }
  return days;
}

Evaluation evaluation_of(const FinishedNetwork &network, int n) {
  Evaluation evaluation;
  evaluation.n = n;
  evaluation.seed = network.spec.seed;
  evaluation.model_sha256 = network.model_sha256;
  const int cues = network.spec.mode == Mode::prior_input ? 2 : 1;
  for (int cue = 0; cue < cues; ++cue) {
    CueOutcome made;
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      for (std::size_t o = 0; o < 3; ++o)
        made.conditions[contrast][o] = outcome(network, contrast, k_offsets_deg[o], n, 4);
      for (int k = 0; k < k_tuning_directions; ++k) {
        for (int u = 0; u < n; ++u)
          made.tuning[contrast].push_back(
              (contrast == 0 ? 0.8 : 0.4) *
              std::exp(1.5 * (std::cos(radians(15.0 * k - 360.0 * u / n)) - 1)));
      }
    }
    evaluation.cues.push_back(std::move(made));
  }
  evaluation.days = days_of(network);
  if (network.spec.stage == 2) {
    evaluation.activation = network.spec.settings.activation;
    for (const Activation parameter : evaluation.activation.members()) {
      for (int u = 0; u < n; ++u)
        evaluation.parameter.push_back(row_of(parameter).neutral -
                                       0.1 * std::cos(radians(360.0 * u / n)) + 0.01 * (u % 5));
    }
  }
  evaluation.w_in.assign(static_cast<std::size_t>(2 * n), 0.5);
  return evaluation;
}

class MadeUp final : public NetworkFiles {
public:
  explicit MadeUp(int n) : n_(n) {}
  std::optional<Evaluation> evaluation(const FinishedNetwork &network) override {
    return evaluation_of(network, n_);
  }
  std::optional<Model> model(const FinishedNetwork &network) override {
    Model model;
    model.network.n = n_;
    for (int trial = 0; trial < 400; ++trial)
      model.losses.push_back(0.7 + 5 * std::exp(-trial / 60.0) +
                             0.05 * std::sin(trial + static_cast<double>(network.spec.seed)));
    for (int u = 0; u < n_; ++u) {
      model.network.w_out.push_back(std::cos(radians(360.0 * u / n_)));
      model.network.w_out.push_back(std::sin(radians(360.0 * u / n_)));
    }
    return model;
  }

private:
  int n_;
};

FinishedNetwork network_of(const std::string &stage, Mode mode, int training_stage,
                           Activation activation, int seed, int n) {
  FinishedNetwork network;
  network.stage = stage;
  network.spec.mode = mode;
  network.spec.stage = training_stage;
  network.spec.seed = static_cast<std::uint64_t>(seed);
  network.spec.settings.N = n;
  network.spec.settings.tau_ms = 30;
  network.spec.settings.n_trials = 400;
  network.spec.settings.activation = activation;
  network.run_id = fmt::format("{:0>64}", fmt::format("{}{}", model_kind(network.spec), seed));
  network.model_sha256 = network.run_id;
  return network;
}

void measure_made_up(FinishedNetwork &network, int shuffles) {
  Measures measures;
  const double high = bias_of(network, 0), low = bias_of(network, 1);
  measures.bias = ByContrast{high, low};
  measures.direction_sd = ByContrast{2 + 0.1 * high, 5 + 0.1 * low};
  measures.behaviour_bias = ByContrast{0, 3};
  if (network.spec.mode == Mode::prior_input)
    measures.bias_without_cue = ByContrast{0.1 * high, 0.1 * low};
  if (network.spec.stage == 2 && shuffles > 0) {
    measures.shuffled_bias = ByContrast{0.2 * high, 0.2 * low};
    measures.uniform_bias = ByContrast{0.1 * high, 0.1 * low};
  }
  network.measures = measures;
}

} // namespace

Results example_results(int seeds, int n, int shuffles) {
  Results results;
  results.settings.shuffles = shuffles;
  results.behavior = synthetic_behavior(1);
  results.files = std::make_unique<MadeUp>(n);
  for (int seed = 1; seed <= seeds; ++seed) {
    results.networks.push_back(
        network_of("weights", Mode::activation, 1, Activation::input_gain, seed, n));
    const std::string parent = results.networks.back().run_id;
    for (const Activation activation :
         {Activation::input_gain, Activation::threshold, Activation::response_gain}) {
      results.networks.push_back(network_of("adapt", Mode::activation, 2, activation, seed, n));
      results.networks.back().spec.parent_id = parent;
    }
    results.networks.push_back(
        network_of("cued", Mode::prior_input, 1, Activation::input_gain, seed, n));
  }
  for (FinishedNetwork &network : results.networks) measure_made_up(network, shuffles);
  return results;
}

const Series *find_series(const Panel &panel, const std::string &group,
                          const std::string &statistic) {
  for (const Series &series : panel.series) {
    if (series.group == group && series.statistic == statistic) return &series;
  }
  return nullptr;
}

std::vector<std::string> titles(const Drawing &drawing) {
  std::vector<std::string> all;
  for (const Panel &panel : drawing.panels) all.push_back(panel.title);
  return all;
}

} // namespace pursuit
