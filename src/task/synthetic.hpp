// Synthetic behaviour with known truth.
//
// 28 days with distinct directions, multiples of 5 degrees, the first 0. Like the recorded file,
// every day has the same traces but for their direction: a latency, then a smooth rise of speed
//   s(t) = a y^2 / (y^2 + h^2),  y = t - onset,  t in ms,
// lower and later at low contrast. `a` is chosen so that the target's norm (samples 150..298 of
// `wide`) is 6.13 at high contrast and 2.69 at low: the losses of an untrained network are then
// those of the recorded file. narrow_plus15 and narrow_minus15 are `wide` turned by 15 degrees at
// high contrast and 12 at low: the behavioural bias toward the prior is 0 and 3 degrees.
//
// Drawn from (seed, Purpose::synthetic_data, trial 0): step 0, block i word 0: the swap that puts
// the direction of day i in its place; step 1, block = contrast, words 0..3: shape.
#pragma once

#include <cstdint>
#include <vector>

#include "task/behavior.hpp"

namespace pursuit {

std::vector<Day> synthetic_days(std::uint64_t seed);

} // namespace pursuit
