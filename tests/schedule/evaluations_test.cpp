// What is done and lacks its measures is evaluated by slots that have nothing to train.
#include <gtest/gtest.h>

#include "schedule_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

// All of them were trained before, and none was evaluated.
Plan only_evaluations(int runs) {
  Plan plan = make_plan(std::vector<int>(static_cast<std::size_t>(runs), -1));
  for (PlannedRun &run : plan.runs) {
    run.action = Action::reuse;
    run.record.measures.reset();
  }
  return plan;
}

Try lost(double seconds = 0) { return crashes("SIGKILL", seconds); }
const Try k_silent{Try::End::silent, 0, "", false};

TEST(Evaluations, OnlyWhatIsDoneAndHasNoneIsEvaluated) {
  Bench bench(only_evaluations(3), cpu_slots(2));
  bench.plan.runs[1].record.measures = Measures{};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:evaluate 0", "1:evaluate 2"}));
  EXPECT_EQ(states(outcome), States(3, k_done));
  for (const ScheduledRun &run : outcome.runs) {
    EXPECT_TRUE(run.measures);
    EXPECT_TRUE(run.attempts.empty());
  }
  EXPECT_TRUE(bench.claims.log.empty());
}

TEST(Evaluations, EverySlotWorks) {
  Bench bench(only_evaluations(3), cpu_slots(2));
  for (int run : {0, 1, 2}) bench.runner.evaluation_script[run] = {done(5)};
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:evaluate 0", "1:evaluate 1", "0:evaluate 2"}));
  EXPECT_DOUBLE_EQ(bench.clock.now_s, 10);
}

// The second slot waits for a child of 0 anyway.
TEST(Evaluations, TrainingGoesFirstAndIsNotWaitedFor) {
  Bench bench(make_plan({-1, 0, -1}), cpu_slots(2));
  bench.plan.runs[2].action = Action::reuse;
  bench.plan.runs[2].record.measures.reset();
  bench.runner.script[0] = {done(9)};
  EXPECT_EQ(states(bench.run()), States(3, k_done));
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "1:evaluate 2", "1:1"}));

  Bench busy(make_plan({-1, 0, -1}), cpu_slots(1));
  busy.plan.runs[2] = bench.plan.runs[2];
  busy.run();
  EXPECT_EQ(busy.jobs(), (Strings{"0:0", "0:1", "0:evaluate 2"}));
}

// One that was trained here, when its worker is lost or silent before it has evaluated.
TEST(Evaluations, WhatItsWorkerLeftOutIsMadeUpFor) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.not_evaluated = {0};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:evaluate 0"}));
  EXPECT_TRUE(outcome.runs[0].measures);

  Bench dead(make_plan({-1, -1}), gpu_slots({2}));
  dead.runner.not_evaluated = {0};
  dead.runner.script[1] = {crashes("SIGSEGV", 2), done(1)};
  EXPECT_TRUE(dead.run().runs[0].measures);
  EXPECT_EQ(dead.jobs(), (Strings{"0:0,1", "0:1", "0:evaluate 0"}));
}

TEST(Evaluations, OfARunThatAnotherProcessTrained) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.claims.others[0].record.state = RunState::done;
  bench.claims.others[0].record.file = RunRecord::FileState::intact;
  bench.claims.others[0].record.model = ModelFile{"m", "sha", 1};
  EXPECT_TRUE(bench.run().runs[0].measures);
  EXPECT_EQ(bench.jobs(), Strings{"0:evaluate 0"});
}

TEST(Evaluations, AFailureIsTheRunsOwnAndItsTrainingStays) {
  Bench bench(only_evaluations(2), cpu_slots(1));
  bench.runner.evaluation_script[0] = {failed("cannot read it", 0), failed("cannot read it", 0)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(outcome.runs[0].evaluation_error, "cannot read it");
  EXPECT_FALSE(outcome.runs[0].measures);
  EXPECT_EQ(states(outcome), States(2, k_done));
  EXPECT_TRUE(outcome.runs[1].measures);
}

// As for training: a worker that is lost costs one of the tries.
TEST(Evaluations, ALostOrSilentWorkerIsTriedAgainAndThenNamed) {
  Bench bench(only_evaluations(2), cpu_slots(1));
  bench.runner.evaluation_script[0] = {lost(), done(0)};
  bench.runner.evaluation_script[1] = {k_silent, lost()};
  const Outcome outcome = bench.run();
  EXPECT_TRUE(outcome.runs[0].measures);
  EXPECT_NE(outcome.runs[1].evaluation_error.find("SIGKILL"), std::string::npos);
  EXPECT_EQ(bench.jobs(),
            (Strings{"0:evaluate 0", "0:evaluate 0", "0:evaluate 1", "0:evaluate 1"}));
}

TEST(Evaluations, OverTimeoutIsAFailureLikeAnyOther) {
  Bench bench(only_evaluations(1), cpu_slots(1));
  bench.options.timeout_s = 30;
  bench.options.retries = 0;
  bench.runner.evaluation_script[0] = {hangs()};
  EXPECT_EQ(bench.run().runs[0].evaluation_error, "over --timeout 30 s");
  EXPECT_EQ(bench.runner.drained, (std::vector<std::pair<int, double>>{{0, 30.0}}));
}

TEST(Evaluations, WhereNoWorkerCanStartOthersDoIt) {
  Bench bench(only_evaluations(2), cpu_slots(2));
  bench.options.retries = 0;
  bench.runner.evaluation_script[0] = {done(3)};
  bench.runner.evaluation_script[1] = {never_starts(), done(0)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:evaluate 0", "1:evaluate 1", "0:evaluate 1"}));
  EXPECT_TRUE(outcome.runs[1].measures);
}

TEST(Evaluations, TheFirstSignalDrainsAndIsNoFailure) {
  Bench bench(only_evaluations(4), cpu_slots(2));
  for (int run : {0, 1, 2, 3}) bench.runner.evaluation_script[run] = {done(100)};
  bench.runner.interruptions = {{3.0, 2}, {3.4, 2}};
  const Outcome outcome = bench.run();
  EXPECT_EQ(outcome.interrupted_by, 2);
  EXPECT_EQ(bench.runner.started.size(), 2u);
  EXPECT_EQ(bench.runner.drained.size(), 2u);
  EXPECT_TRUE(bench.runner.killed.empty());
  for (const ScheduledRun &run : outcome.runs) {
    EXPECT_EQ(run.state, k_done);
    EXPECT_FALSE(run.measures);
    EXPECT_EQ(run.evaluation_error, "");
  }
}

TEST(Evaluations, ALaterSignalKills) {
  Bench bench(only_evaluations(1), cpu_slots(1));
  bench.runner.evaluation_script[0] = {hangs()};
  bench.runner.drain_s = 1e300;
  bench.runner.interruptions = {{3.0, 2}, {3.6, 2}};
  EXPECT_EQ(bench.run().runs[0].evaluation_error, "");
  EXPECT_EQ(bench.runner.killed.size(), 1u);
}

// Nothing new is trained after a failure, but what is done gets its measures.
TEST(Evaluations, AreMadeAfterFailFastToo) {
  Bench bench(make_plan({-1, -1, -1}), cpu_slots(1));
  bench.plan.runs[2].action = Action::reuse;
  bench.plan.runs[2].record.measures.reset();
  bench.options.fail_fast = true;
  bench.options.retries = 0;
  bench.runner.script[0] = {failed("bad")};
  EXPECT_TRUE(bench.run().runs[2].measures);
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:evaluate 2"}));
}

} // namespace
} // namespace pursuit
