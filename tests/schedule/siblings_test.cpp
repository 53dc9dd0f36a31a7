// Runs of stage 2 that share their parent's weights, side by side on one core.
#include <gtest/gtest.h>

#include "schedule_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

std::vector<Slot> cores(int count) {
  return choose_slots("cpu:" + std::to_string(count), false, {}, 1,
                      {Sharing::Among::siblings, 3, 0});
}

// `parents` networks with `children` stage-2 runs each, which differ in what siblings may differ in. Nodes: the parents,
// then the children of the first, of the second, ...
Plan families(int parents, int children) {
  std::vector<int> parent_of(static_cast<std::size_t>(parents), -1);
  for (int i = 0; i < parents * children; ++i) parent_of.push_back(i / children);
  Plan plan = make_plan(parent_of);
  for (std::size_t i = 0; i < plan.graph.nodes.size(); ++i) {
    Settings &settings = plan.graph.nodes[i].spec.settings;
    settings.activation = static_cast<Activation>(i % 3);
    settings.learning_rate = 1e-4 * static_cast<double>(i + 1);
  }
  return plan;
}

void reuse(Plan &plan, int run) { plan.runs[static_cast<std::size_t>(run)].action = Action::reuse; }

TEST(Siblings, GoTogetherWhereThereIsOneCore) {
  Bench bench(families(1, 3), cores(1));
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,2,3"}));
  EXPECT_EQ(states(outcome), States(4, k_done));
  EXPECT_EQ(outcome.runs[0].pack.size, 1);
  for (int run : {1, 2, 3}) {
    EXPECT_EQ(outcome.runs[static_cast<std::size_t>(run)].pack.size, 3);
    EXPECT_EQ(outcome.runs[static_cast<std::size_t>(run)].pack.id, outcome.runs[1].pack.id);
  }
  EXPECT_TRUE(bench.claims.held.empty());
}

