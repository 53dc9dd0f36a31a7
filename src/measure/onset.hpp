// When pursuit begins, and the open-loop window: the first 100 ms, before what the eye does can come back through the
// retina (Lisberger and Westbrook 1985, J Neurosci 5:1662).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace pursuit {

inline constexpr double k_onset_fraction = 0.1;
inline constexpr std::int64_t k_open_loop_ms = 100;

// Index of the first sample from which the speed stays at or above 0.1 of its maximum until that maximum. Nothing where
// the maximum is 0. `horizontal` and `vertical` have the same length. A fraction of the maximum, because speeds are
// normalized and those at low contrast are a third of those at high.
std::optional<std::size_t> onset_sample(std::span<const double> horizontal,
                                        std::span<const double> vertical,
                                        double fraction = k_onset_fraction);

// Samples [begin, end): 100 ms from the onset, or to the end of the trial where that comes first.
struct SampleRange {
  std::size_t begin = 0, end = 0;
};
SampleRange open_loop_window(std::size_t onset, std::size_t samples);

} // namespace pursuit
