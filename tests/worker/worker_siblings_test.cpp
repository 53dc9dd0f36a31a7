// What a worker makes of a pack of siblings: stage-2 runs of one parent, with the fused engine, which trains them side by
// side.
#include "worker_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

class WorkerSiblings : public WorkerJobTest {
protected:
  void SetUp() override {
    parent_ = job();
    parent_.engine = "fused";
    parent_.runs[0].spec.numerics = "fused-1";
    parent_.runs = {named(parent_.runs[0])};
    work({parent_});
  }

  WorkerRun sibling(Activation activation, double learning_rate, std::int64_t n_trials = 8) {
    WorkerRun run = stage_2(parent_.runs[0]);
    run.spec.settings.activation = activation;
    run.spec.settings.learning_rate = learning_rate;
    run.spec.settings.n_trials = n_trials;
    return named(run);
  }
  std::vector<WorkerRun> three() {
    return {sibling(Activation::input_gain, 1e-3), sibling(Activation::threshold, 1e-2),
            sibling(Activation::response_gain, 1e-4)};
  }
  WorkerJob of(std::vector<WorkerRun> runs) {
    WorkerJob pack = parent_;
    pack.runs = std::move(runs);
    return pack;
  }
  std::string model(const WorkerRun &run) { return disk_.files.at("/out/" + run.model_path); }

  // Each trained by itself; then nothing of it is left but the bytes.
  std::vector<std::string> models_alone(const std::vector<WorkerRun> &runs) {
    std::vector<std::string> models;
    for (const WorkerRun &run : runs) {
      work({of({run})});
      models.push_back(model(run));
      disk_.remove("/out/" + run.model_path);
    }
    return models;
  }

  WorkerJob parent_;
};

TEST_F(WorkerSiblings, HaveTheBytesOfRunsAlone) {
  const std::vector<std::string> alone = models_alone(three());
  work({of(three())});
  ASSERT_EQ(all<RunDone>().size(), 3u);
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(model(three()[i]) == alone[i]) << i;
}

// The checkpoints of a pack may differ, and so may who is in it.
TEST_F(WorkerSiblings, GoOnInAnotherPackOrAloneToTheSameBytes) {
  const std::vector<std::string> alone = models_alone(three());
  const std::vector<WorkerRun> runs = three();
  stops_after_ = 2;
  work({of({runs[0], runs[2]})}); // a pack of two, stopped after two trials
  ASSERT_EQ(all<RunStopped>().size(), 2u);
  stops_after_ = 5;
  work({of({runs[1]})}); // the third alone, stopped after five
  stops_after_ = 2;
  work({of(runs)}); // all, at 2, 5 and 2
  const std::vector<RunStopped> stopped = all<RunStopped>();
  ASSERT_EQ(stopped.size(), 3u);
  for (const RunStopped &event : stopped) EXPECT_EQ(event.to_trial, event.run == 1 ? 7 : 4);
  work({of({runs[2]})});
  work({of({runs[1], runs[0]})});
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
}

template <typename What> std::size_t place_of(const std::vector<WorkerEvent> &events, int run) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const What *what = std::get_if<What>(&events[i]);
    if (what != nullptr && what->run == run) return i;
  }
  ADD_FAILURE() << "nothing was said of run " << run;
  return 0;
}

