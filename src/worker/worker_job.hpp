// What a worker does with one job: checks its ground, trains the pack, writes the models, evaluates them, and says what
// became of each run. Files of a run: runs/<id>/run.json, attempts.jsonl, log.txt, checkpoint, result.json, evaluation.mat,
// evaluation.json; its model. A run is finished when its result.json is on the disk: only then does its checkpoint go. What
// failed is recorded by the scheduler (sweep/recorder.hpp), which knows whether it is tried again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/file_lock.hpp"
#include "engine/engine.hpp"
#include "schedule/worker_protocol.hpp"
#include "task/behavior.hpp"
#include "task/divergence.hpp"
#include "train/train.hpp"

namespace pursuit {

// The data a job asks for. Throws RunError.
Behavior load_behavior(Disk &disk, const WorkerJob &job);

// Keeps engine and data from job to job. Not thread-safe.
class JobWorker {
public:
  using Emit = std::function<void(const WorkerEvent &)>;
  using LoadBehavior = std::function<Behavior(Disk &, const WorkerJob &)>;

  JobWorker(Disk &disk, Clock &clock, Emit emit, std::function<bool()> stop_requested,
            LoadBehavior load = load_behavior)
      : disk_(disk), clock_(clock), emit_(std::move(emit)),
        stop_requested_(std::move(stop_requested)), load_(std::move(load)) {}

  // Each run of the job gets one of done, failed, stopped; a run that is done gets evaluated, unless a stop was asked for;
  // then idle. Whatever a run can fail of becomes an event; only bugs are thrown.
  // `claims`: of the runs to be trained, in their order. Each is let go before it is said what became of its run.
  void run(const WorkerJob &job, std::vector<FileLock> claims = {});

private:
  // A run of the job that is in training.
  struct Trainee {
    int index = 0; // in the job
    const WorkerRun *run = nullptr;
    std::int64_t from_trial = 0;
    std::int64_t logged_tenth = 0;
    std::vector<Attempt> attempts; // the last is this one
    std::string checkpoint_fault;  // of the last checkpoint; empty: it is on the disk
  };

  void hold(const WorkerJob &job, std::vector<FileLock> claims);
  void prepare(const WorkerJob &job);
  void train_pack(const WorkerJob &job);
  void evaluate_trained(const WorkerJob &job);
  std::optional<TrainItem> first_item(const WorkerJob &job, const WorkerRun &run);
  std::optional<Network> parent_network(const WorkerRun &run);
  std::vector<TrainOutcome> train_items(const WorkerJob &job, std::vector<TrainItem> items,
                                        std::vector<Trainee> &trainees);
  TrainHooks hooks(const WorkerJob &job, std::vector<Trainee> &trainees);
  void show_progress(const WorkerJob &job, Trainee &trainee, const TrainProgress &progress);
  void write_checkpoint(const WorkerJob &job, Trainee &trainee, const TrainingState &state,
                        const std::vector<double> &losses);
  void conclude(const WorkerJob &job, Trainee &trainee, TrainOutcome &outcome, double seconds);
  std::vector<Attempt> attempts_of(const WorkerJob &job, const WorkerRun &run);
  void record(const WorkerJob &job, Trainee &trainee, RunResult result, std::int64_t to_trial);
  void stop(const WorkerJob &job, Trainee &trainee, std::int64_t to_trial);
  void drop_checkpoint(const WorkerJob &job, const WorkerRun &run);
  void finish(const WorkerJob &job, Trainee &trainee, TrainOutcome &outcome, double seconds);
  void fail(const WorkerJob &job, int index, const std::string &error, bool out_of_memory);
  void fail_all(const WorkerJob &job, const std::vector<int> &indexes, const std::string &error,
                bool out_of_memory);
  void log(const WorkerJob &job, const WorkerRun &run, const std::string &line);

  Disk &disk_;
  Clock &clock_;
  Emit emit_;
  std::function<bool()> stop_requested_;
  LoadBehavior load_;
  std::unique_ptr<Engine> engine_;
  std::string engine_key_, data_key_;
  Behavior behavior_;
  TargetNorms norms_;                              // of it
  std::vector<std::pair<int, ModelFile>> trained_; // of this job, to be evaluated: (index, model)
  std::map<int, FileLock> claims_;                 // of this job, by index
  bool said_ready_ = false;
};

} // namespace pursuit
