// Cores and GPUs in one schedule, and runs that join a job under way.
#include <gtest/gtest.h>

#include "schedule_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

// Slot 0 is a core, slot 1 a GPU that takes eight runs of one shape in the time of one.
std::vector<Slot> core_and_gpu() {
  std::vector<Slot> slots = choose_slots("cpu:1", false, {}, 1, {Sharing::Among::siblings, 3, 0.5});
  slots.push_back(gpu_slots({8}).front());
  return slots;
}

// Runs that take `core_s` on the core and `gpu_s` on the GPU, as the policy knows.
struct Mixed : Bench {
  Mixed(Plan some, double core_s, double gpu_s) : Bench(std::move(some), core_and_gpu()) {
    costs[DeviceKind::cpu] = RunCosts(plan.runs.size(), RunCost{core_s, 0});
    costs[DeviceKind::cuda] = RunCosts(plan.runs.size(), RunCost{gpu_s, 0});
  }
};

TEST(MixedSlots, BothTrainWhatEndsSoonerThere) {
  Mixed bench(make_plan(std::vector<int>(24, -1)), 5, 2);
  for (int run = 0; run < 24; ++run) bench.runner.script[run] = {done(run == 16 ? 5 : 2)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), States(24, k_done));
  EXPECT_EQ(bench.jobs()[0], "1:0,1,2,3,4,5,6,7");
  EXPECT_EQ(outcome.runs[0].attempts[0].device, "cuda:0");
  // The next eight end at 4 s on the GPU and wait for it, the eight after them at 6 s; on the core the first of those ends at 5 s.
  EXPECT_EQ(bench.jobs()[1], "0:16");
  EXPECT_EQ(outcome.runs[16].attempts[0].device, "cpu 0");
  EXPECT_EQ(bench.jobs()[2], "1:8,9,10,11,12,13,14,15");
}

TEST(MixedSlots, ASlowCoreStaysIdleWhereTheGpuIsSoonDone) {
  Mixed bench(make_plan({-1, -1}), 100, 2);
  bench.plan.graph.nodes[1].spec.settings.N = 100; // of another shape
  for (int run : {0, 1}) bench.runner.script[run] = {done(2)};
  EXPECT_EQ(states(bench.run()), States(2, k_done));
  EXPECT_EQ(bench.jobs(), (Strings{"1:0", "1:1"}));
}

// A run that waits for a slot that does not end is not lost.
TEST(MixedSlots, WhoWaitsForAGpuThatIsLateTakesTheCore) {
  Mixed bench(make_plan({-1, -1}), 10, 2);
  bench.plan.graph.nodes[1].spec.settings.N = 100;
  bench.runner.script[0] = {done(1000)};
  bench.runner.script[1] = {done(10)};
  EXPECT_EQ(states(bench.run()), States(2, k_done));
  EXPECT_EQ(bench.jobs(), (Strings{"1:0", "0:1"}));
}

TEST(MixedSlots, PacksOfBothKindsLiveSideBySide) {
  Plan plan = make_plan({-1, 0, 0, 0});
  plan.runs[0].action = Action::reuse;
  for (std::size_t i = 1; i < 4; ++i) // of three shapes, and siblings
    plan.graph.nodes[i].spec.settings.activation = static_cast<Activation>(i - 1);
  Mixed bench(plan, 3, 2);
  for (int run : {1, 2, 3}) bench.runner.script[run] = {done(3)};
  EXPECT_EQ(states(bench.run()), States(4, k_done));
  EXPECT_EQ(bench.jobs(), (Strings{"1:1", "0:2,3"}));
}

TEST(MixedSlots, OutOfMemoryHalvesThePacksOfThatSlotOnly) {
  Mixed bench(make_plan(std::vector<int>(8, -1)), 1000, 2);
  bench.runner.largest_pack = 4;
  for (int run = 0; run < 8; ++run) bench.runner.script[run] = {done(2)};
  EXPECT_EQ(states(bench.run()), States(8, k_done));
  EXPECT_EQ(bench.jobs(), (Strings{"1:0,1,2,3,4,5,6,7", "1:0,1,2,3", "1:4,5,6,7"}));
}

std::vector<Slot> cores(int count) {
  return choose_slots("cpu:" + std::to_string(count), false, {}, 1,
                      {Sharing::Among::siblings, 3, 0.5});
}

// Four siblings of a network that is there, each taking ten seconds alone.
Plan family(int children = 4) {
  std::vector<int> parents(static_cast<std::size_t>(children) + 1, 0);
  parents[0] = -1;
  Plan plan = make_plan(parents);
  plan.runs[0].action = Action::reuse;
  return plan;
}

struct TenSeconds : Bench {
  TenSeconds(Plan some, int count) : Bench(std::move(some), cores(count)) {
    costs[DeviceKind::cpu] = RunCosts(plan.runs.size(), RunCost{10, 0});
  }
};

