#include "experiment/parameters.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/number.hpp"
#include "base/suggest.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

// The model file's format, MATLAB v5, holds no variable of 2 GiB: W is N x N single (23170^2 x 4
// bytes is just below), the losses are n_trials doubles.
constexpr double k_largest_n = 23170;
constexpr double k_most_trials = 250e6;
// No network needs more, and single precision stays finite with it.
constexpr double k_large = 1e6;
// A normal reaches 6.7 standard deviations; directions are exact to 1e6 degrees.
constexpr double k_widest_jitter_deg = 1e5;

const Parameter k_table[] = {
    {.key = "N",
     .member = &Settings::N,
     .minimum = 1,
     .maximum = k_largest_n,
     .unit = "units",
     .help = "Number of units of the network",
     .in_stage_2 = false},
    {.key = "tau",
     .alias = "decay_taus",
     .member = &Settings::tau_ms,
     .minimum = k_dt_ms,
     .maximum = k_large,
     .unit = "ms",
     .help = "Time constant of the units, at least the time step of 1 ms",
     .in_stage_2 = false},
    {.key = "n_trials",
     .member = &Settings::n_trials,
     .minimum = 0,
     .maximum = k_most_trials,
     .unit = "trials",
     .help = "Number of training trials; each is one Adam update"},
    {.key = "gain",
     .member = &Settings::gain,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 1.5,
     .help = "Gain of the initial recurrent weights: W = gain randn / sqrt(N)",
     .in_stage_2 = false},
    {.key = "learning_rate",
     .member = &Settings::learning_rate,
     .minimum = 0,
     .minimum_excluded = true,
     .maximum = k_large,
     .default_value = 1e-4,
     .help = "Learning rate of Adam"},
    {.key = "activation",
     .member = &Settings::activation,
     .help = "The activation parameter that stage 2 trains, or several joined by + that it trains "
             "together",
     .in_stage_1 = false},
    {.key = "noise_recurrent",
     .member = &Settings::noise_recurrent,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 0.01,
     .help = "Standard deviation of the noise added to every unit at every step",
     .of_trials = true},
    {.key = "noise_input",
     .member = &Settings::noise_input,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 0.01,
     .help = "Standard deviation of the noise added to every input sample",
     .of_trials = true},
    {.key = "noise_direction",
     .member = &Settings::noise_direction_deg,
     .minimum = 0,
     .maximum = k_widest_jitter_deg,
     .default_value = 7.0,
     .unit = "degrees",
     .help = "Standard deviation of the stimulus direction from trial to trial",
     .of_trials = true},
    {.key = "amplitude_low",
     .member = &Settings::amplitude_low,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 0.1,
     .help = "Input amplitude at low contrast; 1 at high contrast",
     .of_trials = true},
    {.key = "activation_min",
     .member = &Settings::activation_min,
     .minimum = -k_large,
     .maximum = k_large,
     .default_value = ActivationBound{},
     .help = "The least value that a trained activation parameter may take: a number, or one for "
             "some by name, {threshold: 0}",
     .in_stage_1 = false,
     .omitted_at_default = true},
    {.key = "activation_max",
     .member = &Settings::activation_max,
     .minimum = -k_large,
     .maximum = k_large,
     .default_value = ActivationBound{},
     .help = "The greatest value that a trained activation parameter may take, as activation_min",
     .in_stage_1 = false,
     .omitted_at_default = true},
};

double as_double(const ParameterValue &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value))
    return static_cast<double>(*whole);
  return std::get<double>(value);
}

// Where one parameter is trained, a number; else those that are trained, by name.
ParameterValue value_of_bound(const ActivationBound &bound, ActivationSet trained) {
  ActivationBound by_name;
  const std::optional<double> first = bound.of(trained.members().front());
  by_name.all = first;
  for (const Activation parameter : trained.members()) {
    by_name.each[parameter] = bound.of(parameter);
    if (bound.of(parameter) != first) by_name.all = std::nullopt;
  }
  if (trained.size() == 1 && first) return *first;
  return by_name;
}

ActivationBound bound_in(const ParameterValue &value) {
  const ActivationBound *bound = std::get_if<ActivationBound>(&value);
  return bound != nullptr ? *bound : ActivationBound{as_double(value), {}};
}

// One that all have is the same as a number.
bool same_bound(const ActivationBound &a, const ActivationBound &b) {
  return a.all || b.all ? a.all == b.all : a.each == b.each;
}

std::string number_text(const ParameterValue &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  const double number = std::get<double>(value);
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  return shortest_number(number);
}

std::string fault_of_activation(const ParameterValue &value) {
  const std::string *word = std::get_if<std::string>(&value);
  if (word == nullptr)
    return fmt::format("expected {}, found the number {}", listed(activation_words(), "or"),
                       number_text(value));
  return activation_fault(*word);
}

} // namespace

std::span<const Parameter> parameters() { return k_table; }

const Parameter *find_parameter(std::string_view key) {
  for (const Parameter &parameter : k_table) {
    if (key == parameter.key || (!parameter.alias.empty() && key == parameter.alias))
      return &parameter;
  }
  return nullptr;
}

