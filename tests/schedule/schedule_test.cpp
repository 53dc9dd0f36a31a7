// Who ran where, in order, with failures and retries. No process is started.
#include <ctime>

#include <gtest/gtest.h>

#include "schedule/failures.hpp"
#include "schedule_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

TEST(Schedule, ThreeSlotsTakeRunsInTheGraphsOrder) {
  Bench bench(make_plan({-1, -1, -1, -1, 0, 0}), cpu_slots(3));
  bench.runner.script[0] = {done(5)};
  bench.runner.script[1] = {done(1)};
  bench.runner.script[2] = {done(2)};
  bench.runner.script[3] = {done(10)};
  const Outcome outcome = bench.run();
  // 0, 1, 2 at once; slot 1 is free at 1 s and takes 3; slot 2 idles until 0 is done at 5 s.
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "1:1", "2:2", "1:3", "2:4", "0:5"}));
  EXPECT_EQ(states(outcome), States(6, k_done));
  EXPECT_DOUBLE_EQ(bench.clock.now_s, 11);
}

TEST(Schedule, ARunThatBecomesReadyGoesByItsPlaceInTheGraph) {
  Bench bench(make_plan({-1, 0, -1, -1}), cpu_slots(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1", "0:2", "0:3"}));
}

TEST(Schedule, AttemptSaysWhoWhereWhen) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.plan.runs[0].record.attempts = {{"2023-01-01T00:00:00Z", "2023-01-01T00:00:05Z", "there",
                                         "cpu 3", "reference-1", 0, 40, std::nullopt, "SIGKILL",
                                         "lost"}};
  bench.runner.script[0] = {done(30, "abc")};
  const Outcome outcome = bench.run();
  const ScheduledRun &run = outcome.runs[0];
  ASSERT_EQ(run.attempts.size(), 2u);
  EXPECT_EQ(run.attempts[0].host, "there");
  EXPECT_EQ(run.attempts[0].signal, "SIGKILL");
  const Attempt &attempt = run.attempts[1];
  EXPECT_EQ(attempt.started, "2023-11-14T22:13:20Z");
  EXPECT_EQ(attempt.ended, "2023-11-14T22:13:50Z");
  EXPECT_EQ(attempt.host, "here");
  EXPECT_EQ(attempt.device, "cpu 0");
  EXPECT_EQ(attempt.engine, "reference-1");
  EXPECT_EQ(attempt.to_trial, 100);
  EXPECT_EQ(attempt.error, "");
  EXPECT_EQ(run.model->sha256, "abc");
  EXPECT_EQ(run.seconds, 30);
  EXPECT_EQ(bench.witness.changes, (Strings{"0 running", "0 done"}));
}

TEST(Schedule, WhatIsReusedIsNeverStarted) {
  Bench bench(make_plan({-1, 0, 0}), cpu_slots(2));
  bench.plan.runs[0].action = Action::reuse;
  bench.plan.runs[0].record.model = {"m0", "old", 1};
  bench.plan.runs[1].action = Action::reuse;
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:2"}));
  EXPECT_TRUE(outcome.runs[0].reused);
  EXPECT_EQ(outcome.runs[0].model->sha256, "old");
  EXPECT_FALSE(outcome.runs[2].reused);
  EXPECT_EQ(bench.witness.changes,
            (Strings{"0 done reused", "1 done reused", "2 running", "2 done"}));
}

TEST(Schedule, AllReusedNeedsNoWorker) {
  Bench bench(make_plan({-1, 0}), cpu_slots(2));
  for (PlannedRun &run : bench.plan.runs) run.action = Action::reuse;
  EXPECT_EQ(states(bench.run()), States(2, k_done));
  EXPECT_TRUE(bench.runner.started.empty());
  EXPECT_EQ(bench.runner.waits, 0);
}

TEST(Schedule, CheckedAgainIsReusedIfItsParentComesOutTheSame) {
  Bench bench(make_plan({-1, 0, 0, 1}), cpu_slots(1));
  for (int i : {1, 2, 3}) bench.plan.runs[static_cast<std::size_t>(i)].action = Action::check_again;
  bench.plan.runs[1].record.parent_sha256 = "same";
  bench.plan.runs[1].record.model = {"m1", "one", 1};
  bench.plan.runs[2].record.parent_sha256 = "other";
  bench.plan.runs[3].record.parent_sha256 = "one"; // of a run that is reused itself
  bench.runner.script[0] = {done(1, "same")};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:2"}));
  EXPECT_TRUE(outcome.runs[1].reused);
  EXPECT_FALSE(outcome.runs[2].reused);
  EXPECT_EQ(outcome.runs[2].reason, "its parent has changed");
  EXPECT_TRUE(outcome.runs[3].reused);
  EXPECT_EQ(states(outcome), States(4, k_done));
}

TEST(Schedule, AFailedRunIsTriedAgain) {
  Bench bench(make_plan({-1, 0}), cpu_slots(1));
  bench.runner.script[0] = {failed("no luck"), done(1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:0", "0:1"}));
  EXPECT_EQ(states(outcome), States(2, k_done));
  ASSERT_EQ(outcome.runs[0].attempts.size(), 2u);
  EXPECT_EQ(outcome.runs[0].attempts[0].error, "no luck");
  EXPECT_EQ(outcome.runs[0].attempts[1].error, "");
  EXPECT_EQ(outcome.runs[0].error, "");
  EXPECT_EQ(bench.witness.changes,
            (Strings{"0 running", "0 pending", "0 running", "0 done", "1 running", "1 done"}));
}

TEST(Schedule, DescendantsOfAFailureAreSkippedAndTheRestGoesOn) {
  Bench bench(make_plan({-1, -1, 0, 1, 2}), cpu_slots(2));
  bench.runner.script[0] = {failed("bad"), failed("bad")};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed, k_done, k_skipped, k_done, k_skipped}));
  EXPECT_EQ(outcome.runs[2].reason,
            "parent " + bench.plan.graph.nodes[0].id.substr(0, 12) + " failed");
  EXPECT_EQ(outcome.runs[4].reason, outcome.runs[2].reason);
  EXPECT_EQ(outcome.runs[0].error, "bad");
  EXPECT_FALSE(outcome.stopped_early);
}

