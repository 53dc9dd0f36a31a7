#include "experiment/read_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/number.hpp"
#include "experiment/fields.hpp"
#include "experiment/spaced_values.hpp"
#include "experiment/value_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

const char *const k_list_forms =
    "write [a, b, c], {from: a, to: b, step: s}, {linspace: [a, b, n]} or {geomspace: [a, b, n]}";

// A seed: 0..2^63-1. Reals count if they are whole and below 2^53, where every whole number is a
// double.
std::string seed_fault(const ParameterValue &value) {
  if (const std::string *word = std::get_if<std::string>(&value))
    return fmt::format("expected a whole number, found the text \"{}\"", shown(*word));
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value))
    return *whole < 0 ? fmt::format("{} is out of range", *whole) : "";
  const double number = std::get<double>(value);
  if (!std::isfinite(number)) return "expected a whole number, found one that is not finite";
  if (number != std::floor(number))
    return fmt::format("expected a whole number, found {}", shortest_number(number));
  if (number < 0 || number > 0x1p53)
    return fmt::format("{} is out of range", shortest_number(number));
  return "";
}

struct Fault {
  std::string what, next;
};

std::optional<Fault> fault_of(const ValueKind &kind, const ParameterValue &value) {
  if (kind.parameter == nullptr) {
    const std::string fault = seed_fault(value);
    if (fault.empty()) return std::nullopt;
    return Fault{fault,
                 fmt::format("allowed: from 0 to {}", std::numeric_limits<std::int64_t>::max())};
  }
  const std::string fault = range_fault(*kind.parameter, value);
  if (fault.empty()) return std::nullopt;
  if (is_word(*kind.parameter)) {
    const std::string *word = std::get_if<std::string>(&value);
    return Fault{fault, word == nullptr ? "" : activation_hint(*word)};
  }
  return Fault{fault, fmt::format("allowed: {}", range_text(*kind.parameter))};
}

// As the parameter's own type: 40.0 becomes 40 for a whole number. `value` has no fault.
ParameterValue normalized(const ValueKind &kind, const ParameterValue &value) {
  const bool whole = kind.parameter == nullptr || is_whole(*kind.parameter);
  if (const double *real = std::get_if<double>(&value); real != nullptr && whole)
    return static_cast<std::int64_t>(*real);
  if (const std::int64_t *integer = std::get_if<std::int64_t>(&value); integer != nullptr && !whole)
    return static_cast<double>(*integer);
  if (const std::string *word = std::get_if<std::string>(&value))
    return to_text(
        read_activation_set(*word).set); // threshold+input_gain becomes input_gain+threshold
  return value;
}

std::optional<ParameterValue> plain_value(const Value &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value.data)) return *whole;
  if (const double *real = std::get_if<double>(&value.data)) return *real;
  if (const std::string *word = value.string()) return *word;
  return std::nullopt;
}

// A number of a computed list: [a, b, n] or from, to, step.
std::optional<double> read_number(const Value &value, const std::string &what, Faults &faults) {
  const std::optional<double> number = number_of(value);
  if (number && std::isfinite(*number)) return number;
  complain_of_type(value, what, "a number", "", faults);
  return std::nullopt;
}

bool takes_word(const ValueKind &kind) {
  return kind.parameter != nullptr && is_word(*kind.parameter);
}

// A bound that is no number: null, or a mapping of names to numbers.
std::optional<ParameterValue> read_bound(const ValueKind &kind, const Value &value,
                                         Faults &faults) {
  if (value.is_null()) return ActivationBound{};
  ActivationBound bound;
  const Fields fields(value, {&k_bounds_by_name}, kind.name(), faults);
  bool good = true;
  for (const ActivationParameter &row : k_activation_parameters) {
    const Value *number = fields.get(row.name);
    if (number == nullptr) continue;
    const std::optional<double> read =
        read_number(*number, fmt::format("{}: {}", kind.name(), row.name), faults);
    good = good && read.has_value();
    if (read) bound.each[row.which] = *read;
  }
  fields.finish();
  if (value.mapping()->empty())
    faults.add(value.where, fmt::format("{}: the mapping is empty", kind.name()),
               "write a number, or {threshold: 0}");
  const std::string fault = good ? range_fault(*kind.parameter, bound) : "";
  if (!fault.empty())
    faults.add(value.where, fmt::format("{}: {}", kind.name(), fault),
               fmt::format("allowed: {}", range_text(*kind.parameter)));
  if (!good || !fault.empty() || bound.is_none()) return std::nullopt;
  return bound;
}

bool is_bound_by_name(const ValueKind &kind, const Value &value) {
  if (kind.parameter == nullptr || !is_bound(*kind.parameter)) return false;
  const Value::Mapping *members = value.mapping();
  return value.is_null() || (members != nullptr &&
                             std::none_of(members->begin(), members->end(), [](const auto &member) {
                               return member.first.text == "from" ||
                                      member.first.text == "linspace" ||
                                      member.first.text == "geomspace";
                             }));
}