TEST(Joining, ASiblingTakesTheRoomThatOneLeaves) {
  TenSeconds bench(family(), 1);
  bench.runner.script[1] = {done(4)};
  for (int run : {2, 3}) bench.runner.script[run] = {done(20)};
  bench.runner.script[4] = {done(10)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,2,3", "0:+4"}));
  EXPECT_EQ(states(outcome), States(5, k_done));
  EXPECT_DOUBLE_EQ(bench.clock.now_s, 20);
  EXPECT_EQ(outcome.runs[4].pack.id, outcome.runs[2].pack.id);
  EXPECT_EQ(outcome.runs[4].pack.size, 3);
  EXPECT_EQ(outcome.runs[4].attempts[0].started, "2023-11-14T22:13:24Z");
  EXPECT_TRUE(bench.claims.held.empty());
}

TEST(Joining, NotWhereAnIdleCoreCouldTakeIt) {
  TenSeconds bench(family(), 2);
  bench.runner.script[1] = {done(20)};
  bench.runner.script[2] = {done(20)};
  bench.runner.script[3] = {done(4)};
  bench.runner.script[4] = {done(4)};
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,2", "1:3,4"}));

  TenSeconds later(family(), 2);
  later.claims.others[4] = {6, {}}; // another process has it until then
  later.runner.script[1] = later.runner.script[2] = {done(20)};
  later.runner.script[3] = {done(4)};
  later.run();
  EXPECT_EQ(later.jobs(), (Strings{"0:1,2", "1:3", "1:4"}));
}

TEST(Joining, NotAPackThatIsAboutToEnd) {
  TenSeconds bench(family(), 1);
  bench.runner.script[1] = {done(19)};
  for (int run : {2, 3}) bench.runner.script[run] = {done(20)};
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,2,3", "0:4"}));
}

// What was measured counts for more than what was foreseen.
TEST(Joining, APackThatIsFasterThanUsualIsAboutToEndToo) {
  TenSeconds bench(family(), 1);
  bench.runner.script[1] = {done(4)};
  for (int run : {2, 3}) {
    bench.runner.script[run] = {done(5)};
    bench.runner.later(3, RunProgress{0, run, 60, 0.5, 20, 0}); // 40 to go: until 5 s
  }
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,2,3", "0:4"}));
}

TEST(Joining, WhoFailedIsTriedAgainAloneAndNobodyJoinsIt) {
  TenSeconds bench(family(), 1);
  bench.runner.script[1] = {failed("bad", 4), done(10)};
  for (int run : {2, 3}) bench.runner.script[run] = {done(20)};
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,2,3", "0:+4", "0:1"}));
}

TEST(Joining, ACrashTakesTheJoinedOnesToo) {
  TenSeconds bench(family(), 1);
  bench.options.retries = 0;
  bench.runner.script[1] = {done(4)};
  bench.runner.script[2] = {crashes("SIGSEGV", 15), done(1)};
  bench.runner.script[3] = {hangs(), done(1)};
  bench.runner.script[4] = {hangs(), done(1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,2,3", "0:+4", "0:2", "0:3", "0:4"}));
  EXPECT_EQ(states(outcome), States(5, k_done));
}

TEST(Joining, TheTimeOfAllCountsAnewWhenOneJoins) {
  TenSeconds bench(family(), 1);
  bench.options.timeout_s = 12;
  bench.runner.script[1] = {done(4)};
  for (int run : {2, 3, 4}) bench.runner.script[run] = {hangs(), done(1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.runner.drained, (std::vector<std::pair<int, double>>{{0, 40.0}}));
  EXPECT_EQ(outcome.runs[4].attempts[0].error, "over --timeout 12 s: 36 s for the whole pack");
  EXPECT_EQ(states(outcome), States(5, k_done));
}

TEST(Joining, NobodyJoinsAfterASignal) {
  TenSeconds bench(family(), 1);
  bench.runner.script[1] = {done(4)};
  for (int run : {2, 3}) bench.runner.script[run] = {done(20)};
  bench.runner.interruptions = {{3.0, 2}};
  bench.runner.drain_s = 2;
  EXPECT_EQ(states(bench.run())[4], k_pending);
  EXPECT_EQ(bench.jobs(), Strings{"0:1,2,3"});
}

TEST(Joining, RunsOfOneShapeJoinOnAGpu) {
  Bench bench(make_plan({-1, -1, -1}), gpu_slots({2}));
  for (const DeviceKind kind : {DeviceKind::cpu, DeviceKind::cuda})
    bench.costs[kind] = RunCosts(3, RunCost{10, 0});
  bench.runner.script[0] = {done(2)};
  bench.runner.script[1] = {done(10)};
  bench.runner.script[2] = {done(10)};
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,1", "0:+2"}));
}

} // namespace
} // namespace pursuit
