// Whether a training diverged: its loss ended worse than that of an output of zero by half.
//
//   diverged  <=>  mean(loss_n) > 1.5 mean(|z_n|),  |z_n| = sqrt(sum_{i=0..148} |z_i|^2) of trial n's target,
// over the last 200 trials, or all if there are fewer. |z_n| is the loss of an output of zero (SPEC section 5). Such a
// network is finished and kept, and left out of statistics (store/left_out.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "task/behavior.hpp"

namespace pursuit {

inline constexpr std::int64_t k_last_trials = 200; // of LossSummary::mean_last_200
inline constexpr double k_diverged_ratio = 1.5;

// What a person is told of one.
inline constexpr const char *k_diverged_notice =
    "its loss ended above 1.5 times that of an output of zero: left out of statistics";

// |z| of a trace: samples 150..298, both components.
double target_norm(const Trace &trace);

// What a trial's |z| depends on, without the traces.
struct TargetNorms {
  Behavior days;                                        // SHA-256 and target directions
  std::vector<std::array<std::array<double, 6>, 2>> of; // [day][contrast][condition]
};
TargetNorms target_norms(const Behavior &behavior);

// Mean |z| over the last trials of the run's training; 0 where there are none.
double mean_target_norm(const TargetNorms &norms, const RunSpec &spec);

// Of a finished run. Without trials false; nothing where the loss is not known, or the norms are of other data.
std::optional<bool> is_diverged(const TargetNorms &norms, const RunSpec &spec,
                                const std::optional<LossSummary> &loss);

} // namespace pursuit
