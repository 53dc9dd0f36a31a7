#include "measure/measure.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "experiment/measures.hpp"
#include "measure/bias.hpp"
#include "measure/circular.hpp"
#include "measure/direction_error.hpp"
#include "measure/onset.hpp"
#include "measure/parameter_tuning.hpp"
#include "measure/tuning.hpp"

namespace pursuit {

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t k_ms = k_outcome_ms;
constexpr std::size_t k_centre = 1; // in k_offsets_deg
constexpr const char *k_at_rest = "a trial ends at rest, which has no direction";

// To 1e-9, far inside of what the C libraries of two machines differ by.
double rounded(double value) { return std::round(value * 1e9) / 1e9; }

// A number, or why there is none.
struct Found {
  double value = k_nan;
  std::string fault;
};

Found known(double value, const std::string &fault_if_nan) {
  return {value, std::isfinite(value) ? "" : fault_if_nan};
}

// Of two mean unit vectors, at -15 degrees and at +15.
double bias_of_headings(std::span<const double> h) {
  return bias_deg(direction_deg(h[2], h[3]), direction_deg(h[0], h[1]));
}

// Takes a network's evaluation apart.
class Measurement {
public:
  explicit Measurement(const Evaluation &evaluation)
      : evaluation_(evaluation), n_(static_cast<std::size_t>(evaluation.n)),
        trained_(evaluation.cues.at(0)),
        preferred_deg_(preferred_directions_deg(trained_.tuning[0], n_)) {}

  Measures all() && {
    set(&Measures::bias, "bias", [&](std::size_t c) { return bias(trained_, c); });
    set(&Measures::direction_sd, "direction_sd", [&](std::size_t c) { return direction_sd(c); });
    set(&Measures::direction_error, "direction_error",
        [&](std::size_t c) { return direction_error(c); });
    set(&Measures::fwhm, "fwhm", [&](std::size_t c) { return fwhm(c); });
    set(&Measures::behaviour_bias, "behaviour_bias", [&](std::size_t c) { return behaviour(c); });
    set(&Measures::onset_ms, "onset_ms", [&](std::size_t c) { return onset_ms(c); });
    set(&Measures::open_loop_bias, "open_loop_bias", [&](std::size_t c) { return open_loop(c); });
    set(&Measures::observer_bias, "observer_bias", [&](std::size_t c) { return observer(c); });
    if (evaluation_.cues.size() > 1) {
      set(&Measures::bias_without_cue, "bias_without_cue",
          [&](std::size_t c) { return bias(evaluation_.cues[1], c); });
    }
    count_silent_units();
    fit_parameters();
    if (evaluation_.shuffle) {
      set(&Measures::shuffled_bias, "shuffled_bias", [&](std::size_t c) { return shuffled(c); });
      set(&Measures::uniform_bias, "uniform_bias", [&](std::size_t c) {
        return known(bias_of_headings(evaluation_.shuffle->uniform[c]), k_at_rest);
      });
    }
    return std::move(measures_);
  }

private:
  template <class Find>
  void set(std::optional<ByContrast> Measures::*member, const std::string &name, Find find) {
    std::array<double, 2> values{};
    for (const std::size_t contrast : {std::size_t{0}, std::size_t{1}}) {
      const Found found = find(contrast);
      values[contrast] = rounded(found.value);
      const char *word = contrast == 0 ? "high" : "low";
      if (!found.fault.empty()) explain(fmt::format("{}.{}", name, word), found.fault);
    }
    measures_.*member = ByContrast{values[0], values[1]};
  }

  void explain(const std::string &name, const std::string &fault) {
    measures_.null_because.emplace_back(name, fault);
  }

  Found bias(const CueOutcome &outcome, std::size_t contrast) const {
    return known(bias_deg(outcome.conditions[contrast]), k_at_rest);
  }

  Found direction_sd(std::size_t contrast) const {
    double sum = 0;
    for (const ConditionOutcome &condition : trained_.conditions[contrast]) {
      sum += circular_statistics(trial_directions_deg(condition)).sd_deg;
    }
    return known(sum / static_cast<double>(k_offsets_deg.size()), k_at_rest);
  }

