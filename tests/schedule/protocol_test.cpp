// Jobs and events as lines, there and back.
#include <cmath>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "schedule/worker_protocol.hpp"

namespace pursuit {
namespace {

WorkerJob example_job() {
  WorkerJob job;
  job.pack_id = "p";
  job.output_dir = "/out put/\"x\"";
  job.engine = "torch";
  job.device = "cuda:0";
  job.uuid = "GPU-1";
  job.synthetic_seed = 18446744073709551615u;
  job.data_sha256 = "d";
  job.checkpoint_every_s = 0.25;
  WorkerRun run;
  run.spec.stage = 2;
  run.spec.settings.N = 7;
  run.spec.settings.tau_ms = 20.5;
  run.spec.settings.n_trials = 11;
  run.spec.settings.activation = Activation::threshold;
  run.spec.seed = 9223372036854775807u;
  run.spec.numerics = "reference-1";
  run.spec.data_sha256 = "d";
  run.spec.parent_id = std::string(64, 'a');
  run.id = run_id(run.spec);
  run.model_path = "models/pursuit/m.mat";
  run.parent_path = "/out/p.mat";
  run.parent_sha256 = "s";
  job.runs = {run};
  return job;
}

template <typename What> What there_and_back(const What &event) {
  const std::string line = to_line(WorkerEvent(event));
  EXPECT_EQ(line.find('\n'), line.size() - 1); // one line
  return std::get<What>(parse_event(line));
}

WorkerJob job_back(const std::string &line) { return std::get<WorkerJob>(parse_order(line)); }

TEST(Protocol, AJobComesBackWhole) {
  const WorkerJob job = example_job();
  const std::string line = to_line(job);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const WorkerJob back = job_back(line);
  EXPECT_EQ(back.pack_id, job.pack_id);
  EXPECT_EQ(back.output_dir, job.output_dir);
  EXPECT_EQ(back.engine, job.engine);
  EXPECT_EQ(back.device, job.device);
  EXPECT_EQ(back.uuid, job.uuid);
  EXPECT_TRUE(back.synthetic);
  EXPECT_EQ(back.synthetic_seed, job.synthetic_seed);
  EXPECT_EQ(back.data_sha256, job.data_sha256);
  EXPECT_EQ(back.checkpoint_every_s, job.checkpoint_every_s);
  ASSERT_EQ(back.runs.size(), 1u);
  EXPECT_EQ(back.runs[0].id, job.runs[0].id);
  EXPECT_EQ(run_id(back.runs[0].spec), job.runs[0].id);
  EXPECT_EQ(back.runs[0].spec.settings.N, 7);
  EXPECT_EQ(back.runs[0].spec.settings.tau_ms, 20.5);
  EXPECT_EQ(back.runs[0].model_path, job.runs[0].model_path);
  EXPECT_EQ(back.runs[0].parent_path, job.runs[0].parent_path);
  EXPECT_EQ(back.runs[0].parent_sha256, job.runs[0].parent_sha256);
}

TEST(Protocol, AnExtensionComesBackWhole) {
  const WorkerExtension sent{"p", example_job().runs};
  const std::string line = to_line(sent);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const WorkerExtension back = std::get<WorkerExtension>(parse_order(line));
  EXPECT_EQ(back.pack_id, "p");
  ASSERT_EQ(back.runs.size(), 1u);
  EXPECT_EQ(run_id(back.runs[0].spec), sent.runs[0].id);
  EXPECT_EQ(back.runs[0].parent_path, sent.runs[0].parent_path);
}

TEST(Protocol, RecordedDataIsNamedByItsPath) {
  WorkerJob job = example_job();
  job.synthetic = false;
  job.data_path = "/data/behavior.mat";
  const WorkerJob back = job_back(to_line(job));
  EXPECT_FALSE(back.synthetic);
  EXPECT_EQ(back.data_path, job.data_path);
}

TEST(Protocol, EventsComeBackWhole) {
  EXPECT_EQ(there_and_back(WorkerReady{"fake"}).engine, "fake");
  const RunProgress progress = there_and_back(RunProgress{0, 3, 40, 0.1, 12.5, 7});
  EXPECT_EQ(progress.run, 3);
  EXPECT_EQ(progress.trial, 40);
  EXPECT_EQ(progress.loss, 0.1);
  EXPECT_EQ(progress.trials_per_s, 12.5);
  EXPECT_EQ(progress.from_trial, 7);
  RunDone sent;
  sent.run = 2;
  sent.model = ModelFile{"m.mat", "abc", 12345678901u};
  sent.loss = LossSummary{6.5, 0.7, 0.65};
  sent.diverged = true;
  sent.seconds = 1.5;
  sent.pack = {"0123456789ab-4", 3};
  sent.from_trial = 5;
  sent.to_trial = 100;
  const RunDone done = there_and_back(sent);
  EXPECT_EQ(done.model->path, "m.mat");
  EXPECT_EQ(done.model->bytes, 12345678901u);
  EXPECT_EQ(done.loss->mean_last_200, 0.65);
  EXPECT_EQ(done.diverged, true);
  EXPECT_EQ(done.seconds, 1.5);
  EXPECT_EQ(done.pack.id, "0123456789ab-4");
  EXPECT_EQ(done.pack.size, 3);
  EXPECT_EQ(done.from_trial, 5);
  EXPECT_EQ(done.to_trial, 100);
  const RunFailed failed = there_and_back(RunFailed{0, 1, "line one\nline \"two\"", true});
  EXPECT_EQ(failed.error, "line one\nline \"two\"");
  EXPECT_TRUE(failed.out_of_memory);
  EXPECT_EQ(there_and_back(RunStopped{0, 1, 2, 3, ""}).to_trial, 3);
  there_and_back(JobBegun{});
  EXPECT_EQ(there_and_back(JobEnded{0, 5}).runs, 5);
}

TEST(Protocol, NoLossYetAndNoLossAtAll) {
  EXPECT_TRUE(std::isnan(there_and_back(RunProgress{0, 0, 0, std::nan(""), 0, 0}).loss));
  EXPECT_FALSE(there_and_back(RunDone{}).loss);
  EXPECT_EQ(there_and_back(RunDone{}).diverged, std::nullopt);
}

TEST(Protocol, BytesThatAreNoUtf8ComeBackAsTheyAre) {
  EXPECT_EQ(there_and_back(RunFailed{0, 0, "caf\xe9: full", false}).error, "caf\xe9: full");
  WorkerJob job = example_job();
  job.output_dir = "/caf\xe9";
  job.synthetic = false;
  job.data_path = "/d\xff/caf\xc3\xa9.mat";
  job.runs[0].parent_path = "/p\x80/p.mat";
  job.runs[0].spec.parent_id = "";
  job.runs[0].spec.parent_file = {"/p\x80/p.mat", std::string(64, 'c')};
  job.runs[0].id = run_id(job.runs[0].spec);
  const WorkerJob back = job_back(to_line(job));
  EXPECT_EQ(back.output_dir, job.output_dir);
  EXPECT_EQ(back.data_path, job.data_path);
  EXPECT_EQ(back.runs[0].parent_path, job.runs[0].parent_path);
  EXPECT_EQ(back.runs[0].spec.parent_file.path, job.runs[0].spec.parent_file.path);
}

TEST(Protocol, AnythingElseIsRefused) {
  for (const std::string line : {"", "hello", "{", "[]", "3", "null", "{}", R"({"event":"party"})",
                                 R"({"event":1})", R"({"event":"done","run":0})",
                                 R"({"event":"progress","run":"0"})", R"({"event":"idle"} x)"}) {
    EXPECT_THROW(parse_event(line), RunError) << line;
    EXPECT_THROW(parse_order(line), RunError) << line;
  }
}

TEST(Protocol, NumbersThatAreNotWholeOrTooLargeAreRefused) {
  const auto progress = [](const std::string &run, const std::string &from_trial) {
    return R"({"event":"progress","run":)" + run +
           R"(,"trial":2,"loss":1,"trials_per_s":1,"from_trial":)" + from_trial + "}";
  };
  EXPECT_EQ(std::get<RunProgress>(parse_event(progress("3", "1"))).from_trial, 1);
  const std::string endless(96, '9');
  for (const std::string &number : {std::string("1.5"), std::string("1e3"), endless}) {
    EXPECT_THROW(parse_event(progress(number, "1")), RunError) << number;
    EXPECT_THROW(parse_event(progress("3", number)), RunError) << number;
  }
  EXPECT_THROW(parse_event(progress("2147483648", "1")), RunError);
  EXPECT_THROW(parse_event(progress("3", "9223372036854775808")), RunError);
}

TEST(Protocol, ARunWhoseIdIsNotItsSettingsIsRefused) {
  std::string line = to_line(example_job());
  const std::size_t at = line.find("\"n_trials\":11");
  ASSERT_NE(at, std::string::npos);
  line.replace(at, 13, "\"n_trials\":12");
  EXPECT_THROW(parse_order(line), RunError);
}

} // namespace
} // namespace pursuit
