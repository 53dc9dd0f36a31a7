// The real runner with a worker that trains nothing (fake_worker.py): pipes, signals, deaths, and nobody left behind.
#include <csignal>
#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "process_runner_bench.hpp"
#include "schedule/worker_process.hpp"

namespace pursuit {
namespace {

// proc(5): R, S, D, T, Z; X where it is gone.
char process_state(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  char state = 'X';
  stat >> word >> word >> state;
  return stat ? state : 'X';
}

// Gone, or dead and not yet reaped by whoever inherited it.
bool is_gone(pid_t pid) { return process_state(pid) == 'Z' || process_state(pid) == 'X'; }

template <typename Condition> bool comes_true(Condition condition) {
  const double deadline_s = in_s(k_patience_s);
  while (!condition() && real_clock().monotonic_s() < deadline_s) ::usleep(5000);
  return condition();
}

bool goes_away(pid_t pid) {
  return comes_true([pid] { return is_gone(pid); });
}

bool comes_to(pid_t pid, char state) {
  return comes_true([pid, state] { return process_state(pid) == state; });
}

TEST_F(ProcessRunnerTest, ReportsEverythingOfAJobInOrder) {
  const std::unique_ptr<Runner> workers = runner(1);
  const int run = start(*workers, "ok");
  const RunProgress progress = expect<RunProgress>(*workers);
  EXPECT_EQ(progress.run, run);
  EXPECT_EQ(progress.trial, 4);
  EXPECT_EQ(progress.from_trial, 1);
  const RunDone done = expect<RunDone>(*workers);
  EXPECT_EQ(done.to_trial, 9);
  EXPECT_EQ(done.loss->mean_last_200, 2);
  EXPECT_EQ(expect<JobEnded>(*workers).slot, 0);
}

TEST_F(ProcessRunnerTest, OneWorkerServesJobAfterJobAndLeavesAtTheEnd) {
  std::unique_ptr<Runner> workers = runner(1);
  std::string pid;
  for (int job = 0; job < 3; ++job) {
    const int run = start(*workers, "ok");
    expect<RunProgress>(*workers);
    const RunDone done = expect<RunDone>(*workers);
    EXPECT_EQ(done.run, run);
    expect<JobEnded>(*workers);
    if (job > 0) {
      EXPECT_EQ(done.model->sha256, pid); // the fake's process number
    }
    pid = done.model->sha256;
  }
  EXPECT_FALSE(is_gone(std::stoi(pid)));
  workers.reset();
  EXPECT_TRUE(is_gone(std::stoi(pid)));
}

TEST_F(ProcessRunnerTest, IndexesOfAPackBecomeRuns) {
  const std::unique_ptr<Runner> workers = runner(1);
  behaviour_ = {"other", "pack", "pack", "pack"};
  workers->start(job(0, {3, 1, 2}));
  EXPECT_EQ(expect<RunDone>(*workers).run, 2);
  EXPECT_EQ(expect<RunDone>(*workers).run, 3);
  EXPECT_EQ(expect<RunDone>(*workers).run, 1);
  expect<JobEnded>(*workers);
}

TEST_F(ProcessRunnerTest, LinesMayComeInPieces) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "pieces");
  EXPECT_EQ(expect<RunFailed>(*workers).error, "no luck");
  expect<JobEnded>(*workers);
}

TEST_F(ProcessRunnerTest, ASignalIsNamedAndTheNextJobGetsANewWorker) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "segv");
  const WorkerEnded ended = expect<WorkerEnded>(*workers);
  EXPECT_EQ(ended.signal, "SIGSEGV");
  EXPECT_FALSE(ended.exit_code);
  EXPECT_EQ(ended.last_words, "about to fall\n");
  start(*workers, "ok");
  expect<RunProgress>(*workers);
  expect<RunDone>(*workers);
  expect<JobEnded>(*workers);
}

TEST_F(ProcessRunnerTest, WhatWasSaidBeforeTheDeathCounts) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "done_then_segv");
  expect<RunDone>(*workers);
  EXPECT_EQ(expect<WorkerEnded>(*workers).signal, "SIGSEGV");
}

TEST_F(ProcessRunnerTest, ExitCodeAndTheEndOfALongStderr) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "exit");
  const WorkerEnded ended = expect<WorkerEnded>(*workers);
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(ended.signal, "");
  EXPECT_EQ(ended.last_words.size(), 2048u);
  EXPECT_EQ(ended.last_words.substr(2048 - 10), "x the end\n");
}

