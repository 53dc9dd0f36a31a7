#include "measure/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/errors.hpp"
#include "measure/condition_tally.hpp"
#include "measure/shuffle.hpp"
#include "task/probe.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_ms = k_outcome_ms;
// Tuning has trials of its own, far behind those of the prior's conditions.
constexpr std::uint32_t k_first_tuning_trial = 1u << 31;
// And so have days, each day behind the one before.
constexpr std::uint32_t k_first_day_trial = 3u << 30;

std::size_t side_of(Contrast contrast) { return static_cast<std::size_t>(contrast); }
constexpr std::array k_contrasts = {Contrast::high, Contrast::low};

ProbeSettings probe_settings(const Model &model) {
  return {static_cast<std::uint64_t>(model.seed),
          static_cast<std::size_t>(model.network.n),
          static_cast<std::size_t>(model.network.k),
          model.settings.noise_recurrent,
          model.settings.noise_input,
          model.settings.noise_direction_deg,
          model.settings.amplitude_low};
}

// Runs a model's trials. A stop that is asked for is seen between two trials.
class Evaluator {
public:
  Evaluator(const Model &model, double centre_deg, const Evaluate &settings,
            const std::function<bool()> &stop_requested)
      : model_(model), probe_(probe_settings(model)), centre_deg_(centre_deg), settings_(settings),
        window_(static_cast<std::size_t>(settings.window_ms)), stop_requested_(stop_requested),
        engine_(make_engine({k_evaluation_engine})), simulation_(engine_->simulate(model.network)) {
  }

  bool stopped() {
    stopped_ = stopped_ || (stop_requested_ && stop_requested_());
    return stopped_;
  }

  CueOutcome with_cue(double cue) {
    CueOutcome outcome;
    outcome.cue = cue;
    outcome.conditions = conditions(cue);
    outcome.tuning = tuning(cue);
    return outcome;
  }

  DayOutcome days(const std::vector<Day> &days) {
    DayOutcome outcome;
    std::uint32_t trial = k_first_day_trial;
    for (const Day &day : days) {
      outcome.target_deg.push_back(day.target_direction_deg);
      add_day(day.target_direction_deg, trial, outcome);
      trial += static_cast<std::uint32_t>(few(settings_.trials));
    }
    return outcome;
  }

  ShuffleOutcome shuffles() {
    const ActivationSet trained = trained_activation(model_);
    ShuffleOutcome outcome;
    for (std::vector<double> &headings : outcome.shuffled) {
      headings.assign(4 * static_cast<std::size_t>(settings_.shuffles), 0);
    }
    for (std::int64_t s = 0; s < settings_.shuffles && !stopped(); ++s) {
      add_headings(
          with_shuffled(model_.network, trained, probe_.seed, static_cast<std::uint32_t>(s)),
          few(settings_.trials), static_cast<std::size_t>(s), outcome.shuffled);
    }
    for (std::vector<double> &heading : outcome.uniform) heading.assign(4, 0);
    add_headings(with_means(model_.network, trained), settings_.trials, 0, outcome.uniform);
    return outcome;
  }

private:
  // Calls see(i, activity) for each probe, all with this noise.
  template <class See>
  void run(Simulation &simulation, const std::vector<Probe> &probes, const ProbeNoise &noise,
           See see) {
    for (std::size_t done = 0; done < probes.size(); done += Simulation::k_together) {
      const std::size_t end = std::min(done + Simulation::k_together, probes.size());
      std::vector<Trial> trials;
      for (std::size_t i = done; i < end; ++i) {
        trials.push_back(probe_trial(probe_, probes[i], noise));
      }
      activities_.resize(Simulation::k_together);
      simulation.run(trials, {activities_.data(), trials.size()});
      for (std::size_t i = done; i < end; ++i) see(i, activities_[i - done]);
    }
  }

  static std::int64_t few(std::int64_t trials) { return std::max<std::int64_t>(1, trials / 10); }