bool is_bound(const Parameter &parameter) {
  return std::holds_alternative<ActivationBound Settings::*>(parameter.member);
}

bool is_number(const Parameter &parameter) { return !is_word(parameter) && !is_bound(parameter); }

bool is_whole(const Parameter &parameter) {
  return std::holds_alternative<std::int64_t Settings::*>(parameter.member);
}

bool is_word(const Parameter &parameter) {
  return std::holds_alternative<ActivationSet Settings::*>(parameter.member);
}

ParameterValue value_of(const Settings &settings, const Parameter &parameter) {
  if (is_whole(parameter)) return settings.*std::get<std::int64_t Settings::*>(parameter.member);
  if (is_word(parameter))
    return to_text(settings.*std::get<ActivationSet Settings::*>(parameter.member));
  if (is_bound(parameter))
    return value_of_bound(settings.*std::get<ActivationBound Settings::*>(parameter.member),
                          settings.activation);
  return settings.*std::get<double Settings::*>(parameter.member);
}

void set_value(Settings &settings, const Parameter &parameter, const ParameterValue &value) {
  if (!range_fault(parameter, value).empty())
    throw InternalError(fmt::format("{}: a value that was not checked", parameter.key));
  if (is_whole(parameter)) {
    settings.*std::get<std::int64_t Settings::*>(parameter.member) =
        static_cast<std::int64_t>(as_double(value)); // at most 250e6: exact
  } else if (is_word(parameter)) {
    settings.*std::get<ActivationSet Settings::*>(parameter.member) =
        read_activation_set(std::get<std::string>(value)).set;
  } else if (is_bound(parameter)) {
    const ActivationBound *by_name = std::get_if<ActivationBound>(&value);
    settings.*std::get<ActivationBound Settings::*>(parameter.member) =
        by_name != nullptr ? *by_name : ActivationBound{as_double(value), {}};
  } else {
    settings.*std::get<double Settings::*>(parameter.member) = as_double(value);
  }
}

std::string range_text(const Parameter &parameter) {
  const std::string from = shortest_number(parameter.minimum);
  const std::string unit = parameter.unit.empty() ? "" : fmt::format(" {}", parameter.unit);
  const std::string bounds =
      parameter.minimum_excluded
          ? fmt::format("above {}, up to {}", from, shortest_number(parameter.maximum))
          : fmt::format("from {} to {}", from, shortest_number(parameter.maximum));
  return bounds + unit;
}

std::string range_fault(const Parameter &parameter, const ParameterValue &value) {
  if (is_word(parameter)) return fault_of_activation(value);
  if (const ActivationBound *bound = std::get_if<ActivationBound>(&value)) {
    for (const Activation named : bound->named().members()) {
      const std::string fault = range_fault(parameter, *bound->of(named));
      if (!fault.empty()) return fmt::format("{}: {}", to_text(named), fault);
    }
    return is_bound(parameter) ? "" : fmt::format("expected a number, found {}", to_text(*bound));
  }
  const char *kind = is_whole(parameter) ? "a whole number" : "a number";
  if (const std::string *word = std::get_if<std::string>(&value))
    return fmt::format("expected {}, found the text \"{}\"", kind, shown(*word));
  const double number = as_double(value);
  if (!std::isfinite(number))
    return fmt::format("expected {}, found {}, which is not finite", kind, number_text(value));
  if (is_whole(parameter) && number != std::floor(number))
    return fmt::format("expected {}, found {}", kind, number_text(value));
  const bool too_small =
      parameter.minimum_excluded ? number <= parameter.minimum : number < parameter.minimum;
  if (too_small || number > parameter.maximum)
    return fmt::format("{} is out of range", number_text(value));
  return "";
}

bool is_omitted(const Parameter &parameter, const ParameterValue &value) {
  return parameter.omitted_at_default && parameter.default_value &&
         same_value(value, *parameter.default_value);
}

void set_omitted(Settings &settings, const Parameter &parameter) {
  set_value(settings, parameter, parameter.default_value.value());
}

bool has_value(const Settings &settings, const Parameter &parameter, const ParameterValue &wanted) {
  const ParameterValue value = value_of(settings, parameter);
  if (!is_bound(parameter)) return same_value(value, wanted);
  for (const Activation named : bound_in(wanted).named().members()) {
    if (!settings.activation.contains(named)) return false;
  }
  Settings asked = settings;
  set_value(asked, parameter, wanted);
  return same_value(value, value_of(asked, parameter));
}

bool same_value(const ParameterValue &a, const ParameterValue &b) {
  const std::string *word_a = std::get_if<std::string>(&a);
  const std::string *word_b = std::get_if<std::string>(&b);
  if (word_a != nullptr || word_b != nullptr)
    return word_a != nullptr && word_b != nullptr && *word_a == *word_b;
  if (std::holds_alternative<ActivationBound>(a) || std::holds_alternative<ActivationBound>(b))
    return same_bound(bound_in(a), bound_in(b));
  if (a.index() == b.index()) return a == b; // seeds beyond 2^53 stay apart
  return as_double(a) == as_double(b);
}

} // namespace pursuit
