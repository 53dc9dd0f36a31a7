// Runs that join the job of a worker process.
#include <gtest/gtest.h>

#include "process_runner_bench.hpp"

namespace pursuit {
namespace {

using ExtensionTest = ProcessRunnerTest;

// The worker's end of the first run and the second run are on their way at the same time: the job ends once, with both.
TEST_F(ExtensionTest, AnEndThatCrossesAnExtensionIsNone) {
  for (const bool read : {false, true}) { // whether the end has been read, and not been told of
    const std::unique_ptr<Runner> workers = runner(1);
    const int first = start(*workers, "first_of_two");
    if (read) {
      EXPECT_EQ(expect<RunDone>(*workers).run, first);
    }
    behaviour_.emplace_back("second_of_two");
    workers->extend(SlotIndex(0), NodeIndex(first + 1), -1);
    if (!read) {
      EXPECT_EQ(expect<RunDone>(*workers).run, first);
    }
    EXPECT_EQ(expect<RunDone>(*workers).run, first + 1);
    EXPECT_EQ(expect<JobEnded>(*workers).runs, 2);
    EXPECT_TRUE(std::holds_alternative<Tick>(wait(*workers, in_s(0.05))));
  }
}

TEST_F(ExtensionTest, AnExtensionForAWorkerThatIsGoneIsLostWithIt) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "done_then_segv");
  expect<RunDone>(*workers);
  behaviour_.emplace_back("second_of_two");
  workers->extend(SlotIndex(0), NodeIndex(1), -1);
  EXPECT_EQ(expect<WorkerEnded>(*workers).signal, "SIGSEGV");
}

TEST_F(ExtensionTest, AJobHasBegunWhenItIsStartedAndAgainWhenItsWorkerSaysSo) {
  const std::unique_ptr<Runner> workers = runner(1);
  start(*workers, "first_of_two");
  EXPECT_TRUE(std::holds_alternative<JobBegun>(workers->wait(in_s(k_patience_s))));
  expect<RunDone>(*workers);
  behaviour_.emplace_back("second_of_two");
  workers->extend(SlotIndex(0), NodeIndex(1), -1);
  EXPECT_TRUE(std::holds_alternative<JobBegun>(workers->wait(in_s(k_patience_s))));
}

} // namespace
} // namespace pursuit
