// What a worker makes of a job, on a disk in memory.
#include "store/attempts.hpp"
#include "store/evaluation_record.hpp"
#include "worker/cuda_device.hpp"
#include "worker_bench.hpp"

namespace pursuit {
namespace {

using namespace pursuit::test;

TEST_F(WorkerJobTest, TrainsARunAndLeavesItsFiles) {
  const WorkerJob one = job();
  work({one});
  EXPECT_EQ(all<WorkerReady>().size(), 1u);
  ASSERT_EQ(all<RunDone>().size(), 1u);
  const RunDone done = all<RunDone>()[0];
  const std::string bytes = disk_.files.at("/out/" + one.runs[0].model_path);
  EXPECT_EQ(done.model->path, one.runs[0].model_path);
  EXPECT_EQ(done.model->sha256, sha256_hex(bytes));
  EXPECT_EQ(done.model->bytes, bytes.size());
  EXPECT_EQ(done.to_trial, 6);
  const Model model = read_model(bytes, "m");
  EXPECT_EQ(model.run_id, one.runs[0].id);
  EXPECT_EQ(done.loss->first, model.losses.front());
  EXPECT_EQ(done.loss->last, model.losses.back());
  const std::string folder = "/out/runs/" + one.runs[0].id;
  EXPECT_EQ(run_id(parse_run_json(disk_.files.at(folder + "/run.json"))), one.runs[0].id);
  EXPECT_NE(disk_.files.at(folder + "/log.txt").find("done in"), std::string::npos);
}

TEST_F(WorkerJobTest, WritesTheResultOfWhatItTrained) {
  WorkerJob one = job();
  one.pack_id = "0123456789ab-4";
  Attempt begun; // as the scheduler notes it
  begun.started = "2026-02-11T18:12:02Z";
  begun.device = "cpu 3";
  note_attempt(disk_, "/out", one.runs[0].id, {begun});
  work({one});
  const RunDone done = all<RunDone>().at(0);
  const RunRecord result = result_of(one.runs[0]);
  EXPECT_EQ(result.state, RunState::done);
  EXPECT_EQ(result.file, RunRecord::FileState::intact);
  EXPECT_EQ(result.model->sha256, done.model->sha256);
  EXPECT_EQ(result.loss->last, done.loss->last);
  EXPECT_EQ(result.pack.id, "0123456789ab-4");
  ASSERT_EQ(result.attempts.size(), 1u);
  EXPECT_EQ(result.attempts[0].device, "cpu 3");
  EXPECT_EQ(result.attempts[0].ended, done.ended);
  EXPECT_EQ(known_attempts(disk_, "/out", one.runs[0].id), result.attempts);

  WorkerJob child = one;
  child.runs = {stage_2(one.runs[0])};
  work({child});
  EXPECT_EQ(result_of(child.runs[0]).parent_sha256, done.model->sha256);
}

TEST_F(WorkerJobTest, AResultThatCannotBeWrittenFailsTheRunAndKeepsItsCheckpoint) {
  const WorkerJob one = job();
  stops_after_ = 2;
  work({one});
  disk_.full_for = "/result.json";
  work({one});
  EXPECT_NE(error().find("No space left on device"), std::string::npos);
  EXPECT_TRUE(disk_.exists(checkpoint_of(one.runs[0])));
}

// As by hand, under another name.
TEST_F(WorkerJobTest, AFinishedRunThatIsTrainedOnceMoreKeepsItsResult) {
  const WorkerJob one = job();
  work({one});
  const std::string path = "/out/runs/" + one.runs[0].id + "/result.json";
  const std::string result = disk_.files.at(path);
  ways_.write_model = [](Disk &disk, const WorkerJob &, const WorkerRun &,
                         const std::string &bytes) {
    disk.write_whole("/out/again.mat", bytes);
    return std::string("again.mat");
  };
  work({one});
  ASSERT_EQ(all<RunDone>().size(), 1u) << error();
  EXPECT_EQ(all<RunDone>()[0].model->path, "again.mat");
  EXPECT_EQ(disk_.files.at("/out/again.mat"), disk_.files.at("/out/" + one.runs[0].model_path));
  EXPECT_EQ(disk_.files.at(path), result);
  stops_after_ = 2;
  work({one});
  EXPECT_EQ(all<RunStopped>().size(), 1u);
  EXPECT_EQ(disk_.files.at(path), result);
}

TEST_F(WorkerJobTest, TheResultOfADamagedModelIsReplaced) {
  const WorkerJob one = job();
  work({one});
  disk_.files.at("/out/" + one.runs[0].model_path).back() ^= 1;
  work({one});
  EXPECT_EQ(result_of(one.runs[0]).file, RunRecord::FileState::intact);
  EXPECT_EQ(result_of(one.runs[0]).attempts.size(), 2u);
}

TEST_F(WorkerJobTest, NoTrialsNoLoss) {
  work({job(0)});
  ASSERT_EQ(all<RunDone>().size(), 1u);
  EXPECT_FALSE(all<RunDone>()[0].loss);
}

// A rate of 2 ends far above an output of zero, which has some 4 here.
TEST_F(WorkerJobTest, SaysWhetherItsTrainingDiverged) {
  WorkerJob both = job(20);
  WorkerRun wild = stage_1(20);
  wild.spec.settings.learning_rate = 2;
  both.runs = {stage_1(20), named(wild)};
  work({both});
  ASSERT_EQ(all<RunDone>().size(), 2u) << error();
  EXPECT_EQ(all<RunDone>()[0].diverged, false) << all<RunDone>()[0].loss->mean_last_200;
  EXPECT_EQ(all<RunDone>()[1].diverged, true) << all<RunDone>()[1].loss->mean_last_200;
  work({job(0)});
  EXPECT_EQ(all<RunDone>().at(0).diverged, false);
}

TEST_F(WorkerJobTest, AChildExtendsItsParent) {
  const WorkerJob parent = job();
  work({parent});
  WorkerJob child = parent;
  child.runs = {stage_2(parent.runs[0])};
  work({child});
  ASSERT_EQ(all<RunDone>().size(), 1u) << error();
  const Model before = read_model(disk_.files.at("/out/" + parent.runs[0].model_path), "m");
  const Model after = read_model(disk_.files.at("/out/" + child.runs[0].model_path), "m");
  EXPECT_EQ(after.network.w, before.network.w);
  EXPECT_NE(after.network.activation.input_gain, before.network.activation.input_gain);
}

TEST_F(WorkerJobTest, AChangedOrMissingParentIsNotRead) {
  const WorkerJob parent = job();
  work({parent});
  WorkerJob child = parent;
  child.runs = {stage_2(parent.runs[0])};
  disk_.files[child.runs[0].parent_path].back() ^= 1;
  work({child});
  EXPECT_NE(error().find("was changed"), std::string::npos) << error();
  disk_.remove(child.runs[0].parent_path);
  work({child});
  EXPECT_NE(error().find("is missing"), std::string::npos) << error();
}

TEST_F(WorkerJobTest, AParentThatIsReplacedAfterItWasCheckedIsNotUsed) {
  WorkerJob parents = job();
  parents.runs.push_back(stage_1(6, 2));
  work({parents});
  WorkerJob child = parents;
  child.runs = {stage_2(parents.runs[0])};
  const std::string checked = disk_.files.at(child.runs[0].parent_path);
  disk_.then[child.runs[0].parent_path] = disk_.files.at("/out/" + parents.runs[1].model_path);
  work({child});
  ASSERT_EQ(all<RunDone>().size(), 1u) << error();
  ASSERT_NE(disk_.files.at(child.runs[0].parent_path), checked) << "nobody has replaced it";
  const Model after = read_model(disk_.files.at("/out/" + child.runs[0].model_path), "m");
  EXPECT_EQ(after.network.w, read_model(checked, "m").network.w);
}

TEST_F(WorkerJobTest, AnEvaluationThatIsReplacedAfterItWasCheckedIsNotUsed) {
  WorkerJob one = job();
  one.evaluate = Evaluate{1, 50, 0};
  work({one});
  ASSERT_EQ(all<RunDone>().size(), 1u) << error();
  const std::string path = "/out/runs/" + one.runs[0].id + "/evaluation.mat";
  const std::string checked = disk_.files.at(path);
  disk_.then[path] = "another";
  const std::optional<FoundEvaluation> found =
      find_evaluation(disk_, "/out", one.runs[0].id, {*one.evaluate, data_.sha256},
                      all<RunDone>()[0].model->sha256);
  ASSERT_TRUE(found);
  EXPECT_EQ(disk_.files.at(path), "another") << "nobody has replaced it";
  EXPECT_EQ(found->bytes, checked);
}

TEST_F(WorkerJobTest, AStopLeavesACheckpointAndTheRestGivesTheSameBytes) {
  const WorkerJob one = job();
  work({one});
  const std::string whole = disk_.files.at("/out/" + one.runs[0].model_path);
  disk_.files.clear();

  stops_after_ = 2;
  work({one});
  ASSERT_EQ(all<RunStopped>().size(), 1u);
  const std::int64_t stopped_at = all<RunStopped>()[0].to_trial;
  EXPECT_GT(stopped_at, 0);
  EXPECT_LT(stopped_at, 6);
  EXPECT_TRUE(disk_.exists(checkpoint_of(one.runs[0])));
  EXPECT_FALSE(disk_.exists("/out/" + one.runs[0].model_path));
  EXPECT_EQ(result_of(one.runs[0]).state, RunState::interrupted);
  EXPECT_EQ(result_of(one.runs[0]).attempts.back().ended, all<RunStopped>()[0].ended);

  work({one});
  ASSERT_EQ(all<RunDone>().size(), 1u) << error();
  EXPECT_EQ(all<RunDone>()[0].from_trial, stopped_at);
  EXPECT_EQ(all<RunProgress>()[0].from_trial, stopped_at);
  EXPECT_EQ(disk_.files.at("/out/" + one.runs[0].model_path), whole);
  EXPECT_FALSE(disk_.exists(checkpoint_of(one.runs[0])));
  const std::vector<Attempt> attempts = result_of(one.runs[0]).attempts;
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].to_trial, stopped_at);
  EXPECT_EQ(attempts[1].from_trial, stopped_at);
  EXPECT_EQ(attempts[1].to_trial, 6);
}

