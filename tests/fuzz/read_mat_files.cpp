// Targets that are MATLAB files: models, behaviour, replay cases.
#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "engine/engine.hpp"
#include "store/model.hpp"
#include "target.hpp"
#include "task/behavior.hpp"
#include "train/replay.hpp"

namespace pursuit::fuzz {

namespace {

std::size_t values_of(const Network &network) {
  return network.w.size() + network.w_in.size() + network.w_out.size();
}

// Both kinds of arithmetic take any case that is read; a loss that is not finite is a RunError.
void replay_with(const char *engine_name, const ReplayCase &replay_case) {
  const std::unique_ptr<Engine> engine = make_engine({engine_name});
  const ReplayResult result = replay(*engine, replay_case);
  promise(result.losses.size() == replay_case.updates, "an update without a loss");
  promise(!read_mat(replay_bytes(result), "out.mat").empty(), "a replay that is not read");
}

} // namespace

void read_model_file(std::string_view mat) {
  promise_round_trip([](const std::string &bytes) { return read_model(bytes, "x.mat"); },
                     model_bytes, std::string(mat));
}

void read_behavior_file(std::string_view mat) {
  promise_round_trip([](const std::string &bytes) { return read_behavior(bytes, "x.mat"); },
                     [](const Behavior &behavior) { return behavior_bytes(behavior.days); },
                     std::string(mat));
}

void read_replay_file(std::string_view mat) {
  const ReplayCase replay_case = read_replay_case(mat, "x.mat");
  constexpr std::size_t k_quick_values = 200, k_quick_updates = 3;
  if (values_of(replay_case.start.network) > k_quick_values ||
      replay_case.updates > k_quick_updates)
    return;
  replay_with("reference", replay_case);
  replay_with("fused", replay_case);
}

} // namespace pursuit::fuzz