TEST_F(ProcessRunnerTest, AProgramThatIsNotThere) {
  const std::unique_ptr<Runner> workers = runner(1, "/nowhere/pursuit-train");
  start(*workers, "ok");
  const WorkerEnded ended = expect<WorkerEnded>(*workers);
  EXPECT_EQ(ended.exit_code, 127);
  EXPECT_EQ(ended.last_words, "cannot execute /nowhere/pursuit-train: No such file or directory\n");
}

TEST_F(ProcessRunnerTest, ALineThatIsNoEventFailsTheRunAndEndsTheWorker) {
  const std::unique_ptr<Runner> workers = runner(1);
  for (const char *behaviour : {"garbage", "other_run"}) {
    start(*workers, behaviour);
    const RunFailed failed = expect<RunFailed>(*workers);
    const std::string said =
        std::string(behaviour) == "garbage" ? "Intel MKL WARNING" : R"("event":"done","run":7)";
    EXPECT_NE(failed.error.find(said), std::string::npos) << failed.error;
    EXPECT_EQ(expect<WorkerEnded>(*workers).signal, "SIGKILL");
  }
}

TEST_F(ProcessRunnerTest, AWorkerThatClosesItsOutputIsEnded) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "mute");
  EXPECT_EQ(expect<WorkerEnded>(*workers).signal, "SIGKILL");
}

TEST_F(ProcessRunnerTest, WaitingEndsAtTheDeadlineAndKillEndsAHang) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "hang");
  const double begin_s = real_clock().monotonic_s();
  EXPECT_TRUE(std::holds_alternative<Tick>(wait(*workers, begin_s + 0.05)));
  EXPECT_GE(real_clock().monotonic_s(), begin_s + 0.05);
  workers->kill(SlotIndex(0));
  EXPECT_EQ(expect<WorkerEnded>(*workers).signal, "SIGKILL");
}

TEST_F(ProcessRunnerTest, AWorkerThatSendsNothingIsEnded) {
  const std::unique_ptr<Runner> workers = runner(1, FAKE_WORKER, 0.3);
  const double begin_s = real_clock().monotonic_s(); // the silence begins within start
  start(*workers, "hang");
  const WorkerEnded ended = expect<WorkerEnded>(*workers);
  EXPECT_GE(real_clock().monotonic_s() - begin_s, 0.3);
  EXPECT_GE(ended.silent_s, 0.3);
  EXPECT_EQ(ended.signal, "SIGKILL");
}

// Whatever it sends, and be it only that it is alive.
TEST_F(ProcessRunnerTest, AWorkerThatSaysItIsAliveMayTakeItsTime) {
  const std::unique_ptr<Runner> workers = runner(1, FAKE_WORKER, 2); // it takes 3 s
  start(*workers, "slow");
  EXPECT_TRUE(std::holds_alternative<RunDone>(wait(*workers, in_s(k_patience_s))));
}

// Ctrl-Z stops a process group, which the workers are not in.
TEST_F(ProcessRunnerTest, WorkersRestWithTheirScheduler) {
  const fs::path file = pid_file();
  const pid_t scheduler = ::fork();
  if (scheduler == 0) {
    const std::unique_ptr<Runner> workers = runner(1);
    start(*workers, "hang");
    while (true) wait(*workers, in_s(1));
  }
  const pid_t worker = read_pid(file);
  ASSERT_GT(worker, 0);
  ::kill(scheduler, SIGTSTP);
  EXPECT_TRUE(comes_to(worker, 'T'));
  EXPECT_TRUE(comes_to(scheduler, 'T'));
  ::kill(scheduler, SIGCONT);
  EXPECT_TRUE(comes_to(worker, 'S'));
  ::kill(scheduler, SIGKILL);
  ::waitpid(scheduler, nullptr, 0);
  EXPECT_TRUE(goes_away(worker));
}

TEST_F(ProcessRunnerTest, KillTakesWhatTheWorkerStartedWithIt) {
  const fs::path file = pid_file();
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "hang_with_child");
  const pid_t child = read_pid(file);
  ASSERT_GT(child, 0);
  workers->kill(SlotIndex(0));
  expect<WorkerEnded>(*workers);
  EXPECT_TRUE(goes_away(child));
}

