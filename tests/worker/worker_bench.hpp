// A worker on a disk in memory: jobs in, events out.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "store/model.hpp"
#include "store/records.hpp"
#include "support/memory_disk.hpp"
#include "worker/worker_job.hpp"

namespace pursuit::test {

class WorkerJobTest : public ::testing::Test {
protected:
  WorkerJob job(std::int64_t n_trials = 6) {
    WorkerJob job;
    job.output_dir = "/out";
    job.data_sha256 = data_.sha256;
    job.runs = {stage_1(n_trials)};
    return job;
  }

  WorkerRun stage_1(std::int64_t n_trials, std::uint64_t seed = 1) {
    WorkerRun run;
    run.spec.settings.N = 5;
    run.spec.settings.tau_ms = 30;
    run.spec.settings.n_trials = n_trials;
    run.spec.seed = seed;
    run.spec.numerics = "reference-1";
    run.spec.data_sha256 = data_.sha256;
    return named(run);
  }

  // A stage 2 of a parent that is on the disk.
  WorkerRun stage_2(const WorkerRun &parent) {
    WorkerRun run = parent;
    run.spec.stage = 2;
    run.spec.parent_id = parent.id;
    run.parent_path = "/out/" + parent.model_path;
    run.parent_sha256 = sha256_hex(disk_.files.at(run.parent_path));
    return named(run);
  }

  static WorkerRun named(WorkerRun run) {
    run.id = run_id(run.spec);
    run.model_path = model_path(run.spec, run.id);
    return run;
  }

  // Runs jobs in one worker; what it says is in events_.
  void work(const std::vector<WorkerJob> &jobs) {
    events_.clear();
    JobWorker worker(
        disk_, real_clock(), [this](const WorkerEvent &event) { events_.push_back(event); },
        [this] { return stops_after_ > 0 && --stops_after_ == 0; }, ways_);
    worker.write_checkpoints_between_trials();
    worker.ask_for_joining([this]() -> std::optional<JoiningRuns> {
      if (joining_ == nullptr) return std::nullopt;
      return joining_();
    });
    for (const WorkerJob &one : jobs) worker.run(one);
    for (const std::vector<WorkerRun> &runs : extensions_) worker.extend({runs, {}});
    ASSERT_FALSE(events_.empty());
    EXPECT_TRUE(std::holds_alternative<JobEnded>(events_.back()));
  }

  template <typename What> std::vector<What> all() const {
    std::vector<What> found;
    for (const WorkerEvent &event : events_) {
      if (const What *what = std::get_if<What>(&event)) found.push_back(*what);
    }
    return found;
  }

  // The only failure's text.
  std::string error() const {
    const std::vector<RunFailed> failures = all<RunFailed>();
    return failures.size() == 1 ? failures[0].error : std::to_string(failures.size()) + " failures";
  }

  RunRecord result_of(const WorkerRun &run) { return read_record(disk_, "/out", run.id); }

  std::string checkpoint_of(const WorkerRun &run) const {
    return "/out/runs/" + run.id + "/checkpoint";
  }

  inline static const Behavior data_ = synthetic_behavior(1);
  MemoryDisk disk_;
  std::vector<WorkerEvent> events_;
  std::function<std::optional<JoiningRuns>()> joining_; // asked between trials
  std::vector<std::vector<WorkerRun>> extensions_;      // that come when all jobs have ended
  WorkerWays ways_;
  int stops_after_ = 0; // the stop comes when it is asked for the n-th time; 0: never
};

} // namespace pursuit::test