TEST_F(WorkerJobTest, ADamagedCheckpointIsLeftAside) {
  const WorkerJob one = job();
  disk_.files[checkpoint_of(one.runs[0])] = "torn";
  std::string notice;
  ways_.notice = [&](const std::string &text) { notice = text; };
  work({one});
  EXPECT_EQ(notice.find("the checkpoint is not used: it is no checkpoint"), 0u) << notice;
  ASSERT_EQ(all<RunDone>().size(), 1u) << error();
  EXPECT_EQ(all<RunDone>()[0].from_trial, 0);
  const std::string log = disk_.files.at("/out/runs/" + one.runs[0].id + "/log.txt");
  EXPECT_NE(log.find("the checkpoint is not used: it is no checkpoint"), std::string::npos) << log;
}

TEST_F(WorkerJobTest, AFullDiskFailsTheRunAndLeavesNoModel) {
  const WorkerJob one = job();
  disk_.full_for = "/models/";
  work({one});
  EXPECT_NE(error().find("No space left on device"), std::string::npos);
  EXPECT_FALSE(disk_.exists("/out/" + one.runs[0].model_path));
  EXPECT_TRUE(all<RunDone>().empty());
}

TEST_F(WorkerJobTest, AStopWithoutACheckpointIsAFailure) {
  const WorkerJob one = job();
  disk_.full_for = "checkpoint";
  stops_after_ = 2;
  work({one});
  EXPECT_NE(error().find("stopped without a checkpoint"), std::string::npos) << error();
}

