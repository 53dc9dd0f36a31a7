// A plan by hand, slots, the fakes, and the schedule between them.
#pragma once

#include "support/fake_runner.hpp"

namespace pursuit::test {

// A plan by hand: node i with parent parents[i] (-1: none), all of them to train. Ids are "00..i".
inline Plan make_plan(const std::vector<int> &parents) {
  Plan plan;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    Node node;
    node.id = std::string(56, '0') + std::to_string(10'000'000 + i);
    std::rotate(node.id.begin(), node.id.begin() + 56, node.id.end()); // the number first
    node.stage = parents[i] < 0 ? "weights" : "adapt";
    node.parent = parents[i];
    node.spec.stage = parents[i] < 0 ? 1 : 2;
    node.spec.settings.N = 250;
    node.spec.settings.n_trials = 100;
    if (parents[i] >= 0)
      node.spec.parent_id = plan.graph.nodes[static_cast<std::size_t>(parents[i])].id;
    plan.graph.nodes.push_back(node);
    if (parents[i] >= 0) {
      plan.graph.nodes[static_cast<std::size_t>(parents[i])].children.push_back(
          static_cast<int>(i));
    }
  }
  plan.runs.resize(parents.size());
  for (PlannedRun &run : plan.runs) {
    run.reason = "new";
    run.record.measures = Measures{}; // of those that are reused
  }
  return plan;
}

inline std::vector<Slot> cpu_slots(int count) {
  return choose_slots("cpu:" + std::to_string(count), false, {}, 1);
}

inline std::vector<Slot> gpu_slots(std::vector<int> packs) {
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < packs.size(); ++i) {
    Slot slot;
    slot.kind = DeviceKind::cuda;
    slot.device = static_cast<int>(i);
    slot.label = "cuda:" + std::to_string(i);
    slot.sharing = {Sharing::Among::shape, packs[i], 0};
    slots.push_back(slot);
  }
  return slots;
}

struct Bench {
  explicit Bench(Plan p, std::vector<Slot> s)
      : plan(std::move(p)), slots(std::move(s)), runner(clock, static_cast<int>(slots.size())),
        claims(clock) {
    // As every run of the fake takes a second that has no script.
    for (const DeviceKind kind : {DeviceKind::cpu, DeviceKind::cuda})
      costs[kind] = RunCosts(plan.runs.size(), RunCost{1, 0});
  }
  Outcome run() {
    return run_schedule(plan, slots, pack_policy(plan.graph, slots, costs), runner, claims, clock,
                        options, {"here", "reference-1"}, witness);
  }
  // "slot:run,run" of every job, in order (FakeRunner::log).
  const std::vector<std::string> &jobs() const { return runner.log; }

  Plan plan;
  std::vector<Slot> slots;
  std::map<DeviceKind, RunCosts> costs; // of each run alone
  FakeClock clock;
  FakeRunner runner;
  FakeClaims claims;
  ScheduleOptions options;
  Witness witness;
};

inline std::vector<RunState> states(const Outcome &outcome) {
  std::vector<RunState> result;
  for (const ScheduledRun &run : outcome.runs) result.push_back(run.state);
  return result;
}

using Strings = std::vector<std::string>;
using States = std::vector<RunState>;
inline constexpr RunState k_done = RunState::done, k_failed = RunState::failed,
                          k_skipped = RunState::skipped, k_pending = RunState::pending,
                          k_interrupted = RunState::interrupted;

} // namespace pursuit::test