  std::array<ConditionOutcomes, 2> conditions(double cue) {
    const std::size_t trials = static_cast<std::size_t>(settings_.trials);
    std::vector<ConditionTally> tallies(k_contrasts.size() * k_offsets_deg.size(),
                                        ConditionTally(probe_.units, trials, window_));
    for (std::uint32_t trial = 0; trial < trials && !stopped(); ++trial) {
      const ProbeNoise noise = probe_noise(probe_, trial);
      std::vector<Probe> probes;
      for (const Contrast contrast : k_contrasts) {
        for (const double offset : k_offsets_deg) {
          probes.push_back({contrast, centre_deg_ + offset + noise.direction_deg, cue});
        }
      }
      run(*simulation_, probes, noise,
          [&](std::size_t i, const Activity &activity) { tallies[i].add(activity); });
    }
    std::array<ConditionOutcomes, 2> outcomes;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      outcomes[i / k_offsets_deg.size()][i % k_offsets_deg.size()] =
          std::move(tallies[i]).outcome();
    }
    return outcomes;
  }

  std::array<std::vector<double>, 2> tuning(double cue) {
    const std::size_t n = probe_.units;
    std::array<std::vector<double>, 2> rates;
    for (std::vector<double> &of_contrast : rates) of_contrast.resize(n * k_tuning_directions);
    std::vector<double> sum(n);
    std::vector<Probe> probes;
    for (const Contrast contrast : k_contrasts) {
      for (std::size_t k = 0; k < k_tuning_directions; ++k) {
        probes.push_back({contrast, 360.0 / k_tuning_directions * static_cast<double>(k), cue});
      }
    }
    const std::int64_t trials = few(settings_.trials);
    for (std::int64_t trial = 0; trial < trials && !stopped(); ++trial) {
      const ProbeNoise noise =
          probe_noise(probe_, k_first_tuning_trial + static_cast<std::uint32_t>(trial));
      run(*simulation_, probes, noise, [&](std::size_t p, const Activity &activity) {
        std::fill(sum.begin(), sum.end(), 0.0);
        add_window_rates(activity, window_, sum);
        std::vector<double> &of_contrast = rates[side_of(probes[p].contrast)];
        for (std::size_t i = 0; i < n; ++i)
          of_contrast[i + n * (p % k_tuning_directions)] += sum[i];
      });
    }
    for (std::vector<double> &of_contrast : rates) {
      divide_and_round(of_contrast, static_cast<double>(trials) * static_cast<double>(window_));
    }
    return rates;
  }

  // The mean output at this direction, behind the days before, over trials from `first_trial` on.
  void add_day(double direction_deg, std::uint32_t first_trial, DayOutcome &outcome) {
    const std::uint32_t trials = static_cast<std::uint32_t>(few(settings_.trials));
    std::array<Velocity, 2> sums;
    const std::vector<Probe> probes = {{k_contrasts[0], direction_deg, 0},
                                       {k_contrasts[1], direction_deg, 0}};
    for (std::uint32_t trial = 0; trial < trials && !stopped(); ++trial) {
      const ProbeNoise noise = probe_noise(probe_, first_trial + trial);
      run(*simulation_, probes, noise, [&](std::size_t p, const Activity &activity) {
        require_finite(activity);
        const Velocity late = window_velocity(activity, window_);
        Velocity &sum = sums[side_of(probes[p].contrast)];
        sum.horizontal += late.horizontal;
        sum.vertical += late.vertical;
      });
    }
    for (const Contrast contrast : k_contrasts) {
      const Velocity &sum = sums[side_of(contrast)];
      std::vector<double> &velocity = outcome.velocity[side_of(contrast)];
      velocity.insert(velocity.end(), {sum.horizontal / trials, sum.vertical / trials});
    }
  }

  // Mean unit vectors of the directions of that network at -15 and +15, into column `column` of `headings`.
  void add_headings(const Network &network, std::int64_t trials, std::size_t column,
                    std::array<std::vector<double>, 2> &headings) {
    const std::unique_ptr<Simulation> simulation = engine_->simulate(network);
    for (std::uint32_t trial = 0; trial < trials && !stopped(); ++trial) {
      const ProbeNoise noise = probe_noise(probe_, trial);
      std::vector<Probe> probes;
      for (const Contrast contrast : k_contrasts) {
        for (const double offset : {k_offsets_deg.front(), k_offsets_deg.back()}) {
          probes.push_back({contrast, centre_deg_ + offset + noise.direction_deg, 0});
        }
      }
      run(*simulation, probes, noise, [&](std::size_t p, const Activity &activity) {
        require_finite(activity);
        const Velocity unit = unit_vector(window_velocity(activity, window_));
        double *heading = headings[side_of(probes[p].contrast)].data() + 4 * column + 2 * (p % 2);
        heading[0] += unit.horizontal / static_cast<double>(trials);
        heading[1] += unit.vertical / static_cast<double>(trials);
      });
    }
  }

  const Model &model_;
  ProbeSettings probe_;
  double centre_deg_;
  Evaluate settings_;
  std::size_t window_;
  const std::function<bool()> &stop_requested_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Simulation> simulation_;
  std::vector<Activity> activities_;
  bool stopped_ = false;
};

