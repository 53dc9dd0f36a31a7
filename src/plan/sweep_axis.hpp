// Anything that multiplies points: a grid key, a zip, a list, the seeds. Private to plan/.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "plan/sweep_point.hpp"

namespace pursuit {

// Looks into the experiment, which must outlive it.
struct SweepAxis {
  std::variant<const Axis *, const PointList *, const std::vector<std::uint64_t> *> source;
  std::string_view kind;  // "grid", "zip", "list", "seeds"; for messages
  std::uint32_t keys = 0; // bits of the parameters it sets
  Where where = {};

  std::size_t size() const;
  // Sets what value `i` of the axis says.
  void apply(std::size_t i, SweepPoint &point) const;
};

// grid, zip, list.
std::vector<SweepAxis> axes_of(const Axes &axes);
SweepAxis seeds_axis(const std::vector<std::uint64_t> &seeds);

// Counts of points stop at the largest whole number instead of running over.
inline constexpr std::uint64_t k_uncountable = UINT64_MAX;
std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b);
std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b);

// How many points each point becomes.
std::uint64_t combinations(const std::vector<SweepAxis> &axes);

// Appends `point` extended by every combination of axes[from..], the first of them slowest.
void extend(const SweepPoint &point, const std::vector<SweepAxis> &axes, std::size_t from,
            std::vector<SweepPoint> &out);

} // namespace pursuit