TEST(Schedule, NoRetriesMeansOneTry) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.options.retries = 0;
  bench.runner.script[0] = {failed("bad"), done(1)};
  EXPECT_EQ(states(bench.run()), (States{k_failed}));
}

TEST(Schedule, TheFirstErrorIsShownAtOnceAndOnlyThat) {
  Bench bench(make_plan({-1, -1}), cpu_slots(1));
  bench.options.stop_after_same_failures = 0;
  bench.runner.script[0] = {failed("first"), failed("second")};
  bench.runner.script[1] = {failed("third"), failed("fourth")};
  bench.run();
  ASSERT_EQ(bench.witness.messages.size(), 1u);
  EXPECT_NE(bench.witness.messages[0].find("first"), std::string::npos);
  EXPECT_NE(bench.witness.messages[0].find("tried again"), std::string::npos);
}

// No memory or no process left for one more worker.
TEST(Schedule, WhereNoWorkerCanStartTheOthersGoOnAndNoTryIsLost) {
  Bench bench(make_plan({-1, -1, -1}), cpu_slots(2));
  bench.options.retries = 0;
  bench.runner.script[0] = {done(20)};
  bench.runner.script[1] = {never_starts(), done(5)};
  bench.runner.script[2] = {done(20)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), States(3, k_done));
  EXPECT_EQ(outcome.runs[1].attempts.size(), 1u);
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "1:1", "0:1", "0:2"}));
  ASSERT_EQ(bench.witness.messages.size(), 1u);
  EXPECT_EQ(bench.witness.messages[0].find("cpu 1 rests, 1 slot go on: worker could not"), 0u)
      << bench.witness.messages[0];
  EXPECT_TRUE(bench.claims.held.empty());
}

TEST(Schedule, WhereNoWorkerCanStartAtAllRunsFail) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {never_starts(), never_starts()};
  EXPECT_EQ(states(bench.run()), (States{k_failed}));
}

TEST(Schedule, ACrashCostsOnlyTheRunsOfThatWorker) {
  Bench bench(make_plan({-1, -1}), cpu_slots(2));
  bench.options.retries = 0;
  bench.runner.script[0] = {crashes("SIGSEGV")};
  bench.runner.script[1] = {done(5)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed, k_done}));
  EXPECT_EQ(outcome.runs[0].error, "worker killed by SIGSEGV: last words");
  EXPECT_EQ(outcome.runs[0].attempts[0].signal, "SIGSEGV");
}

// Nobody knows which of them it died of: they are tried again in packs of half the size, and lose no try.
TEST(Schedule, ACrashTakesThePackApart) {
  Bench bench(make_plan(std::vector<int>(9, -1)), gpu_slots({16}));
  bench.options.retries = 0;
  bench.runner.script[0] = {done(1)};
  bench.runner.script[1] = {crashes("SIGBUS", 2), crashes("SIGBUS", 2), crashes("SIGBUS", 2),
                            crashes("SIGBUS", 2)};
  for (int run = 2; run < 9; ++run) bench.runner.script[run] = {hangs()};
  bench.runner.script[2] = {hangs(), hangs(), hangs()};
  for (int run : {3, 4}) bench.runner.script[run] = {hangs(), hangs()};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,1,2,3,4,5,6,7,8", "0:1,2,3,4", "0:1,2", "0:1", "0:2",
                                   "0:3,4", "0:5,6,7,8"}));
  States expected(9, k_done);
  expected[1] = k_failed;
  EXPECT_EQ(states(outcome), expected);
  EXPECT_EQ(outcome.runs[2].attempts[0].signal, "SIGBUS");
  ASSERT_EQ(bench.witness.messages.size(), 1u);
  EXPECT_NE(bench.witness.messages[0].find("they are tried again 4 at a time"), std::string::npos);
}

