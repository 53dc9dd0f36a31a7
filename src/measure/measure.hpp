// Evaluation -> Measures.
#pragma once

#include "measure/evaluation.hpp"
#include "store/measures.hpp"

namespace pursuit {

// Every measure that this network has; what cannot be said is NaN, with a reason.
Measures measure(const Evaluation &evaluation);

} // namespace pursuit
