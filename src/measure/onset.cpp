#include "measure/onset.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pursuit {

std::optional<std::size_t> onset_sample(std::span<const double> horizontal,
                                        std::span<const double> vertical, double fraction) {
  std::vector<double> speed(horizontal.size());
  for (std::size_t i = 0; i < speed.size(); ++i) speed[i] = std::hypot(horizontal[i], vertical[i]);
  const std::vector<double>::const_iterator peak = std::max_element(speed.begin(), speed.end());
  if (peak == speed.end() || !(*peak > 0)) return std::nullopt;
  std::size_t onset = static_cast<std::size_t>(peak - speed.begin());
  while (onset > 0 && speed[onset - 1] >= fraction * *peak) --onset;
  return onset;
}

SampleRange open_loop_window(std::size_t onset, std::size_t samples) {
  return {onset, std::min(samples, onset + static_cast<std::size_t>(k_open_loop_ms))};
}

} // namespace pursuit
