// Evaluations that are missing when all training is over. The runner here answers by a script.
#include "schedule/evaluations.hpp"

#include <deque>
#include <map>

#include <gtest/gtest.h>

#include "support/fake_runner.hpp"

namespace pursuit::test {
namespace {

// Answers each job with its script, at once; `events` of one that is drained are replaced by its end.
class ScriptedRunner final : public Runner {
public:
  std::map<int, std::vector<Event>> script; // by run; none: measured, then idle
  std::vector<Job> started;
  std::vector<int> drained, killed;
  int interrupt_after = -1; // jobs
  bool answers = true;

  void start(const Job &job) override {
    started.push_back(job);
    const int run = job.runs.at(0);
    if (answers && script.count(run) == 0) {
      events.push_back(RunEvaluated{job.slot, run, Measures{}, ""});
      events.push_back(JobEnded{job.slot});
    }
    for (const Event &event : script[run]) events.push_back(event);
    if (static_cast<int>(started.size()) == interrupt_after) events.push_front(Interrupted{2});
  }
  Event wait(double) override {
    if (events.empty()) return Tick{};
    const Event event = events.front();
    events.pop_front();
    return event;
  }
  void drain(int slot) override {
    drained.push_back(slot);
    events.push_back(JobEnded{slot});
  }
  void kill(int slot) override { killed.push_back(slot); }

private:
  std::deque<Event> events;
};

struct Witness final : Observer {
  std::vector<int> evaluated;
  void run_changed(int, const ScheduledRun &) override {}
  void run_evaluated(int run, const ScheduledRun &) override { evaluated.push_back(run); }
  void progressed(const RunProgress &) override {}
  void tick(const std::vector<ScheduledRun> &) override {}
  void message(const std::string &) override {}
};

class EvaluationsTest : public testing::Test {
protected:
  EvaluationsTest() {
    outcome_.runs.resize(4);
    for (ScheduledRun &run : outcome_.runs) run.state = RunState::done;
  }
  void run(int slots = 2) {
    std::vector<Slot> some(static_cast<std::size_t>(slots));
    run_evaluations(outcome_, some, runner_, clock_, witness_);
  }

  Outcome outcome_;
  ScriptedRunner runner_;
  FakeClock clock_;
  Witness witness_;
};

TEST_F(EvaluationsTest, OnlyWhatIsDoneAndHasNoneIsEvaluated) {
  outcome_.runs[0].measures = Measures{};
  outcome_.runs[1].state = RunState::failed;
  outcome_.runs[2].evaluation_error = "not finite"; // tried before, in this start
  run();
  ASSERT_EQ(runner_.started.size(), 1u);
  EXPECT_EQ(runner_.started[0].runs, std::vector<int>{3});
  EXPECT_EQ(witness_.evaluated, std::vector<int>{3});
  EXPECT_TRUE(outcome_.runs[3].measures);
}

TEST_F(EvaluationsTest, EverySlotWorks) {
  run(2);
  ASSERT_EQ(runner_.started.size(), 4u);
  EXPECT_NE(runner_.started[0].slot, runner_.started[1].slot);
  EXPECT_EQ(witness_.evaluated.size(), 4u);
}

TEST_F(EvaluationsTest, AFailureIsTheRunsOwnAndItsTrainingStays) {
  runner_.script[1] = {RunEvaluated{1, 1, std::nullopt, "an output is not finite"}, JobEnded{1}};
  run();
  EXPECT_EQ(outcome_.runs[1].evaluation_error, "an output is not finite");
  EXPECT_EQ(outcome_.runs[1].state, RunState::done);
  EXPECT_TRUE(outcome_.runs[2].measures);
}

TEST_F(EvaluationsTest, ALostWorkerIsAFailureThatNamesItsEnd) {
  runner_.script[0] = {WorkerEnded{0, std::nullopt, "SIGKILL", ""}};
  run(1);
  EXPECT_NE(outcome_.runs[0].evaluation_error.find("SIGKILL"), std::string::npos);
  EXPECT_TRUE(outcome_.runs[3].measures);
}

TEST_F(EvaluationsTest, AJobThatSaysNothingIsAFailure) {
  runner_.script[0] = {JobEnded{0}};
  run(1);
  EXPECT_NE(outcome_.runs[0].evaluation_error, "");
}

TEST_F(EvaluationsTest, ASignalStopsItAndIsNoFailure) {
  runner_.answers = false;
  runner_.interrupt_after = 2;
  run(2);
  EXPECT_EQ(outcome_.interrupted_by, 2);
  EXPECT_EQ(runner_.started.size(), 2u);
  EXPECT_EQ(runner_.drained.size(), 2u);
  for (const ScheduledRun &run : outcome_.runs) {
    EXPECT_FALSE(run.measures);
    EXPECT_EQ(run.evaluation_error, "");
  }
}

TEST_F(EvaluationsTest, AnInterruptedScheduleIsNotGoneOnWith) {
  outcome_.interrupted_by = 15;
  run();
  EXPECT_TRUE(runner_.started.empty());
}

} // namespace
} // namespace pursuit::test