// Of the traces that outputs are compared with: means over the window's samples.
std::array<double, 2> trace_velocity(const Trace &trace, std::size_t window) {
  std::array<double, 2> sum{};
  for (std::size_t i = k_target_begin + k_ms - window; i < k_target_begin + k_ms; ++i) {
    sum[0] += trace.hvel[i];
    sum[1] += trace.vvel[i];
  }
  return {sum[0] / static_cast<double>(window), sum[1] / static_cast<double>(window)};
}

} // namespace

std::vector<double> Evaluation::values_of(Activation trained) const {
  const std::vector<Activation> members = activation.members();
  const std::ptrdiff_t column =
      std::find(members.begin(), members.end(), trained) - members.begin();
  const auto begin = parameter.begin() + column * n;
  return {begin, begin + n};
}

std::optional<Evaluation> evaluate(const Model &model, const std::string &model_sha256,
                                   const Behavior &behavior, const Evaluate &settings,
                                   const std::function<bool()> &stop_requested) {
  Evaluation evaluation;
  evaluation.settings = settings;
  evaluation.seed = static_cast<std::uint64_t>(model.seed);
  evaluation.noise_recurrent = model.settings.noise_recurrent;
  evaluation.noise_input = model.settings.noise_input;
  evaluation.noise_direction_deg = model.settings.noise_direction_deg;
  evaluation.amplitude_low = model.settings.amplitude_low;
  evaluation.centre_deg = behavior.days.at(0).target_direction_deg;
  evaluation.model_sha256 = model_sha256;
  evaluation.data_sha256 = behavior.sha256;
  evaluation.n = model.network.n;
  evaluation.activation = trained_activation(model);
  for (const Activation parameter : evaluation.activation.members()) {
    const std::vector<double> &values = model.network.activation[parameter];
    evaluation.parameter.insert(evaluation.parameter.end(), values.begin(), values.end());
  }
  const std::size_t weights = 2 * static_cast<std::size_t>(model.network.n);
  evaluation.w_in.assign(model.network.w_in.begin(),
                         model.network.w_in.begin() + static_cast<std::ptrdiff_t>(weights));
  for (const Contrast contrast : k_contrasts) {
    const auto &traces = behavior.days[0].traces[side_of(contrast)];
    const std::size_t window = static_cast<std::size_t>(settings.window_ms);
    evaluation.behaviour_velocity[side_of(contrast)] = {
        trace_velocity(traces[static_cast<std::size_t>(Condition::narrow_minus15)], window),
        trace_velocity(traces[static_cast<std::size_t>(Condition::narrow_plus15)], window)};
  }
  Evaluator evaluator(model, evaluation.centre_deg, settings, stop_requested);
  if (model.network.k == 3) evaluation.cues.push_back(evaluator.with_cue(k_prior_cue));
  evaluation.cues.push_back(evaluator.with_cue(0));
  evaluation.days = evaluator.days(behavior.days);
  if (settings.shuffles > 0 && !evaluation.activation.empty())
    evaluation.shuffle = evaluator.shuffles();
  if (evaluator.stopped()) return std::nullopt;
  return evaluation;
}

} // namespace pursuit
