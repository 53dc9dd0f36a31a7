// Evaluation -> Measures.
#pragma once

#include <cstddef>
#include <vector>

#include "measure/evaluation.hpp"
#include "store/measures.hpp"

namespace pursuit {

// Every measure that this network has, rounded to 1e-9; what cannot be said is NaN, with a reason.
Measures measure(const Evaluation &evaluation);

// The bias of each shuffle, degrees; of contrast 0 (high) or 1 (low).
std::vector<double> shuffled_biases_deg(const ShuffleOutcome &outcome, std::size_t contrast);

} // namespace pursuit