std::string expected_kind(const ValueKind &kind) {
  if (kind.parameter == nullptr || is_whole(*kind.parameter)) return "a whole number";
  return is_word(*kind.parameter) ? listed(activation_words(), "or") : "a number";
}

// Several values where one is wanted: `N: [10, 20]` outside of an axis.
std::string several_hint(const ValueKind &kind, const Value &value) {
  if (kind.parameter == nullptr || (value.sequence() == nullptr && value.mapping() == nullptr))
    return "";
  return fmt::format("write one value, or several in the stage's sweep: {{grid: {{{}: {}}}}}",
                     kind.name(), shown(json_text(value)));
}

// Computed values of one mapping {from, to, step}, {linspace} or {geomspace}.
class ComputedList {
public:
  ComputedList(const ValueKind &kind, const Value &value, Faults &faults)
      : kind_(kind), value_(value), faults_(faults) {}

  std::optional<std::vector<ParameterValue>> read() {
    if (kind_.parameter != nullptr && is_word(*kind_.parameter)) {
      complain_of_type(value_, kind_.name(), "a list of words", "write [threshold, input_gain]",
                       faults_);
      return std::nullopt;
    }
    const Value *lin = value_.find("linspace");
    const Value *geom = value_.find("geomspace");
    std::optional<std::vector<ParameterValue>> values;
    if (lin != nullptr || geom != nullptr) {
      const Fields fields(value_, {&k_linspace, &k_geomspace}, kind_.name(), faults_);
      if (lin != nullptr && geom != nullptr) {
        faults_.add(value_.where,
                    fmt::format("{}: linspace and geomspace in one list", kind_.name()),
                    "keep one of them");
        return std::nullopt;
      }
      values = lin != nullptr ? spaced(*lin, false) : spaced(*geom, true);
      fields.finish();
    } else {
      values = stepped();
    }
    if (!values.has_value() || !check(*values)) return std::nullopt;
    return values;
  }

private:
  std::optional<std::vector<ParameterValue>> stepped() {
    const Fields fields(value_, {&k_linspace, &k_geomspace, &k_stepped}, kind_.name(), faults_);
    const Value *from = fields.get("from");
    const Value *to = fields.get("to");
    const Value *step = fields.get("step");
    fields.finish();
    if (from == nullptr || to == nullptr || step == nullptr) return std::nullopt;
    const std::optional<double> a = read_number(*from, kind_.name() + ": from", faults_);
    const std::optional<double> b = read_number(*to, kind_.name() + ": to", faults_);
    const std::optional<double> s = read_number(*step, kind_.name() + ": step", faults_);
    if (!a.has_value() || !b.has_value() || !s.has_value()) return std::nullopt;
    if (*s == 0) {
      faults_.add(step->where, fmt::format("{}: the step is 0", kind_.name()),
                  "write a step that leads from one end to the other");
      return std::nullopt;
    }
    const std::int64_t *whole_a = std::get_if<std::int64_t>(&from->data);
    const std::int64_t *whole_b = std::get_if<std::int64_t>(&to->data);
    const std::int64_t *whole_s = std::get_if<std::int64_t>(&step->data);
    const bool whole = whole_a != nullptr && whole_b != nullptr && whole_s != nullptr;
    const double count =
        whole ? count_stepped_whole(*whole_a, *whole_b, *whole_s) : count_stepped(*a, *b, *s);
    if (count == 0) {
      faults_.add(step->where,
                  fmt::format("{}: with this step, {} never comes to {}", kind_.name(), from->text,
                              to->text),
                  "change the sign of the step, or swap from and to");
      return std::nullopt;
    }
    if (!affordable(count)) return std::nullopt;
    if (whole) return as_values(stepped_whole(*whole_a, *whole_b, *whole_s));
    return as_values(stepped_values(*a, *b, *s));
  }

