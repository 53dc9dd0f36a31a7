#include "target.hpp"

#include "base/errors.hpp"

namespace pursuit::fuzz {

std::span<const Target> targets() {
  static constexpr Target k_targets[] = {
      {"experiment", false, read_experiment_file},
      {"set_option", false, read_set_option},
      {"filter", false, read_filter},
      {"journal", false, read_journal_file},
      {"manifest", false, read_manifest},
      {"result", false, read_result},
      {"run", false, read_run},
      {"worker_job", false, read_worker_job},
      {"worker_event", false, read_worker_event},
      {"checkpoint", false, read_checkpoint},
      {"model", true, read_model_file},
      {"behavior", true, read_behavior_file},
      {"replay", true, read_replay_file},
  };
  return k_targets;
}

bool takes(const Target &target, std::string_view bytes) {
  try {
    target.read(bytes);
    return true;
  } catch (const ConfigError &) {
    return false;
  } catch (const RunError &) {
    return false;
  }
}

void promise(bool holds, const std::string &what) {
  if (!holds) throw BrokenPromise(what);
}

} // namespace pursuit::fuzz
