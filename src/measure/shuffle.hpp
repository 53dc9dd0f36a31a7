// Controls of stage 2: does the trained parameter work by which unit has which value, or by its mean alone? The bias is
// evaluated again with the parameter permuted over units, and with its mean in every unit.
#pragma once

#include <cstdint>
#include <vector>

#include "measure/evaluation.hpp"

namespace pursuit {

// The values in an order drawn from (seed, shuffle): Fisher and Yates, words of Purpose::evaluation_shuffle.
std::vector<double> shuffled(std::vector<double> values, std::uint64_t seed, std::uint32_t shuffle);

// The network with another parameter in place of the trained one. `activation`: input_gain, threshold, response_gain.
Network with_parameter(Network network, const std::string &activation, std::vector<double> values);

} // namespace pursuit
