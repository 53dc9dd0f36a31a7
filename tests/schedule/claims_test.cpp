// Several processes on one output folder: who trains what, who waits, and what is taken over.
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/file_lock.hpp"
#include "schedule_bench.hpp"
#include "store/records.hpp"

namespace pursuit {
namespace {

namespace fs = std::filesystem;
using namespace pursuit::test;

RunRecord done_record(const std::string &sha256, const std::string &parent_sha256 = "") {
  RunRecord record;
  record.state = RunState::done;
  record.file = RunRecord::FileState::intact;
  record.model = ModelFile{"models/there", sha256, 10};
  record.parent_sha256 = parent_sha256;
  record.measures = Measures{};
  record.attempts = {{"2023-01-01T00:00:00Z", "2023-01-01T00:00:05Z", "there", "cpu 3",
                      "reference-1", 0, 100, std::nullopt, "", ""}};
  return record;
}

RunRecord failed_record(const std::string &error) {
  RunRecord record = done_record("");
  record.state = RunState::failed;
  record.error = error;
  return record;
}

TEST(Claims, ARunTrainedElsewhereIsLeftThereAndOthersGoOn) {
  Bench bench(make_plan({-1, -1, 0}), cpu_slots(1));
  bench.claims.others[0] = {7, done_record("theirs")};
  bench.runner.script[1] = {done(2)};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:1", "0:2"}));
  EXPECT_EQ(states(outcome), States(3, k_done));
  EXPECT_TRUE(outcome.runs[0].reused);
  EXPECT_EQ(outcome.runs[0].model->sha256, "theirs");
  EXPECT_EQ(outcome.runs[0].attempts.size(), 1u);
  EXPECT_EQ(outcome.runs[0].attempts[0].host, "there");
  EXPECT_EQ(bench.witness.changes, (Strings{"0 running elsewhere", "1 running", "1 done",
                                            "0 done reused", "2 running", "2 done"}));
  EXPECT_LT(bench.clock.now_s, 9) << "what others end is noticed soon";
  EXPECT_TRUE(bench.claims.held.empty());
}

// Between the plan and the claim somebody may have done it.
TEST(Claims, WhatTheDiskSaysAfterTheClaimCounts) {
  Bench bench(make_plan({-1, 0, 0}), cpu_slots(1));
  bench.claims.others[0] = {0, done_record("theirs")};
  bench.claims.others[1] = {0, done_record("child", "theirs")};
  bench.claims.others[2] = {0, done_record("child of another", "older")};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:2"}));
  EXPECT_TRUE(outcome.runs[0].reused);
  EXPECT_TRUE(outcome.runs[1].reused);
  EXPECT_FALSE(outcome.runs[2].reused);
  EXPECT_EQ(states(outcome), States(3, k_done));
}

TEST(Claims, ADamagedModelOfAnotherIsTrainedHere) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.claims.others[0] = {0, done_record("theirs")};
  bench.claims.others[0].record.file = RunRecord::FileState::damaged;
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0"}));
  EXPECT_FALSE(outcome.runs[0].reused);
}

TEST(Claims, WhatAnotherLeavesUnfinishedIsTrainedHere) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.claims.others[0] = {3, {}}; // it was killed
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_done}));
  EXPECT_EQ(bench.jobs(), (Strings{"0:0"}));
  EXPECT_EQ(outcome.runs[0].reason, "new");
  EXPECT_EQ(bench.witness.changes,
            (Strings{"0 running elsewhere", "0 pending", "0 running", "0 done"}));
}

// It had its tries there: both processes end with the same code.
TEST(Claims, AFailureElsewhereIsOneHere) {
  Bench bench(make_plan({-1, 0}), cpu_slots(1));
  bench.claims.others[0] = {3, failed_record("no luck")};
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed, k_skipped}));
  EXPECT_EQ(outcome.runs[0].error, "no luck");
  EXPECT_TRUE(bench.runner.started.empty());
  ASSERT_EQ(bench.witness.messages.size(), 1u);
  EXPECT_NE(bench.witness.messages[0].find("in another process: no luck"), std::string::npos);
}

