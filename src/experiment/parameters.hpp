// The one table of parameters. Parser, range check, help, JSON Schema, canonical text, run id and
// manifest all read it: adding a parameter is one row here, one member in Settings, and the line
// that uses it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "experiment/settings.hpp"

namespace pursuit {

// A parameter's value as written in a file: whole number, real number, word, or a bound that is no number: of none, or of
// several parameters by name.
using ParameterValue = std::variant<std::int64_t, double, std::string, ActivationBound>;

struct Parameter {
  std::string_view key;        // as in the file, the canonical text and the manifest
  std::string_view alias = ""; // also accepted in a file; "" if none
  std::variant<std::int64_t Settings::*, double Settings::*, ActivationSet Settings::*,
               ActivationBound Settings::*>
      member;
  double minimum = 0;
  bool minimum_excluded = false;
  double maximum = std::numeric_limits<double>::infinity();
  std::optional<ParameterValue> default_value =
      std::nullopt; // none: required (activation: in stage 2)
  std::string_view unit = "";
  std::string_view help;
  bool in_stage_1 = true; // has a meaning in stage 1 and prior_input
  bool in_stage_2 =
      true; // may be set in stage 2 (false: the parent fixes it, or it has no meaning)
  bool changes_result = true; // part of the run id
  // For parameters added after version 1: left out of the canonical text and of the model file at its default, so that old
  // ids and bytes stay; and where a record lacks it, it is at its default, so that old records stay readable.
  bool omitted_at_default = false;
  bool of_trials = false; // shapes what a network is shown: stimulus and noise
};

std::span<const Parameter> parameters();

// The row for a key or alias, or nullptr.
const Parameter *find_parameter(std::string_view key);

// What kind of value the parameter takes: a whole number, a word, a bound, or else a real number.
bool is_whole(const Parameter &parameter);
bool is_word(const Parameter &parameter);
bool is_bound(const Parameter &parameter);
// A whole or a real number: it has a place on an axis.
bool is_number(const Parameter &parameter);

// The range for people, "from 1 to 23170 units", "above 0, up to 1000000".
std::string range_text(const Parameter &parameter);

// Reads and writes a member through the row. set_value: the value has passed `range_fault`. A bound of a run that trains
// one parameter is a number.
ParameterValue value_of(const Settings &settings, const Parameter &parameter);
void set_value(Settings &settings, const Parameter &parameter, const ParameterValue &value);

// Whether that value of it is left out (omitted_at_default), and the setting that a record means which lacks it.
bool is_omitted(const Parameter &parameter, const ParameterValue &value);
void set_omitted(Settings &settings, const Parameter &parameter);

// Why the value cannot be this parameter's (wrong type, out of range, unknown word), or "".
std::string range_fault(const Parameter &parameter, const ParameterValue &value);

// Equality of values: numbers by value (40 = 40.0).
bool same_value(const ParameterValue &a, const ParameterValue &b);

// Whether the settings have that value as `match`, `where` and `exclude` mean it: a bound counts as what it comes to for the
// parameters that are trained, and one by the name of another never does.
bool has_value(const Settings &settings, const Parameter &parameter, const ParameterValue &wanted);

} // namespace pursuit