TEST(Siblings, NoMoreThanThreeAndOnlyOfOneParent) {
  Bench bench(families(2, 4), cores(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1", "0:2,3,4", "0:5", "0:6,7,8", "0:9"}));
}

TEST(Siblings, AreNotPackedForAnEngineThatGainsNothing) {
  Bench bench(families(1, 3), cpu_slots(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1", "0:2", "0:3"}));
}

TEST(Siblings, RunsOfStageOneTrainAlone) {
  Bench bench(families(4, 0), cores(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1", "0:2", "0:3"}));
}

// The parent's core has nothing left to train when its children are ready, and is only about to be free: it gets one of
// them too.
TEST(Siblings, EachHasACoreOfItsOwnWhereThereAreEnough) {
  for (int count : {3, 4, 9}) {
    Bench bench(families(1, 3), cores(count));
    const Outcome outcome = bench.run();
    EXPECT_EQ(bench.runner.started.size(), 4u) << count << " cores";
    for (const ScheduledRun &run : outcome.runs) EXPECT_EQ(run.pack.size, 1);
    EXPECT_DOUBLE_EQ(bench.clock.now_s, 2);
  }
}

TEST(Siblings, NoIdleCoreGoesWithout) {
  Bench two(families(1, 3), cores(2)); // three ready, two cores: two and one
  two.run();
  EXPECT_EQ(two.jobs(), (Strings{"0:0", "1:1,2", "0:3"}));

  Plan plan = families(2, 3);
  for (int parent : {0, 1}) reuse(plan, parent);
  Bench four(plan, cores(4)); // six ready, four cores: ceil(6/4), ceil(4/3), ceil(2/2), the rest
  four.run();
  EXPECT_EQ(four.jobs(), (Strings{"0:2,3", "1:4", "2:5,6", "3:7"}));
}

TEST(Siblings, ABusyCoreIsNotWaitedFor) {
  Bench bench(families(2, 3), cores(2));
  bench.runner.script[1] = {done(60)};
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "1:1", "0:2,3,4", "0:5,6", "1:7"}));
}

// The first ready run leads, its siblings come with it, whatever stands between them.
TEST(Siblings, TheFirstReadyRunLeads) {
  Plan plan = make_plan({-1, -1, 0, 1, 1, 0, 1, 0});
  for (int parent : {0, 1}) reuse(plan, parent);
  Bench bench(plan, cores(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:2,5,7", "0:3,4,6"}));
}

TEST(Siblings, WhatChangesTheTrialsSeparatesThem) {
  Plan plan = families(1, 6);
  reuse(plan, 0);
  plan.graph.nodes[2].spec.seed = 9;
  plan.graph.nodes[4].spec.settings.n_trials = 50; // the same trials, but fewer
  plan.graph.nodes[5].spec.settings.noise_recurrent = 0;
  Bench bench(plan, cores(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1,3,4", "0:2", "0:5", "0:6"}));
}

TEST(Siblings, OfAModelMadeElsewhereToo) {
  Plan plan = make_plan({-1, -1, -1, -1});
  for (Node &node : plan.graph.nodes) {
    node.spec.stage = 2;
    node.spec.parent_file = {"somewhere.mat", "sha of somewhere"};
  }
  plan.graph.nodes[1].spec.parent_file.sha256 = "sha of elsewhere";
  plan.graph.nodes[2].spec.parent_file.path = "a copy.mat";
  Bench bench(plan, cores(1));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,2,3", "0:1"}));
}

TEST(Siblings, OneThatFailsIsTriedAgainAloneAndTheOthersKeepTheirs) {
  Bench bench(families(1, 3), cores(1));
  bench.runner.script[2] = {failed("bad"), done(1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,2,3", "0:2"}));
  EXPECT_EQ(states(outcome), States(4, k_done));
  EXPECT_EQ(outcome.runs[1].attempts.size(), 1u);
  EXPECT_EQ(outcome.runs[2].attempts.size(), 2u);
  EXPECT_EQ(outcome.runs[2].pack.size, 1);
  EXPECT_EQ(outcome.runs[3].pack.size, 3);
}

TEST(Siblings, TwoThatFailAreEachTriedAlone) {
  Bench bench(families(1, 3), cores(1));
  bench.runner.script[1] = {failed("bad"), failed("bad")};
  bench.runner.script[3] = {failed("worse"), done(1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,2,3", "0:1", "0:3"}));
  EXPECT_EQ(states(outcome), (States{k_done, k_failed, k_done, k_done}));
}

// One of them kills every worker that it comes to: the others are done all the same.
TEST(Siblings, WhoeverTheWorkerDiedOfCostsTheOthersNothing) {
  for (int retries : {0, 1}) {
    Bench bench(families(1, 3), cores(1));
    bench.options.retries = retries;
    bench.runner.script[1] = {hangs()};
    bench.runner.script[2] = {crashes("SIGSEGV"), crashes("SIGSEGV"), crashes("SIGSEGV")};
    bench.runner.script[3] = {hangs()};
    const Outcome outcome = bench.run();
    const Strings alone =
        retries == 0 ? Strings{"0:1", "0:2", "0:3"} : Strings{"0:1", "0:2", "0:2", "0:3"};
    Strings all = {"0:0", "0:1,2,3"};
    all.insert(all.end(), alone.begin(), alone.end());
    EXPECT_EQ(bench.jobs(), all);
    EXPECT_EQ(states(outcome), (States{k_done, k_done, k_failed, k_done}));
    EXPECT_EQ(outcome.runs[1].attempts[0].signal, "SIGSEGV");
    EXPECT_EQ(outcome.runs[1].error, "");
    ASSERT_EQ(bench.witness.messages.size(), 1u);
    EXPECT_EQ(bench.witness.messages[0],
              "3 runs side by side (adapt) failed on cpu 0: worker killed by SIGSEGV: last words; "
              "each is tried again alone");
    EXPECT_TRUE(bench.claims.held.empty());
  }
}

// Those that had reported are done; the one that had not is tried again like any run.
TEST(Siblings, ACrashAfterTheOthersReportedIsOfTheLast) {
  Bench bench(families(1, 3), cores(1));
  bench.options.retries = 0;
  bench.runner.script[3] = {crashes("SIGBUS", 2)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,2,3"}));
  EXPECT_EQ(states(outcome), (States{k_done, k_done, k_done, k_failed}));
}

TEST(Siblings, OutOfMemoryTakesThemApartAndCountsAsNoTry) {
  Bench bench(families(1, 6), cores(1));
  bench.options.retries = 0;
  bench.runner.largest_pack = 1;
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,2,3", "0:1", "0:2", "0:3", "0:4", "0:5", "0:6"}));
  EXPECT_EQ(states(outcome), States(7, k_done));
}

// Three side by side may take as long as three one after the other; what is over that is over the limit of each.
TEST(Siblings, HaveTheTimeOfAll) {
  Bench bench(families(1, 3), cores(1));
  bench.options.timeout_s = 30;
  for (int run : {1, 2, 3}) bench.runner.script[run] = {done(89)};
  EXPECT_EQ(states(bench.run()), States(4, k_done));
  EXPECT_TRUE(bench.runner.drained.empty());

  Bench late(families(1, 3), cores(1));
  late.options.timeout_s = 30;
  late.runner.drain_s = 1e300;
  for (int run : {1, 2, 3}) late.runner.script[run] = {hangs(), done(29)};
  const Outcome outcome = late.run();
  EXPECT_EQ(late.runner.drained, (std::vector<std::pair<int, double>>{{0, 91.0}}));
  EXPECT_EQ(late.runner.killed, (std::vector<std::pair<int, double>>{{0, 106.0}}))
      << "5 s for each checkpoint";
  EXPECT_EQ(late.jobs(), (Strings{"0:0", "0:1,2,3", "0:1", "0:2", "0:3"}));
  EXPECT_EQ(states(outcome), States(4, k_done));
  EXPECT_EQ(outcome.runs[2].attempts[0].error, "over --timeout 30 s: 90 s for the whole pack");
}

TEST(Siblings, AreInterruptedTogether) {
  Bench bench(families(1, 4), cores(1));
  for (int run : {1, 2, 3}) bench.runner.script[run] = {done(100)};
  bench.runner.interruptions = {{3.0, 2}};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome),
            (States{k_done, k_interrupted, k_interrupted, k_interrupted, k_pending}));
  EXPECT_EQ(outcome.runs[3].attempts[0].to_trial, 7);
  EXPECT_TRUE(bench.claims.held.empty());
}

TEST(Siblings, AWorkerLostWhileDrainingIsInterruptedToo) {
  Bench bench(families(1, 3), cores(1));
  for (int run : {1, 2, 3}) bench.runner.script[run] = {done(100)};
  bench.runner.drain_death = "SIGKILL";
  bench.runner.interruptions = {{3.0, 2}};
  EXPECT_EQ(states(bench.run()), (States{k_done, k_interrupted, k_interrupted, k_interrupted}));
}

TEST(Siblings, OneThatAnotherProcessTrainsIsLeftToIt) {
  Bench bench(families(1, 3), cores(1));
  bench.claims.others[2] = {1.5, {}}; // it is killed there
  bench.runner.script[1] = {done(5)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,3", "0:+2"})) << "1 takes longer than usual";
  EXPECT_EQ(states(outcome), States(4, k_done));
  EXPECT_EQ(outcome.runs[1].pack.size, 2);
}

TEST(Siblings, OneWhoseFolderCannotBeWrittenFailsByItself) {
  Bench bench(families(1, 3), cores(1));
  bench.options.retries = 0;
  bench.claims.broken[2] = "read-only";
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0", "0:1,3"}));
  EXPECT_EQ(states(outcome), (States{k_done, k_done, k_failed, k_done}));
}

// A core where no worker can be started is no core to leave runs to.
TEST(Siblings, ARestingCoreIsNotCounted) {
  Plan plan = families(3, 3);
  for (int parent : {0, 1, 2}) reuse(plan, parent);
  Bench bench(plan, cores(2));
  // Nine ready, two cores. The second cannot start its pack and rests: all go to the first.
  bench.runner.script[6] = {never_starts(), done(1)};
  bench.runner.script[7] = {hangs(), done(1)};
  bench.runner.script[8] = {hangs(), done(1)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:3,4,5", "1:6,7,8", "0:6,7,8", "0:9,10,11"}));
  EXPECT_EQ(states(outcome), States(12, k_done));
}

} // namespace
} // namespace pursuit
