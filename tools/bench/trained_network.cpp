#include "trained_network.hpp"

namespace pursuit::bench {

RunSpec spec_of(int n) {
  RunSpec spec;
  spec.settings.N = n;
  spec.settings.tau_ms = 30;
  spec.settings.n_trials = k_trials_before;
  return spec;
}

const Behavior &behavior() {
  static const Behavior behavior = synthetic_behavior(1);
  return behavior;
}

Trial next_trial(const RunSpec &spec, std::int64_t trial) {
  const std::uint32_t index = static_cast<std::uint32_t>(trial);
  return make_trial(behavior(), spec, index, draw_trial(behavior(), spec, index));
}

TrainingState trained_state(int n) {
  const RunSpec spec = spec_of(n);
  const std::unique_ptr<Training> training = make_engine({"fused"})->start();
  const MemberId network = training->add(first_state(spec, std::nullopt),
                                         DrawnTrials{&behavior(), spec}, k_trials_before);
  while (training->trial(network) < k_trials_before) training->advance(k_trials_before);
  return training->state(network);
}

} // namespace pursuit::bench
