// How far the output's direction is from the target's, on the days of the behaviour.
#pragma once

#include <cstddef>
#include <vector>

#include "measure/evaluation.hpp"

namespace pursuit {

// Direction of the mean output minus the day's target direction, around the circle, in [-180, 180), for each day. NaN
// where the mean output is 0: rest has no direction. `contrast`: 0 high, 1 low.
std::vector<double> direction_errors_deg(const DayOutcome &days, std::size_t contrast);

} // namespace pursuit
