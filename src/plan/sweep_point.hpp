// One point of a sweep while it is being built. Private to plan/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/experiment.hpp"

namespace pursuit {

struct SweepPoint {
  Settings settings;
  std::uint64_t seed = 1;
  // One bit for each row of parameters():
  std::uint32_t set = 0;     // has a value: assigned, from the parent, or a default
  std::uint32_t on_axis = 0; // lies on an axis of the sweep
  // Index into the parent stage's points, or into Needs::paths; -1 in stage 1.
  std::int32_t parent = -1;
};

// The bit of a row of parameters().
std::uint32_t bit_of(const Parameter &parameter);

// Every parameter at its default, nothing else set.
SweepPoint default_point();

void assign(SweepPoint &point, const Parameter &parameter, const ParameterValue &value);

// All terms hold. A parameter without a value (and a gain that nobody knows) matches nothing.
bool matches(const SweepPoint &point, const Match &match);

// What the points offer for the first term that none of them meets: "N is 100 or 250 there". Empty
// if every term alone is met by some point.
std::string why_unmatched(const std::vector<SweepPoint> &points, const Match &match);

} // namespace pursuit
