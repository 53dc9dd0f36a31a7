#include "measure/shuffle.hpp"

#include <utility>

#include "base/errors.hpp"
#include "base/noise.hpp"

namespace pursuit {

namespace {

std::vector<double> Network::*member_of(const std::string &activation) {
  if (activation == "input_gain") return &Network::input_gain;
  if (activation == "threshold") return &Network::threshold;
  if (activation == "response_gain") return &Network::response_gain;
  throw InternalError("no activation parameter " + activation);
}

} // namespace

const std::vector<double> &parameter_of(const Network &network, const std::string &activation) {
  return network.*member_of(activation);
}

Network with_parameter(Network network, const std::string &activation, std::vector<double> values) {
  network.*member_of(activation) = std::move(values);
  return network;
}

std::vector<double> shuffled(std::vector<double> values, std::uint64_t seed,
                             std::uint32_t shuffle) {
  const NoiseKey key{seed, Purpose::evaluation_shuffle, shuffle, 0};
  for (std::uint32_t left = static_cast<std::uint32_t>(values.size()); left > 1; --left) {
    const std::uint32_t chosen = uniform_below(uniform_word(key, left, 0), left);
    std::swap(values[left - 1], values[chosen]);
  }
  return values;
}

} // namespace pursuit
