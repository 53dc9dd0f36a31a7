// Which networks of two groups make a pair: those with the same seed and the same value of every parameter that takes the
// same values in both groups.
#pragma once

#include <string>
#include <vector>

#include "plan/run.hpp"

namespace pursuit {

using Specs = std::vector<const RunSpec *>;

// Parameters that take the same values in both groups: what a pair must share, besides the seed.
std::vector<const Parameter *> shared_parameters(const Specs &a, const Specs &b);
// The same for the members of a pair.
std::string pair_key(const RunSpec &spec, const std::vector<const Parameter *> &shared);

bool have_pairs(const Specs &a, const Specs &b);

} // namespace pursuit
