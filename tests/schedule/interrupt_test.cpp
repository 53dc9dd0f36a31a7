// Ctrl-C, termination, and stops that nobody asked for.
#include <gtest/gtest.h>

#include "schedule_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

TEST(Schedule, TheFirstSignalDrains) {
  for (const int number : {2, 15, 1}) {
    Bench bench(make_plan({-1, -1, -1, 0}), cpu_slots(2));
    bench.runner.script[0] = {done(100)};
    bench.runner.script[1] = {done(100)};
    bench.runner.interruptions = {{3.0, number}};
    const Outcome outcome = bench.run();
    EXPECT_EQ(outcome.interrupted_by, number);
    EXPECT_EQ(states(outcome), (States{k_interrupted, k_interrupted, k_pending, k_pending}));
    EXPECT_EQ(outcome.runs[0].attempts[0].to_trial, 7);
    EXPECT_EQ(bench.runner.drained.size(), 2u);
    EXPECT_TRUE(bench.runner.killed.empty());
    EXPECT_DOUBLE_EQ(bench.clock.now_s, 4);
    EXPECT_FALSE(outcome.stopped_early);
  }
}

TEST(Schedule, SignalsWithinHalfASecondAreOne) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {done(100)};
  bench.runner.interruptions = {{3.0, 2}, {3.1, 2}, {3.49, 15}};
  const Outcome outcome = bench.run();
  EXPECT_TRUE(bench.runner.killed.empty());
  EXPECT_EQ(bench.runner.drained.size(), 1u);
  EXPECT_EQ(outcome.interrupted_by, 2);
}

TEST(Schedule, ALaterSignalKills) {
  Bench bench(make_plan({-1, -1}), cpu_slots(2));
  bench.runner.script[0] = {done(100)};
  bench.runner.script[1] = {done(100)};
  bench.runner.drain_s = 1e300;
  bench.runner.interruptions = {{3.0, 2}, {3.6, 2}};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.runner.killed.size(), 2u);
  EXPECT_EQ(states(outcome), (States{k_interrupted, k_interrupted}));
  EXPECT_DOUBLE_EQ(bench.clock.now_s, 3.6);
}

TEST(Schedule, AWorkerThatDiesWhileDrainingIsInterrupted) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {done(100)};
  bench.runner.drain_death = "SIGTERM";
  bench.runner.interruptions = {{3.0, 15}};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_interrupted}));
  EXPECT_EQ(outcome.runs[0].attempts[0].signal, "SIGTERM");
  EXPECT_EQ(bench.runner.started.size(), 1u);
}

TEST(Schedule, AHangWhileDrainingEndsAtTheTimeout) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {hangs()};
  bench.runner.drain_s = 1e300;
  bench.options.timeout_s = 20;
  bench.runner.interruptions = {{3.0, 2}};
  EXPECT_EQ(states(bench.run()), (States{k_interrupted}));
  EXPECT_DOUBLE_EQ(bench.clock.now_s, 20);
}

TEST(Schedule, AStopThatNobodyAskedForIsAFailure) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {hangs(), done(1)};
  bench.runner.later(1, RunStopped{0, 0, 0, 5, ""});
  bench.runner.later(1, JobEnded{0});
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_done}));
  EXPECT_EQ(outcome.runs[0].attempts[0].error, "the worker was stopped from outside");
  EXPECT_EQ(outcome.runs[0].attempts[0].to_trial, 5);
}

} // namespace
} // namespace pursuit
