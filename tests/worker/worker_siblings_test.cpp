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

  WorkerRun sibling(Activation activation, double learning_rate) {
    WorkerRun run = stage_2(parent_.runs[0]);
    run.spec.settings.activation = activation;
    run.spec.settings.learning_rate = learning_rate;
    run.spec.settings.n_trials = 8;
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
  work({of(runs)}); // all, at 2, 5 and 2: the two behind go on first
  const std::vector<RunStopped> stopped = all<RunStopped>();
  ASSERT_EQ(stopped.size(), 3u);
  for (const RunStopped &event : stopped) EXPECT_EQ(event.to_trial, event.run == 1 ? 5 : 4);
  work({of({runs[2]})});
  work({of({runs[1], runs[0]})});
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(model(runs[i]) == alone[i]) << i;
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