TEST_F(ProcessRunnerTest, DrainStopsTheJobAndTheNextHasANewWorker) {
  const std::unique_ptr<Runner> workers = runner(1);
  const auto pid = [&] {
    start(*workers, "ok");
    expect<RunProgress>(*workers);
    const RunDone done = expect<RunDone>(*workers);
    expect<JobEnded>(*workers);
    return done.model->sha256;
  };
  const std::string first = pid();
  const int run = start(*workers, "drain");
  expect<RunProgress>(*workers);
  workers->drain(SlotIndex(0));
  const RunStopped stopped = expect<RunStopped>(*workers);
  EXPECT_EQ(stopped.run, run);
  EXPECT_EQ(stopped.from_trial, 1);
  EXPECT_EQ(stopped.to_trial, 5);
  expect<JobEnded>(*workers);
  EXPECT_NE(pid(), first); // the old one may have taken a late signal for its own end
}

// Sent while the worker is being loaded.
TEST_F(ProcessRunnerTest, AStopWaitsForAWorkerThatHasNotBegun) {
  const std::unique_ptr<Runner> workers = runner(1);
  const int run = start(*workers, "drain");
  workers->drain(SlotIndex(0));
  expect<RunProgress>(*workers);
  EXPECT_EQ(expect<RunStopped>(*workers).run, run);
  expect<JobEnded>(*workers);
}

TEST_F(ProcessRunnerTest, SixtyFourSlots) {
  const std::unique_ptr<Runner> workers = runner(64);
  for (int slot = 0; slot < 64; ++slot) start(*workers, "ok", slot);
  int ended = 0;
  while (ended < 64) {
    const Event event = wait(*workers, in_s(k_patience_s));
    ASSERT_FALSE(std::holds_alternative<Tick>(event));
    ASSERT_FALSE(std::holds_alternative<WorkerEnded>(event));
    if (std::holds_alternative<JobEnded>(event)) ++ended;
  }
}

TEST_F(ProcessRunnerTest, AWorkerThatDoesNotReadHoldsNobodyUp) {
  ::setenv("FAKE_WORKER_DEAF", "1", 1);
  const std::unique_ptr<Runner> workers = runner(1);
  behaviour_.assign(2000, "ok"); // a line of about 1 MB: far more than a pipe holds
  Job many = job(0, {});
  for (int run = 0; run < 2000; ++run) many.runs.emplace_back(run);
  workers->start(many);
  EXPECT_TRUE(std::holds_alternative<Tick>(wait(*workers, in_s(0.05))));
  workers->kill(SlotIndex(0));
  EXPECT_EQ(expect<WorkerEnded>(*workers).signal, "SIGKILL");
}

TEST_F(ProcessRunnerTest, SignalsToThisProcessAreEvents) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const std::unique_ptr<Runner> workers = runner(1);
    ::kill(::getpid(), number);
    EXPECT_EQ(expect<Interrupted>(*workers).signal, number);
  }
}

TEST_F(ProcessRunnerTest, WorkersDieWithTheirScheduler) {
  const fs::path file = pid_file();
  const pid_t scheduler = ::fork();
  if (scheduler == 0) {
    const std::unique_ptr<Runner> workers = runner(1);
    start(*workers, "hang");
    wait(*workers, in_s(k_patience_s));
    ::_exit(0);
  }
  const pid_t worker = read_pid(file);
  ASSERT_GT(worker, 0);
  EXPECT_FALSE(is_gone(worker));
  ::kill(scheduler, SIGKILL);
  ::waitpid(scheduler, nullptr, 0);
  EXPECT_TRUE(goes_away(worker));
}

TEST_F(ProcessRunnerTest, UnwindingEndsBusyWorkers) {
  const fs::path file = pid_file();
  std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "hang");
  const pid_t worker = read_pid(file);
  workers.reset();
  EXPECT_TRUE(is_gone(worker));
}

// The schedule and real processes together.
TEST_F(ProcessRunnerTest, AScheduleOverACrash) {
  const Plan plan = test::make_plan({-1, -1, 0, 1});
  behaviour_ = {"ok", "segv", "ok", "ok"};
  const std::vector<Slot> slots = choose_slots("cpu:2", false, {}, 1);
  const std::unique_ptr<Runner> workers = runner(2);
  test::Witness witness;
  FakeClock clock;
  test::FakeClaims claims(clock);
  const Outcome outcome =
      run_schedule(plan, slots, equal_slots(plan.graph, 2, {}, RunCosts(4, RunCost{1, 0})),
                   *workers, claims, real_clock(), {}, {"here", "fake"}, witness);
  EXPECT_EQ(test::states(outcome), (std::vector<RunState>{RunState::done, RunState::failed,
                                                          RunState::done, RunState::skipped}));
  ASSERT_EQ(outcome.runs[1].attempts.size(), 2u);
  EXPECT_EQ(outcome.runs[1].error, "worker killed by SIGSEGV: about to fall");
}

} // namespace
} // namespace pursuit
