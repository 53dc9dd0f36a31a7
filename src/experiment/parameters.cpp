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
     .alias = "",
     .member = &Settings::N,
     .minimum = 1,
     .maximum = k_largest_n,
     .default_value = std::nullopt,
     .unit = "units",
     .help = "Number of units of the network",
     .in_stage_2 = false},
    {.key = "tau",
     .alias = "decay_taus",
     .member = &Settings::tau_ms,
     .minimum = k_dt_ms,
     .maximum = k_large,
     .default_value = std::nullopt,
     .unit = "ms",
     .help = "Time constant of the units, at least the time step of 1 ms",
     .in_stage_2 = false},
    {.key = "n_trials",
     .alias = "",
     .member = &Settings::n_trials,
     .minimum = 0,
     .maximum = k_most_trials,
     .default_value = std::nullopt,
     .unit = "trials",
     .help = "Number of training trials; each is one Adam update"},
    {.key = "gain",
     .alias = "",
     .member = &Settings::gain,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 1.5,
     .unit = "",
     .help = "Gain of the initial recurrent weights: W = gain randn / sqrt(N)",
     .in_stage_2 = false},
    {.key = "learning_rate",
     .alias = "",
     .member = &Settings::learning_rate,
     .minimum = 0,
     .minimum_excluded = true,
     .maximum = k_large,
     .default_value = 1e-4,
     .unit = "",
     .help = "Learning rate of Adam"},
    {.key = "activation",
     .alias = "",
     .member = &Settings::activation,
     .default_value = std::nullopt,
     .unit = "",
     .help = "The activation parameter that stage 2 trains",
     .in_stage_1 = false},
    {.key = "noise_recurrent",
     .alias = "",
     .member = &Settings::noise_recurrent,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 0.01,
     .unit = "",
     .help = "Standard deviation of the noise added to every unit at every step",
     .of_trials = true},
    {.key = "noise_input",
     .alias = "",
     .member = &Settings::noise_input,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 0.01,
     .unit = "",
     .help = "Standard deviation of the noise added to every input sample",
     .of_trials = true},
    {.key = "noise_direction",
     .alias = "",
     .member = &Settings::noise_direction_deg,
     .minimum = 0,
     .maximum = k_widest_jitter_deg,
     .default_value = 7,
     .unit = "degrees",
     .help = "Standard deviation of the stimulus direction from trial to trial",
     .of_trials = true},
    {.key = "amplitude_low",
     .alias = "",
     .member = &Settings::amplitude_low,
     .minimum = 0,
     .maximum = k_large,
     .default_value = 0.1,
     .unit = "",
     .help = "Input amplitude at low contrast; 1 at high contrast",
     .of_trials = true},
};

double as_double(const ParameterValue &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value))
    return static_cast<double>(*whole);
  return std::get<double>(value);
}

std::string number_text(const ParameterValue &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  const double number = std::get<double>(value);
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  return shortest_number(number);
}

std::string activation_fault(const ParameterValue &value) {
  const std::string *word = std::get_if<std::string>(&value);
  if (word == nullptr)
    return fmt::format("expected {}, found the number {}", listed(activation_words(), "or"),
                       number_text(value));
  for (const std::string &known : activation_words()) {
    if (*word == known) return "";
  }
  return fmt::format("there is no activation \"{}\"", shown(*word));
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

bool is_whole(const Parameter &parameter) {
  return std::holds_alternative<std::int64_t Settings::*>(parameter.member);
}

bool is_word(const Parameter &parameter) {
  return std::holds_alternative<Activation Settings::*>(parameter.member);
}

ParameterValue value_of(const Settings &settings, const Parameter &parameter) {
  if (is_whole(parameter)) return settings.*std::get<std::int64_t Settings::*>(parameter.member);
  if (is_word(parameter))
    return std::string(to_text(settings.*std::get<Activation Settings::*>(parameter.member)));
  return settings.*std::get<double Settings::*>(parameter.member);
}

void set_value(Settings &settings, const Parameter &parameter, const ParameterValue &value) {
  if (!range_fault(parameter, value).empty())
    throw InternalError(fmt::format("{}: a value that was not checked", parameter.key));
  if (is_whole(parameter)) {
    settings.*std::get<std::int64_t Settings::*>(parameter.member) =
        static_cast<std::int64_t>(as_double(value)); // at most 250e6: exact
  } else if (is_word(parameter)) {
    Activation &member = settings.*std::get<Activation Settings::*>(parameter.member);
    for (Activation activation :
         {Activation::input_gain, Activation::threshold, Activation::response_gain}) {
      if (std::get<std::string>(value) == to_text(activation)) member = activation;
    }
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
  if (is_word(parameter)) return activation_fault(value);
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

bool same_value(const ParameterValue &a, const ParameterValue &b) {
  const std::string *word_a = std::get_if<std::string>(&a);
  const std::string *word_b = std::get_if<std::string>(&b);
  if (word_a != nullptr || word_b != nullptr)
    return word_a != nullptr && word_b != nullptr && *word_a == *word_b;
  if (a.index() == b.index()) return a == b; // seeds beyond 2^53 stay apart
  return as_double(a) == as_double(b);
}

} // namespace pursuit