TEST_F(WorkerJobTest, OtherDataNumericsEngineOrDeviceThanPlannedFail) {
  WorkerJob other_data = job();
  other_data.data_sha256 = std::string(64, '0');
  work({other_data});
  EXPECT_NE(error().find("changed"), std::string::npos) << error();

  WorkerJob other_numerics = job();
  other_numerics.engine = "reference-double";
  work({other_numerics});
  EXPECT_NE(error().find("reference-double-1"), std::string::npos) << error();

  WorkerJob no_engine = job();
  no_engine.engine = "abacus";
  work({no_engine});
  EXPECT_NE(error().find("abacus"), std::string::npos) << error();

  WorkerJob no_data = job();
  no_data.synthetic = false;
  no_data.data_path = "/data/gone.mat";
  work({no_data});
  EXPECT_NE(error().find("/data/gone.mat"), std::string::npos) << error();

  WorkerJob no_device = job();
  no_device.uuid = "GPU-00000000-0000-0000-0000-000000000000";
  work({no_device});
  EXPECT_EQ(all<RunFailed>().size(), 1u);
}

TEST_F(WorkerJobTest, OneBadRunOfAPackDoesNotHoldTheOthersUp) {
  WorkerJob pack = job();
  pack.runs = {stage_1(6, 1), stage_1(6, 2), stage_1(6, 3)};
  pack.runs[1].spec.numerics = "another-1";
  work({pack});
  ASSERT_EQ(all<RunFailed>().size(), 1u);
  EXPECT_EQ(all<RunFailed>()[0].run, 1);
  ASSERT_EQ(all<RunDone>().size(), 2u);
  EXPECT_EQ(all<RunDone>()[0].run, 0);
  EXPECT_EQ(all<RunDone>()[1].run, 2);
}

