// Networks with made-up but plausible evaluations, and nothing on a disk.
#pragma once

#include <memory>

#include "report/networks.hpp"

namespace pursuit {

// For each seed 1..seeds: a stage-1 network, its three children and a prior_input network, of n units each. Bias at low
// contrast: 0, 1, 4, 2 and 3 degrees, plus a tenth of the seed. `shuffles`: as if that many had been evaluated.
pursuit::Results example_results(int seeds, int n = 48, int shuffles = 0);

// Null where the panel has none.
const pursuit::Series *find_series(const pursuit::Panel &panel, const std::string &group,
                                   const std::string &statistic);

// Of every panel.
std::vector<std::string> titles(const pursuit::Drawing &drawing);

} // namespace pursuit
