#include "store/judge_diverged.hpp"

#include <algorithm>
#include <span>

#include "base/errors.hpp"

namespace pursuit {

namespace {

bool is_unjudged(const ManifestRun &run) { return run.state == RunState::done && !run.diverged; }

// Of `--data synthetic` the resolved file does not show the seed, which is then 1.
std::optional<Behavior> behavior_of(Disk &disk, const Manifest &manifest) {
  if (manifest.synthetic) {
    for (const std::uint64_t seed : {synthetic_seed(manifest), std::uint64_t{1}}) {
      Behavior behavior = synthetic_behavior(seed);
      if (behavior.sha256 == manifest.data_sha256) return behavior;
    }
    return std::nullopt;
  }
  try {
    const std::optional<std::string> bytes = disk.read(manifest.data_path);
    if (!bytes) return std::nullopt;
    Behavior behavior = read_behavior(*bytes, manifest.data_path);
    if (behavior.sha256 == manifest.data_sha256) return behavior;
  } catch (const RunError &) {
  } catch (const ConfigError &) {
  }
  return std::nullopt;
}

void judge(Disk &disk, const Manifest &manifest, std::span<ManifestRun> runs) {
  for (ManifestRun &run : runs) {
    if (is_unjudged(run) && run.spec.settings.n_trials == 0) run.diverged = false;
  }
  if (std::none_of(runs.begin(), runs.end(), is_unjudged)) return;
  const std::optional<TargetNorms> norms = norms_of_data(disk, manifest);
  if (!norms) return;
  for (ManifestRun &run : runs) {
    if (is_unjudged(run)) run.diverged = is_diverged(*norms, run.spec, run.loss);
  }
}

} // namespace

std::optional<TargetNorms> norms_of_data(Disk &disk, const Manifest &manifest) {
  const std::optional<Behavior> behavior = behavior_of(disk, manifest);
  return behavior ? std::optional(target_norms(*behavior)) : std::nullopt;
}

void judge_diverged(Disk &disk, Manifest &manifest) {
  judge(disk, manifest, std::span(manifest.runs));
}

void judge_diverged(Disk &disk, const Manifest &manifest, ManifestRun &run) {
  judge(disk, manifest, std::span(&run, 1));
}

} // namespace pursuit