// Of 3, 8 and 5 trials; one of 4 joins while they are under way, another when they have ended.
TEST_F(WorkerSiblings, ThatEndAndJoinInTheMiddleHaveTheBytesOfRunsAlone) {
  std::vector<WorkerRun> runs = {sibling(Activation::input_gain, 1e-3, 3),
                                 sibling(Activation::threshold, 1e-2, 8),
                                 sibling(Activation::response_gain, 1e-4, 5),
                                 sibling(Activation::threshold, 1e-3, 4), stage_1(6, 2)};
  runs[4].spec.numerics = "fused-1";
  runs[4] = named(runs[4]);
  const std::vector<std::string> alone = models_alone(runs);
  int asked = 0;
  joining_ = [&]() -> std::optional<JoiningRuns> {
    if (asked++ != 4) return std::nullopt; // trials
    EXPECT_EQ(result_of(runs[0]).file, RunRecord::FileState::intact) << "it waits for its siblings";
    EXPECT_FALSE(disk_.exists("/out/" + runs[1].model_path));
    return JoiningRuns{{runs[3]}, {}};
  };
  extensions_ = {{runs[4]}};
  work({of({runs[0], runs[1], runs[2]})});
  ASSERT_EQ(all<RunDone>().size(), 5u) << error();
  for (std::size_t i = 0; i < runs.size(); ++i) EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(result_of(runs[i]).pack.size, 3) << i;
  EXPECT_EQ(result_of(runs[4]).pack.size, 1) << "it came when the others had ended";
  const std::vector<JobEnded> idle = all<JobEnded>();
  ASSERT_EQ(idle.size(), 2u);
  EXPECT_EQ(idle[0].runs, 4);
  EXPECT_EQ(idle[1].runs, 5);
  EXPECT_EQ(all<JobBegun>().size(), 2u);
}

TEST_F(WorkerSiblings, AreEvaluatedWhenTheyEndThoughOthersGoOn) {
  WorkerJob pack =
      of({sibling(Activation::input_gain, 1e-3, 3), sibling(Activation::threshold, 1e-2, 8)});
  pack.evaluate = Evaluate{1, 50, 0};
  work({pack});
  EXPECT_LT(place_of<RunDone>(events_, 0), place_of<RunEvaluated>(events_, 0));
  EXPECT_LT(place_of<RunEvaluated>(events_, 0), place_of<RunDone>(events_, 1));
  EXPECT_LT(place_of<RunDone>(events_, 1), place_of<RunEvaluated>(events_, 1));
}

TEST_F(WorkerSiblings, AStopIsMeantForThoseThatComeLater) {
  const std::vector<WorkerRun> runs = three();
  const std::vector<std::string> alone = models_alone(runs);
  extensions_ = {{runs[2]}};
  stops_after_ = 3;
  work({of({runs[0], runs[1]})});
  ASSERT_EQ(all<RunStopped>().size(), 3u);
  EXPECT_EQ(all<RunStopped>()[2].run, 2);
  extensions_.clear();
  work({of({runs[2], runs[1], runs[0]})});
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
}

TEST_F(WorkerSiblings, OneThatCannotJoinHoldsNobodyUp) {
  std::vector<WorkerRun> runs = three();
  const std::vector<std::string> alone = models_alone(runs);
  WorkerRun orphan = runs[2];
  orphan.parent_sha256 = std::string(64, '0');
  bool came = false;
  joining_ = [&]() -> std::optional<JoiningRuns> {
    if (std::exchange(came, true)) return std::nullopt;
    return JoiningRuns{{orphan}, {}};
  };
  work({of({runs[0], runs[1]})});
  EXPECT_NE(error().find("was changed"), std::string::npos) << error();
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
}

TEST_F(WorkerSiblings, OneThatDivergesTakesNobodyAlong) {
  std::vector<WorkerRun> runs = three();
  const std::vector<std::string> alone = models_alone(runs);
  runs[1] = sibling(Activation::input_gain, 1e300); // no float is so large
  work({of(runs)});
  EXPECT_NE(error().find("is not finite"), std::string::npos) << error();
  ASSERT_EQ(all<RunDone>().size(), 2u);
  for (std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
  }
}

TEST_F(WorkerSiblings, OneWithADamagedCheckpointBeginsAnew) {
  const std::vector<WorkerRun> runs = three();
  const std::vector<std::string> alone = models_alone(runs);
  stops_after_ = 3;
  work({of(runs)});
  disk_.files.at(checkpoint_of(runs[1])).back() ^= 1;
  work({of(runs)});
  ASSERT_EQ(all<RunDone>().size(), 3u);
  for (const RunDone &done : all<RunDone>()) EXPECT_EQ(done.from_trial, done.run == 1 ? 0 : 3);
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
}

} // namespace
} // namespace pursuit