TEST(Schedule, WorkerThatEndsOrCannotStartIsNamed) {
  WorkerEnded ended{0, 3, "", "oops\n"};
  EXPECT_EQ(lost_worker_text(ended), "worker ended with exit code 3: oops");
  EXPECT_EQ(lost_worker_text({0, std::nullopt, "", "cannot start x: no memory"}),
            "worker could not be started: cannot start x: no memory");
}

TEST(Schedule, AJobThatEndsWithoutAWordOfARunFailsIt) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.options.retries = 0;
  bench.runner.script[0] = {Try{Try::End::silent, 1, "", false}};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed}));
  EXPECT_NE(outcome.runs[0].error.find("without a word"), std::string::npos);
}

// Its next try goes on from the checkpoint that it writes.
TEST(Schedule, OverTimeoutIsAskedToStopAndTriedAgain) {
  Bench bench(make_plan({-1, -1}), cpu_slots(2));
  bench.options.timeout_s = 30;
  bench.runner.script[0] = {hangs(), done(29)};
  bench.runner.script[1] = {done(29)};
  const Outcome outcome = bench.run();
  ASSERT_EQ(bench.runner.drained.size(), 1u);
  EXPECT_EQ(bench.runner.drained[0], (std::pair<int, double>{0, 30.0}));
  EXPECT_TRUE(bench.runner.killed.empty());
  EXPECT_EQ(outcome.runs[0].state, k_done);
  EXPECT_EQ(outcome.runs[0].attempts[0].error, "over --timeout 30 s");
  EXPECT_EQ(outcome.runs[0].attempts[0].to_trial, 7);
  EXPECT_EQ(outcome.runs[1].attempts.size(), 1u);
}

TEST(Schedule, TheTimeOfAJobCountsFromItsBegin) {
  Bench bench(make_plan({-1, -1}), cpu_slots(2));
  bench.options.timeout_s = 30;
  bench.options.retries = 0;
  bench.runner.queue_s = 1000;
  bench.runner.script[0] = {done(29)};
  bench.runner.script[1] = {hangs()};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_done, k_failed}));
  EXPECT_EQ(bench.runner.drained, (std::vector<std::pair<int, double>>{{1, 1030.0}}));
}

TEST(Schedule, OverTimeoutIsKilledWhenItDoesNotListen) {
  Bench bench(make_plan({-1, -1}), cpu_slots(2));
  bench.options.timeout_s = 30;
  bench.runner.drain_s = 1e300;
  bench.runner.script[0] = {hangs(), done(29)};
  bench.runner.script[1] = {done(50)};
  const Outcome outcome = bench.run();
  ASSERT_GE(bench.runner.killed.size(), 2u);
  EXPECT_EQ(bench.runner.killed[0], (std::pair<int, double>{0, 35.0}));
  EXPECT_EQ(outcome.runs[0].state, k_done);
  EXPECT_EQ(outcome.runs[0].attempts[0].error, "over --timeout 30 s");
  EXPECT_EQ(outcome.runs[0].attempts[0].signal, "SIGKILL");
  EXPECT_EQ(outcome.runs[0].attempts[0].ended, "2023-11-14T22:13:55Z");
  EXPECT_EQ(outcome.runs[1].attempts[0].error, "over --timeout 30 s");
}

TEST(Schedule, FailFastStartsNothingMore) {
  Bench bench(make_plan({-1, -1, -1, -1}), cpu_slots(2));
  bench.options.fail_fast = true;
  bench.options.retries = 0;
  bench.runner.script[0] = {failed("bad", 1)};
  bench.runner.script[1] = {done(5)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed, k_done, k_pending, k_pending}));
  EXPECT_TRUE(outcome.stopped_early);
}

TEST(Schedule, FailFastLeavesNoTryOpen) {
  Bench bench(make_plan({-1, -1, 0}), cpu_slots(2));
  bench.options.fail_fast = true;
  bench.runner.script[0] = {failed("late", 6)};
  bench.runner.script[1] = {failed("a", 1), failed("b", 1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "1:1", "1:1"}));
  EXPECT_EQ(states(outcome), (States{k_failed, k_failed, k_skipped}));
}

