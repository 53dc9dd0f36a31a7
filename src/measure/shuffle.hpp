// Controls of stage 2: does the trained parameter work by which unit has which value, or by its mean alone? The bias is
// evaluated again with the parameter permuted over units, and with its mean in every unit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/network.hpp"

namespace pursuit {

// The values in an order drawn from (seed, shuffle): Fisher and Yates, words of Purpose::evaluation_shuffle.
std::vector<double> shuffled(std::vector<double> values, std::uint64_t seed, std::uint32_t shuffle);

// `activation`: input_gain, threshold or response_gain.
const std::vector<double> &parameter_of(const Network &network, const std::string &activation);
// The network with another parameter in place of the trained one.
Network with_parameter(Network network, const std::string &activation, std::vector<double> values);

} // namespace pursuit