  Found direction_error(std::size_t contrast) const {
    double sum = 0;
    const std::vector<double> errors = direction_errors_deg(evaluation_.days, contrast);
    for (double error : errors) sum += std::abs(error);
    return known(sum / static_cast<double>(errors.size()), "the mean output of a day is at rest");
  }

  Found fwhm(std::size_t contrast) const {
    const TuningCurve curve = population_tuning(trained_.tuning[contrast], preferred_deg_);
    if (curve.units == 0) return {k_nan, "no unit has a preferred direction"};
    const VonMises fit = fit_von_mises(curve.angle_deg, curve.rate);
    if (!fit.fault.empty()) return {k_nan, fit.fault};
    return known(
        fit.fwhm_deg(),
        fmt::format("kappa {:.3g} is below {}: the curve nowhere falls to half of its peak",
                    fit.kappa, k_least_kappa));
  }

  Found behaviour(std::size_t contrast) const {
    const auto &[minus, plus] = evaluation_.behaviour_velocity[contrast];
    return known(bias_deg(direction_deg(plus[0], plus[1]), direction_deg(minus[0], minus[1])),
                 "the behaviour is at rest");
  }

  std::optional<std::size_t> onset(std::size_t contrast) const {
    const std::span velocity = trained_.conditions[contrast][k_centre].velocity_mean;
    return onset_sample(velocity.first(k_ms), velocity.last(k_ms));
  }

  Found onset_ms(std::size_t contrast) const {
    const std::optional<std::size_t> sample = onset(contrast);
    if (!sample) return {k_nan, "the mean velocity stays 0"};
    return {static_cast<double>(*sample + 1), ""}; // outputs begin at 1 ms
  }

  Found open_loop(std::size_t contrast) const {
    const std::optional<std::size_t> sample = onset(contrast);
    if (!sample) return {k_nan, "there is no onset"};
    const SampleRange window = open_loop_window(*sample, k_ms);
    return known(bias_deg(trained_.conditions[contrast], window.begin, window.end), k_at_rest);
  }

  Found observer(std::size_t contrast) const {
    const Found sd = direction_sd(contrast);
    return {observer_bias_deg(sd.value, k_prior_sd_deg), sd.fault};
  }

  Found shuffled(std::size_t contrast) const {
    const std::vector<double> biases = shuffled_biases_deg(*evaluation_.shuffle, contrast);
    double sum = 0;
    for (double bias : biases) sum += bias;
    return known(sum / static_cast<double>(biases.size()), k_at_rest);
  }

  void count_silent_units() {
    double count = 0;
    for (const bool silent : silent_units(trained_.tuning[0], n_)) count += silent ? 1 : 0;
    measures_.silent_units = count;
  }

  // Of a set the measures carry the parameter's name.
  void fit_parameters() {
    for (const Activation parameter : evaluation_.activation.members()) {
      const bool alone = evaluation_.activation.size() == 1;
      const std::string suffix = alone ? "" : fmt::format("_{}", to_text(parameter));
      const CosineFit fit = fit_cosine(preferred_deg_, evaluation_.values_of(parameter));
      set_single("parameter_amplitude" + suffix, fit.amplitude, fit.fault);
      set_single("parameter_phase" + suffix, fit.phase_deg,
                 fit.fault.empty() ? "the parameter is the same in all units" : fit.fault);
    }
  }

  void set_single(const std::string &name, double value, const std::string &fault) {
    measures_.*(find_measure(name).measure->single) = rounded(value);
    if (!std::isfinite(value)) explain(name, fault);
  }

  const Evaluation &evaluation_;
  std::size_t n_;
  const CueOutcome &trained_;
  std::vector<double> preferred_deg_;
  Measures measures_;
};

} // namespace

std::vector<double> shuffled_biases_deg(const ShuffleOutcome &outcome, std::size_t contrast) {
  const std::vector<double> &headings = outcome.shuffled[contrast];
  std::vector<double> biases;
  for (std::size_t i = 0; i + 4 <= headings.size(); i += 4) {
    biases.push_back(bias_of_headings(std::span(headings).subspan(i, 4)));
  }
  return biases;
}

Measures measure(const Evaluation &evaluation) { return Measurement(evaluation).all(); }

} // namespace pursuit