  std::optional<std::vector<ParameterValue>> spaced(const Value &ends, bool geometric) {
    const std::string what =
        fmt::format("{}: {}", kind_.name(), geometric ? "geomspace" : "linspace");
    const Value::Sequence *items = ends.sequence();
    if (items == nullptr || items->size() != 3) {
      const std::string found =
          items == nullptr ? described(ends) : fmt::format("a list of {}", items->size());
      faults_.add(ends.where, fmt::format("{}: expected [a, b, n], found {}", what, found),
                  "write first value, last value, and how many");
      return std::nullopt;
    }
    const std::optional<double> a = read_number((*items)[0], what, faults_);
    const std::optional<double> b = read_number((*items)[1], what, faults_);
    const std::optional<double> n = read_number((*items)[2], what, faults_);
    if (!a.has_value() || !b.has_value() || !n.has_value()) return std::nullopt;
    if (*n < 1 || *n != std::floor(*n)) {
      faults_.add(
          (*items)[2].where,
          fmt::format("{}: expected how many values, found {}", what, described((*items)[2])),
          "write a whole number, 1 or more");
      return std::nullopt;
    }
    if (geometric && (*a <= 0 || *b <= 0)) {
      faults_.add((*items)[*a <= 0 ? 0 : 1].where,
                  fmt::format("{}: both ends must be above 0", what),
                  "use linspace, or other ends");
      return std::nullopt;
    }
    if (!affordable(*n)) return std::nullopt;
    const std::int64_t count = static_cast<std::int64_t>(*n);
    return as_values(geometric ? geomspace(*a, *b, count) : linspace(*a, *b, count));
  }

  bool affordable(double count) {
    if (count <= static_cast<double>(k_most_points)) return true;
    faults_.add(value_.where,
                fmt::format("{}: this list has {:.0f} values; at most {} points can be planned",
                            kind_.name(), count, k_most_points),
                "take a larger step");
    return false;
  }

  template <typename Number>
  static std::vector<ParameterValue> as_values(const std::vector<Number> &numbers) {
    return {numbers.begin(), numbers.end()};
  }

  // Complains of the first value that cannot be; makes the others the parameter's own.
  bool check(std::vector<ParameterValue> &values) {
    for (ParameterValue &value : values) {
      if (const std::optional<Fault> fault = fault_of(kind_, value)) {
        faults_.add(value_.where, fmt::format("{}: {}", kind_.name(), fault->what), fault->next);
        return false;
      }
      value = normalized(kind_, value);
    }
    return true;
  }

  const ValueKind &kind_;
  const Value &value_;
  Faults &faults_;
};

} // namespace

std::string ValueKind::name() const {
  return parameter == nullptr ? "seed" : std::string(parameter->key);
}

std::optional<ParameterValue> read_parameter_value(const ValueKind &kind, const Value &value,
                                                   Faults &faults) {
  if (is_bound_by_name(kind, value)) return read_bound(kind, value, faults);
  const std::optional<ParameterValue> plain = plain_value(value);
  if (!plain.has_value()) {
    complain_of_type(value, kind.name(), expected_kind(kind), several_hint(kind, value), faults);
    return std::nullopt;
  }
  if (const std::optional<Fault> fault = fault_of(kind, *plain)) {
    const std::string to_number = way_to_number(value);
    faults.add(value.where, fmt::format("{}: {}", kind.name(), fault->what),
               to_number.empty() ? fault->next : to_number);
    return std::nullopt;
  }
  return normalized(kind, *plain);
}

std::optional<std::vector<ParameterValue>> read_value_list(const ValueKind &kind,
                                                           const Value &value, Faults &faults) {
  if (is_bound_by_name(kind, value)) {
    complain_of_type(value, kind.name(), "a list of values",
                     fmt::format("write [{}]", shown(json_text(value))), faults);
    return std::nullopt;
  }
  if (value.mapping() != nullptr) return ComputedList(kind, value, faults).read();
  const Value::Sequence *items = value.sequence();
  if (items == nullptr) {
    const bool scalar = plain_value(value).has_value();
    complain_of_type(value, kind.name(), "a list of values",
                     scalar ? fmt::format("write [{}]", shown(value.text)) : k_list_forms, faults);
    return std::nullopt;
  }
  if (items->empty()) {
    faults.add(value.where, fmt::format("{}: the list is empty", kind.name()), k_list_forms);
    return std::nullopt;
  }
  std::vector<ParameterValue> values;
  for (const Value &item : *items) {
    if (faults.full()) break;
    if (item.sequence() != nullptr) {
      complain_of_type(item, kind.name(), expected_kind(kind),
                       takes_word(kind)
                           ? "write one list; several that are trained together are joined by +"
                           : "write one list: [a, b, c]",
                       faults);
      continue;
    }
    if (std::optional<ParameterValue> one = read_parameter_value(kind, item, faults))
      values.push_back(std::move(*one));
  }
  if (values.size() != items->size()) return std::nullopt;
  return values;
}

std::optional<std::vector<ParameterValue>> read_value_or_list(const ValueKind &kind,
                                                              const Value &value, Faults &faults) {
  if (!is_bound_by_name(kind, value) && (value.mapping() != nullptr || value.sequence() != nullptr))
    return read_value_list(kind, value, faults);
  const std::optional<ParameterValue> one = read_parameter_value(kind, value, faults);
  if (!one.has_value()) return std::nullopt;
  return std::vector<ParameterValue>{*one};
}

} // namespace pursuit