TEST_F(WorkerJobTest, TheNextJobIsUntouchedByAFailureBefore) {
  WorkerJob bad = job();
  bad.data_sha256 = "0";
  work({bad, job()});
  EXPECT_EQ(all<RunFailed>().size(), 1u);
  EXPECT_EQ(all<RunDone>().size(), 1u);
  EXPECT_EQ(all<WorkerReady>().size(), 1u);
}

TEST(CudaUuid, AsNvmlWritesIt) {
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i * 17);
  EXPECT_EQ(cuda_uuid_text(bytes), "GPU-00112233-4455-6677-8899-aabbccddeeff");
}

// Everything below evaluates: three trials a condition.
class WorkerEvaluation : public WorkerJobTest {
protected:
  WorkerJob evaluating(std::int64_t n_trials = 6) {
    WorkerJob one = job(n_trials);
    one.evaluate = Evaluate{3, 50, 0};
    return one;
  }
  std::string file(const WorkerRun &run, const std::string &name) const {
    return "/out/runs/" + run.id + "/" + name;
  }
};

TEST_F(WorkerEvaluation, FollowsTheModelAndItsReport) {
  const WorkerJob one = evaluating();
  work({one});
  ASSERT_EQ(all<RunDone>().size(), 1u);
  ASSERT_EQ(all<RunEvaluated>().size(), 1u);
  EXPECT_TRUE(std::holds_alternative<RunEvaluated>(events_[events_.size() - 2]));
  EXPECT_TRUE(std::holds_alternative<RunDone>(events_[events_.size() - 3]));
  EXPECT_TRUE(all<RunEvaluated>()[0].measures);
  EXPECT_TRUE(disk_.exists(file(one.runs[0], "evaluation.mat")));
  EXPECT_TRUE(disk_.exists(file(one.runs[0], "evaluation.json")));
}

