// Progress as it is shown: on a terminal, in plain lines, and not at all.
#include <gtest/gtest.h>

#include "cli/progress.hpp"
#include "support/clocks.hpp"

namespace pursuit {
namespace {

class Shown final : public ProgressOutput {
public:
  TerminalSize size() override { return {100, 24}; }
  void write(const std::string &text) override { all += text; }
  // What came since the last call.
  std::string news() { return std::exchange(all, ""); }
  std::string all;
};

// Two runs of 100 trials, on two cores.
class ProgressTest : public ::testing::Test {
protected:
  ProgressTest() {
    for (const std::uint64_t seed : {1, 2}) {
      Node node;
      node.id = std::string(64, seed == 1 ? 'a' : 'b');
      node.stage = "weights";
      node.spec.seed = seed;
      node.spec.settings.N = 5;
      node.spec.settings.tau_ms = 30;
      node.spec.settings.n_trials = 100;
      plan_.graph.nodes.push_back(node);
    }
    plan_.runs.resize(2);
    slots_[0].label = "cpu 0";
    slots_[1].label = "cpu 1";
    left_.emplace(clock_, plan_, equal_slots(plan_.graph, 2, {}, RunCosts({{60, 0}, {60, 0}})));
  }

  Progress progress(ProgressForm form) {
    return Progress(plan_, slots_, *left_, clock_, form, false, shown_);
  }

  static ScheduledRun on(const std::string &device, RunState state) {
    ScheduledRun run;
    run.state = state;
    run.attempts.resize(1);
    run.attempts[0].device = device;
    run.attempts[0].to_trial = 40;
    run.seconds = 2;
    if (state == RunState::done) run.loss = LossSummary{1, 0.5, 0.25};
    if (state == RunState::failed) run.error = "the loss is not finite";
    return run;
  }

  void change(Progress &progress, int run, const ScheduledRun &state) {
    left_->run_changed(run, state);
    progress.run_changed(run, state);
  }

  FakeClock clock_;
  Plan plan_;
  std::vector<Slot> slots_ = std::vector<Slot>(2);
  std::optional<TimeLeft> left_;
  Shown shown_;
};

TEST_F(ProgressTest, ATerminalHasALineForEachSlotAndTheTotals) {
  Progress progress = this->progress(ProgressForm::terminal);
  progress.tick({});
  EXPECT_EQ(shown_.news(), "") << "nothing has begun";
  change(progress, 0, on("cpu 1", RunState::running));
  progress.progressed({1, 0, 25, 0.75, 50, 0});
  progress.tick({});
  const std::string block = shown_.news();
  EXPECT_EQ(block, "\033[Kslot   run             trials     loss  trials/s  left\n"
                   "\033[Kcpu 0  idle\n"
                   "\033[Kcpu 1  weights seed=1  25/100  0.75000      50.0   2 s\n"
                   "\033[K0 of 2 done, 1 running, 1 pending, about 1 min 00 s left\n\033[J")
      << block;
}

TEST_F(ProgressTest, ATerminalIsRedrawnFiveTimesASecondOverWhatWasThere) {
  Progress progress = this->progress(ProgressForm::terminal);
  change(progress, 0, on("cpu 0", RunState::running));
  progress.tick({});
  shown_.news();
  clock_.now_s = 0.1;
  progress.tick({});
  EXPECT_EQ(shown_.news(), "");
  clock_.now_s = 0.2;
  progress.tick({});
  EXPECT_TRUE(shown_.news().starts_with("\033[4A\r\033[Kslot"));
  progress.message("a line that\033 stays");
  const std::string around = shown_.news();
  EXPECT_TRUE(around.starts_with("\033[4A\r\033[Ja line that\\x1b stays\n\033[Kslot")) << around;
  progress.ended();
  EXPECT_EQ(shown_.news(), "\033[4A\r\033[J0 of 2 done, 1 running, 1 pending\n");
}

TEST_F(ProgressTest, TheSpeedIsThatOfTheLastSeconds) {
  Progress progress = this->progress(ProgressForm::terminal);
  change(progress, 0, on("cpu 0", RunState::running));
  progress.progressed({0, 0, 10, 0.5, 100, 0});
  progress.progressed({0, 0, 20, 0.5, 200, 0});
  progress.tick({});
  EXPECT_NE(shown_.all.find("110.0"), std::string::npos) << shown_.all;
  change(progress, 0, on("cpu 0", RunState::pending)); // another try
  change(progress, 0, on("cpu 0", RunState::running));
  progress.progressed({0, 0, 10, 0.5, 300, 0});
  clock_.now_s = 1;
  progress.tick({});
  EXPECT_NE(shown_.all.find("300.0"), std::string::npos) << shown_.all;
}

TEST_F(ProgressTest, PlainLinesSayWhatBecomesOfEachRun) {
  Progress progress = this->progress(ProgressForm::plain);
  change(progress, 0, on("cpu 0", RunState::running));
  EXPECT_TRUE(shown_.news().starts_with("start   cpu 0  aaaaaaaaaaaa weights "));
  change(progress, 0, on("cpu 0", RunState::interrupted));
  EXPECT_TRUE(shown_.news().ends_with(" after trial 40\n"));
  change(progress, 0, on("cpu 0", RunState::failed));
  EXPECT_TRUE(shown_.news().ends_with(": the loss is not finite\n"));
  ScheduledRun diverged = on("cpu 1", RunState::done);
  diverged.diverged = true;
  change(progress, 1, diverged);
  EXPECT_TRUE(shown_.news().ends_with("  loss 0.25000  2.0 s  diverged\n"));
  ScheduledRun reused = on("cpu 1", RunState::done);
  reused.reused = true;
  change(progress, 1, reused);
  EXPECT_EQ(shown_.news(), "");
  ScheduledRun elsewhere = on("cpu 1", RunState::running);
  elsewhere.elsewhere = "pid 7 on there";
  change(progress, 1, elsewhere);
  EXPECT_TRUE(shown_.news().ends_with("  by pid 7 on there\n"));
}

TEST_F(ProgressTest, PlainTotalsComeEveryHalfMinute) {
  Progress progress = this->progress(ProgressForm::plain);
  change(progress, 0, on("cpu 0", RunState::running));
  shown_.news();
  for (const double now_s : {0.0, 29.0}) {
    clock_.now_s = now_s;
    progress.tick({});
    EXPECT_EQ(shown_.news(), "");
  }
  clock_.now_s = 30;
  progress.tick({});
  EXPECT_TRUE(shown_.news().starts_with("0 of 2 done, 1 running, 1 pending, about "));
}

TEST_F(ProgressTest, WithoutAFormOnlyMessagesAreShown) {
  Progress progress = this->progress(ProgressForm::none);
  change(progress, 0, on("cpu 0", RunState::running));
  progress.tick({});
  progress.ended();
  EXPECT_EQ(shown_.news(), "");
  progress.message("a full disk");
  EXPECT_EQ(shown_.news(), "a full disk\n");
}

} // namespace
} // namespace pursuit
