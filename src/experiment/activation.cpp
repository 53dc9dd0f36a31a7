#include "experiment/activation.hpp"

#include <algorithm>

namespace pursuit {

std::vector<double> &ActivationTensors::operator[](Activation parameter) {
  return this->*row_of(parameter).tensor;
}

const std::vector<double> &ActivationTensors::operator[](Activation parameter) const {
  return this->*row_of(parameter).tensor;
}

ActivationTensors ActivationTensors::neutral(std::size_t n) {
  ActivationTensors tensors;
  for (const ActivationParameter &row : k_activation_parameters)
    tensors[row.which].assign(n, row.neutral);
  return tensors;
}

std::vector<Activation> ActivationSet::members() const {
  std::vector<Activation> members;
  for (const ActivationParameter &row : k_activation_parameters) {
    if (contains(row.which)) members.push_back(row.which);
  }
  return members;
}

std::vector<ActivationSet> all_activation_sets() {
  std::vector<ActivationSet> sets;
  for (unsigned bits = 1; bits < 1u << k_activations; ++bits)
    sets.push_back(ActivationSet::from_bits(bits));
  std::stable_sort(sets.begin(), sets.end(),
                   [](ActivationSet a, ActivationSet b) { return a.size() < b.size(); });
  return sets;
}

std::string_view to_text(Activation parameter) { return row_of(parameter).name; }

std::string to_text(ActivationSet set) {
  std::string text;
  for (const Activation parameter : set.members())
    text.append(text.empty() ? "" : "+").append(to_text(parameter));
  return text;
}

std::optional<Activation> find_activation(std::string_view name) {
  for (const ActivationParameter &row : k_activation_parameters) {
    if (row.name == name) return row.which;
  }
  return std::nullopt;
}

ReadActivationSet read_activation_set(std::string_view text) {
  ReadActivationSet read;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('+', begin), text.size());
    std::string_view name = text.substr(begin, end - begin);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    begin = end + 1;
    const std::optional<Activation> parameter = find_activation(name);
    if (!parameter)
      read.unknown = name;
    else if (read.set.contains(*parameter))
      read.twice = parameter;
    if (!read.is_good()) return read;
    read.set.add(*parameter);
  }
  return read;
}

} // namespace pursuit
