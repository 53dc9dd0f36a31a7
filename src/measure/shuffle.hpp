// Controls of stage 2: do the trained parameters work by which unit has which values, or by their means alone? The bias is
// evaluated again with the parameters permuted over units, and with their means in every unit.
#pragma once

#include <cstdint>
#include <vector>

#include "store/network.hpp"

namespace pursuit {

// The values in an order drawn from (seed, shuffle): Fisher and Yates, words of Purpose::evaluation_shuffle.
std::vector<double> shuffled(std::vector<double> values, std::uint64_t seed, std::uint32_t shuffle);

// The network with its trained parameters permuted over units, all in the same way; and with their means in every unit.
Network with_shuffled(Network network, ActivationSet trained, std::uint64_t seed,
                      std::uint32_t shuffle);
Network with_means(Network network, ActivationSet trained);

} // namespace pursuit
