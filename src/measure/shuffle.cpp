#include "measure/shuffle.hpp"

#include <utility>

#include "base/noise.hpp"

namespace pursuit {

std::vector<double> shuffled(std::vector<double> values, std::uint64_t seed,
                             std::uint32_t shuffle) {
  const NoiseKey key{seed, Purpose::evaluation_shuffle, shuffle, 0};
  for (std::uint32_t left = static_cast<std::uint32_t>(values.size()); left > 1; --left) {
    const std::uint32_t chosen = uniform_below(uniform_word(key, left, 0), left);
    std::swap(values[left - 1], values[chosen]);
  }
  return values;
}

Network with_shuffled(Network network, ActivationSet trained, std::uint64_t seed,
                      std::uint32_t shuffle) {
  for (const Activation parameter : trained.members())
    network.activation[parameter] =
        shuffled(std::move(network.activation[parameter]), seed, shuffle);
  return network;
}

Network with_means(Network network, ActivationSet trained) {
  for (const Activation parameter : trained.members()) {
    std::vector<double> &values = network.activation[parameter];
    double sum = 0;
    for (const double value : values) sum += value;
    values.assign(values.size(), sum / static_cast<double>(values.size()));
  }
  return network;
}

} // namespace pursuit
