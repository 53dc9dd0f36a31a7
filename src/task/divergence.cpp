#include "task/divergence.hpp"

#include <algorithm>
#include <cmath>

#include "task/trial.hpp"

namespace pursuit {

double target_norm(const Trace &trace) {
  double sum = 0;
  for (std::size_t i = k_target_begin; i + 1 < static_cast<std::size_t>(k_samples); ++i)
    sum += trace.hvel[i] * trace.hvel[i] + trace.vvel[i] * trace.vvel[i];
  return std::sqrt(sum);
}

TargetNorms target_norms(const Behavior &behavior) {
  TargetNorms norms;
  norms.days.synthetic = behavior.synthetic;
  norms.days.path = behavior.path;
  norms.days.sha256 = behavior.sha256;
  for (const Day &day : behavior.days) {
    norms.days.days.push_back({day.target_direction_deg, {}});
    norms.of.emplace_back();
    for (std::size_t contrast = 0; contrast < day.traces.size(); ++contrast) {
      for (std::size_t c = 0; c < day.traces[contrast].size(); ++c)
        norms.of.back()[contrast][c] = target_norm(day.traces[contrast][c]);
    }
  }
  return norms;
}

double mean_target_norm(const TargetNorms &norms, const RunSpec &spec) {
  const std::int64_t end = spec.settings.n_trials;
  const std::int64_t count = std::min(end, k_last_trials);
  double sum = 0;
  for (std::int64_t trial = end - count; trial < end; ++trial) {
    const Draw draw = draw_trial(norms.days, spec, static_cast<std::uint32_t>(trial));
    sum += norms.of[static_cast<std::size_t>(draw.day)][static_cast<std::size_t>(draw.contrast)]
                   [static_cast<std::size_t>(draw.condition)];
  }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

std::optional<bool> is_diverged(const TargetNorms &norms, const RunSpec &spec,
                                const std::optional<LossSummary> &loss) {
  if (spec.settings.n_trials == 0) return false;
  if (!loss || norms.days.sha256 != spec.data_sha256 || norms.of.empty()) return std::nullopt;
  return loss->mean_last_200 > k_diverged_ratio * mean_target_norm(norms, spec);
}

} // namespace pursuit
