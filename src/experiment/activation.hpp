// The activation parameters, one number per unit each, in the rate of a unit
//   r = k clip(tanh(g x - theta), 0, 1)          g: input_gain, theta: threshold, k: response_gain
// What is not trained keeps its neutral value, with which r = clip(tanh(x), 0, 1) (SPEC section 5).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pursuit {

// In the order of names, ids, files and their tensors in a checkpoint.
enum class Activation { input_gain, threshold, response_gain };

// One tensor each, (N); empty where there is none.
struct ActivationTensors {
  std::vector<double> input_gain, threshold, response_gain;

  std::vector<double> &operator[](Activation parameter);
  const std::vector<double> &operator[](Activation parameter) const;
  // N neutral values each.
  static ActivationTensors neutral(std::size_t n);
  bool operator==(const ActivationTensors &) const = default;
};

// The one table of them: adding a parameter is one row here, one tensor above, and the lines of each engine that use it.
struct ActivationParameter {
  Activation which;
  std::string_view name;
  std::string_view symbol;
  double neutral;
  std::string_view unit; // "": a factor
  std::vector<double> ActivationTensors::*tensor;
};

inline constexpr std::array<ActivationParameter, 3> k_activation_parameters = {{
    {Activation::input_gain, "input_gain", "g", 1, "", &ActivationTensors::input_gain},
    {Activation::threshold, "threshold", "theta", 0, "units of x", &ActivationTensors::threshold},
    {Activation::response_gain, "response_gain", "k", 1, "", &ActivationTensors::response_gain},
}};
inline constexpr std::size_t k_activations = k_activation_parameters.size();

constexpr const ActivationParameter &row_of(Activation parameter) {
  return k_activation_parameters[static_cast<std::size_t>(parameter)];
}

// A value for each of them, trained or not.
template <class Value> struct ByActivation {
  std::array<Value, k_activations> values{}; // in the order of the table

  constexpr Value &operator[](Activation parameter) {
    return values[static_cast<std::size_t>(parameter)];
  }
  constexpr const Value &operator[](Activation parameter) const {
    return values[static_cast<std::size_t>(parameter)];
  }
  auto operator<=>(const ByActivation &) const = default;
};

// Some of them: those that a stage 2 trains together. The empty set trains all weights instead (stage 1, prior_input).
class ActivationSet {
public:
  constexpr ActivationSet() = default;
  constexpr ActivationSet(Activation only) { add(only); } // a parameter is the set of itself
  static constexpr ActivationSet from_bits(unsigned bits) {
    ActivationSet set;
    set.bits_ = bits & ((1u << k_activations) - 1);
    return set;
  }

  constexpr void add(Activation parameter) { bits_ |= bit(parameter); }
  constexpr bool contains(Activation parameter) const { return (bits_ & bit(parameter)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::size_t size() const {
    std::size_t count = 0;
    for (const ActivationParameter &row : k_activation_parameters) count += contains(row.which);
    return count;
  }
  // Bit i: the i-th row of the table.
  constexpr unsigned bits() const { return bits_; }
  // In the order of the table.
  std::vector<Activation> members() const;

  constexpr bool operator==(const ActivationSet &) const = default;
  constexpr auto operator<=>(const ActivationSet &) const = default;

private:
  static constexpr unsigned bit(Activation parameter) {
    return 1u << static_cast<unsigned>(parameter);
  }
  unsigned bits_ = 0;
};

// All of one, then all of several: smaller ones first, then in the order of the table.
std::vector<ActivationSet> all_activation_sets();

// "threshold"; "input_gain+threshold", in the order of the table; "" for the empty set.
std::string to_text(ActivationSet set);
std::string_view to_text(Activation parameter);

std::optional<Activation> find_activation(std::string_view name);

// A set as a person writes it: names joined by +, in any order, blanks around a + allowed.
struct ReadActivationSet {
  ActivationSet set;
  std::optional<std::string> unknown; // what stands where a name should, and is none; perhaps empty
  std::optional<Activation> twice;
  bool is_good() const { return !unknown && !twice; }
};
ReadActivationSet read_activation_set(std::string_view text);

} // namespace pursuit