TEST(Schedule, TheSameFailureOfTheFirstRunsStopsTheRest) {
  Bench bench(make_plan(std::vector<int>(10, -1)), cpu_slots(1));
  bench.options.retries = 0;
  for (int run = 0; run < 10; ++run) {
    const std::string id = bench.plan.graph.nodes[static_cast<std::size_t>(run)].id;
    bench.runner.script[run] = {failed("cannot write runs/" + id +
                                       "/run.json: 4096 bytes needed, " +
                                       std::to_string(1000 - 7 * run) + ".5 are free")};
  }
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.runner.started.size(), 3u);
  EXPECT_TRUE(outcome.stopped_early);
  EXPECT_EQ(outcome.runs[3].state, k_pending);
  ASSERT_EQ(bench.witness.messages.size(), 2u);
  EXPECT_NE(bench.witness.messages[1].find("first 3 runs"), std::string::npos);
}

TEST(Schedule, DifferentFailuresOrOneSuccessGoOn) {
  for (const bool success : {true, false}) {
    Bench bench(make_plan(std::vector<int>(6, -1)), cpu_slots(1));
    bench.options.retries = 0;
    for (int run = 0; run < 6; ++run) bench.runner.script[run] = {failed("same")};
    bench.runner.script[1] = {success ? done(1) : failed("another")};
    const Outcome outcome = bench.run();
    EXPECT_EQ(bench.runner.started.size(), 6u);
    EXPECT_FALSE(outcome.stopped_early);
  }
}

TEST(Schedule, ZeroSameFailuresNeverStops) {
  Bench bench(make_plan(std::vector<int>(6, -1)), cpu_slots(1));
  bench.options.retries = 0;
  bench.options.stop_after_same_failures = 0;
  for (int run = 0; run < 6; ++run) bench.runner.script[run] = {failed("same")};
  EXPECT_EQ(states(bench.run()), States(6, k_failed));
}

TEST(Schedule, ProgressIsPassedOnAndKeptForALostWorker) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.options.retries = 0;
  bench.runner.script[0] = {crashes("SIGKILL", 3)};
  bench.runner.later(1, RunProgress{0, 0, 60, 0.5, 20, 40});
  bench.runner.later(1, RunProgress{0, 17, 60, 0.5, 20, 40}); // no run of that job
  const Outcome outcome = bench.run();
  ASSERT_EQ(bench.witness.progresses.size(), 1u);
  EXPECT_EQ(outcome.runs[0].attempts[0].from_trial, 40);
  EXPECT_EQ(outcome.runs[0].attempts[0].to_trial, 60);
}

TEST(Schedule, TicksComeAFewTimesASecondWhateverHappens) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {done(10)};
  for (int i = 0; i < 5000; ++i) bench.runner.later(i * 0.002, RunProgress{0, 0, i, 1, 1, 0});
  bench.run();
  EXPECT_GE(bench.witness.ticks, 45);
  EXPECT_LE(bench.witness.ticks, 55);
  EXPECT_EQ(bench.witness.runs_seen, 1u);
}

TEST(Schedule, AHundredThousandRunsAreNoBurden) {
  std::vector<int> parents(100'000, -1);
  for (int i = 25'000; i < 100'000; ++i) parents[static_cast<std::size_t>(i)] = i % 25'000;
  Bench bench(make_plan(parents), cpu_slots(64));
  const std::clock_t begin = std::clock(); // of this process alone
  const Outcome outcome = bench.run();
  const double took_s = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  EXPECT_EQ(std::count_if(outcome.runs.begin(), outcome.runs.end(),
                          [](const ScheduledRun &run) { return run.state == k_done; }),
            100'000);
  // Takes about 2 s; anything quadratic takes minutes. The bound allows for a busy machine.
  EXPECT_LT(took_s, 60);
}

TEST(Schedule, AHundredThousandRunsInPacksAndAChainOfReuse) {
  std::vector<int> parents(100'000);
  for (int i = 0; i < 100'000; ++i) parents[static_cast<std::size_t>(i)] = i - 1;
  Plan plan = make_plan(parents);
  for (std::size_t i = 1; i < plan.runs.size(); ++i) {
    plan.runs[i].action = Action::check_again;
    plan.runs[i].record.model = ModelFile{"m", "sha", 1};
    plan.runs[i].record.parent_sha256 = "sha";
  }
  Bench bench(plan, gpu_slots({64, 64}));
  EXPECT_EQ(states(bench.run()), States(100'000, k_done));
  EXPECT_EQ(bench.runner.started.size(), 1u);
}

} // namespace
} // namespace pursuit