TEST(Claims, AFailureOfAnEarlierStartIsTriedAgain) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.claims.others[0] = {0, failed_record("no luck")};
  bench.plan.runs[0].record = failed_record("no luck");
  EXPECT_EQ(states(bench.run()), (States{k_done}));
}

TEST(Claims, IsHeldFromTheFirstTryUntilTheResult) {
  Bench bench(make_plan({-1}), cpu_slots(1));
  bench.runner.script[0] = {failed("once"), done(1)};
  bench.run();
  EXPECT_EQ(bench.claims.log, (Strings{"take 0", "release 0"}));
}

TEST(Claims, ASignalEndsTheWait) {
  Bench bench(make_plan({-1, 0}), cpu_slots(1));
  bench.claims.others[0] = {1e9, {}};
  bench.runner.interruptions = {{5.0, 2}};
  const Outcome outcome = bench.run();
  EXPECT_EQ(outcome.interrupted_by, 2);
  EXPECT_EQ(states(outcome), (States{k_pending, k_pending}));
  EXPECT_DOUBLE_EQ(bench.clock.now_s, 5);
}

TEST(Claims, AFolderThatCannotBeWrittenFailsItsRun) {
  Bench bench(make_plan({-1, -1}), cpu_slots(1));
  bench.claims.broken[0] = "cannot write runs/0/lock: Read-only file system";
  const Outcome outcome = bench.run();
  EXPECT_EQ(states(outcome), (States{k_failed, k_done}));
  EXPECT_EQ(outcome.runs[0].error, bench.claims.broken[0]);
  EXPECT_EQ(outcome.runs[0].attempts.size(), 2u);
}

TEST(Claims, APackTrainsWhatIsFree) {
  Bench bench(make_plan({-1, -1, -1}), gpu_slots({4}));
  bench.claims.others[1] = {0.5, done_record("theirs")};
  const Outcome outcome = bench.run();
  EXPECT_EQ(bench.jobs(), (Strings{"0:0,2"}));
  EXPECT_EQ(states(outcome), States(3, k_done));
}

// The real ones, between two of them in one process and against one that dies.
class SharedClaims : public ::testing::Test {
protected:
  SharedClaims()
      : plan_(make_plan({-1})),
        folder_(fs::path(::testing::TempDir()) / ("claims_" + std::to_string(::getpid()))) {}
  ~SharedClaims() override { fs::remove_all(folder_); }
  std::unique_ptr<Claims> claims() { return make_claims(real_disk(), folder_, plan_.graph); }

  Plan plan_;
  fs::path folder_;
};

TEST_F(SharedClaims, OneHasItUntilItIsReleased) {
  const std::unique_ptr<Claims> ours = claims(), theirs = claims();
  EXPECT_TRUE(std::holds_alternative<Claimed>(ours->take(NodeIndex(0))));
  const ClaimAnswer refused = theirs->take(NodeIndex(0));
  ASSERT_TRUE(std::holds_alternative<HeldElsewhere>(refused));
  EXPECT_EQ(std::get<HeldElsewhere>(refused).holder.find("pid " + std::to_string(::getpid())), 0u);
  RunRecord record;
  record.state = RunState::failed;
  record.error = "no luck";
  write_record(real_disk(), folder_, plan_.graph.nodes[0].id, record);
  ours->release(NodeIndex(0));
  const ClaimAnswer granted = theirs->take(NodeIndex(0));
  ASSERT_TRUE(std::holds_alternative<Claimed>(granted));
  EXPECT_EQ(std::get<Claimed>(granted).record.error, "no luck");
}

TEST_F(SharedClaims, ADeadProcessHoldsNothing) {
  const pid_t child = ::fork();
  if (child == 0) {
    const std::unique_ptr<Claims> theirs = claims();
    theirs->take(NodeIndex(0));
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(fs::exists(claim_path(folder_, plan_.graph.nodes[0].id)));
  EXPECT_TRUE(std::holds_alternative<Claimed>(claims()->take(NodeIndex(0))));
}

} // namespace
} // namespace pursuit