TEST_F(WorkerEvaluation, WithoutTheModelTrainsNothing) {
  WorkerJob one = evaluating();
  work({one});
  const Measures first = *all<RunEvaluated>()[0].measures;
  one.runs[0].model_sha256 = all<RunDone>()[0].model->sha256;
  const std::string bytes = disk_.files.at(file(one.runs[0], "evaluation.mat"));
  disk_.remove(file(one.runs[0], "evaluation.mat")); // the record alone counts for nothing
  work({one});
  EXPECT_TRUE(all<RunDone>().empty());
  ASSERT_EQ(all<RunEvaluated>().size(), 1u);
  EXPECT_EQ(measures_json(*all<RunEvaluated>()[0].measures), measures_json(first));
  EXPECT_EQ(disk_.files.at(file(one.runs[0], "evaluation.mat")), bytes);
}

TEST_F(WorkerEvaluation, OfAnOlderFormatIsMadeAgainInItsPlace) {
  WorkerJob one = evaluating();
  work({one});
  one.runs[0].model_sha256 = all<RunDone>()[0].model->sha256;
  std::string &record = disk_.files.at(file(one.runs[0], "evaluation.json"));
  const std::string now = record;
  const std::string format = "pursuit-evaluation-record/";
  const std::size_t version = record.find(format);
  ASSERT_NE(version, std::string::npos);
  record[version + format.size()] = '1';
  const std::size_t before = disk_.files.size();
  work({one});
  EXPECT_EQ(disk_.files.at(file(one.runs[0], "evaluation.json")), now);
  EXPECT_EQ(disk_.files.size(), before);
}

TEST_F(WorkerEvaluation, OtherSettingsHaveAFileOfTheirOwn) {
  WorkerJob one = evaluating();
  work({one});
  const std::string bytes = disk_.files.at(file(one.runs[0], "evaluation.mat"));
  one.runs[0].model_sha256 = all<RunDone>()[0].model->sha256;
  one.evaluate->trials = 4;
  const std::size_t before = disk_.files.size();
  work({one});
  EXPECT_EQ(disk_.files.size(), before + 2); // evaluation_<hash8>.mat and .json
  EXPECT_EQ(disk_.files.at(file(one.runs[0], "evaluation.mat")), bytes);
}

TEST_F(WorkerEvaluation, AFullDiskLeavesTheTrainingDone) {
  disk_.full_for = "evaluation.mat";
  work({evaluating()});
  EXPECT_EQ(all<RunDone>().size(), 1u);
  EXPECT_TRUE(all<RunFailed>().empty());
  ASSERT_EQ(all<RunEvaluated>().size(), 1u);
  EXPECT_FALSE(all<RunEvaluated>()[0].measures);
  EXPECT_NE(all<RunEvaluated>()[0].error.find("No space left"), std::string::npos);
}

TEST_F(WorkerEvaluation, AChangedModelIsNotEvaluated) {
  WorkerJob one = evaluating();
  one.runs[0].model_sha256 = std::string(64, 'a');
  disk_.files["/out/" + one.runs[0].model_path] = "something else";
  work({one});
  ASSERT_EQ(all<RunEvaluated>().size(), 1u);
  EXPECT_NE(all<RunEvaluated>()[0].error.find("was changed"), std::string::npos);
}

TEST_F(WorkerEvaluation, AStopLeavesItForTheNextStart) {
  const WorkerJob one = evaluating(2);
  stops_after_ = 4; // asked twice in training, then before the evaluation and its trials
  work({one});
  EXPECT_EQ(all<RunDone>().size(), 1u);
  EXPECT_TRUE(all<RunEvaluated>().empty());
  EXPECT_FALSE(disk_.exists(file(one.runs[0], "evaluation.json")));
}

} // namespace
} // namespace pursuit
