// Which runs train side by side, and what happens when they do not fit.
#include <gtest/gtest.h>

#include "schedule_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

TEST(Schedule, PacksTakeOnlyRunsOfOneKind) {
  Plan plan = make_plan({-1, -1, -1, -1, -1, -1});
  plan.graph.nodes[1].spec.settings.N = 100;
  plan.graph.nodes[2].spec.settings.n_trials = 50;
  plan.graph.nodes[3].spec.mode = Mode::prior_input;
  plan.graph.nodes[4].spec.settings.tau_ms = 99; // side by side all the same
  Bench bench(plan, gpu_slots({4}));
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,4,5", "0:1", "0:2", "0:3"}));
  EXPECT_EQ(outcome.runs[4].pack.size, 3);
  EXPECT_EQ(outcome.runs[4].pack.id, outcome.runs[0].pack.id);
  EXPECT_NE(outcome.runs[1].pack.id, outcome.runs[0].pack.id);
}

TEST(Schedule, ActivationSeparatesPacksInStageTwoOnly) {
  Plan plan = make_plan({-1, -1, 0, 0});
  plan.graph.nodes[1].spec.settings.activation = Activation::threshold; // means nothing in stage 1
  plan.graph.nodes[2].spec.settings.activation = Activation::threshold;
  Bench bench(plan, gpu_slots({4}));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,1", "0:2", "0:3"}));
}

TEST(Schedule, APackIsNeverLargerThanTheSlotAllows) {
  Bench bench(make_plan(std::vector<int>(5, -1)), gpu_slots({2}));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,1", "0:2,3", "0:4"}));
}

TEST(Schedule, IdleGpusShareWhatIsReady) {
  Bench bench(make_plan(std::vector<int>(6, -1)), gpu_slots({8, 8}));
  bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,1,2", "1:3,4,5"}));
}

TEST(Schedule, OutOfMemoryHalvesThePackAndCountsAsNoTry) {
  Bench bench(make_plan(std::vector<int>(8, -1)), gpu_slots({8}));
  bench.options.retries = 0;
  bench.runner.largest_pack = 2;
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(),
            (Strings{"0:0,1,2,3,4,5,6,7", "0:0,1,2,3", "0:0,1", "0:2,3", "0:4,5", "0:6,7"}));
  EXPECT_EQ(states(outcome), States(8, k_done));
  EXPECT_NE(outcome.runs[0].attempts[0].error.find("pack of 8"), std::string::npos);
  EXPECT_TRUE(bench.witness.messages.empty());
}

TEST(Schedule, OutOfMemoryAloneIsAFailure) {
  Bench bench(make_plan({-1}), gpu_slots({8}));
  bench.runner.largest_pack = 0;
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed}));
  EXPECT_EQ(outcome.runs[0].attempts.size(), 2u);
}

} // namespace
} // namespace pursuit
