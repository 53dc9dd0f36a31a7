// What a worker does with one job: checks its ground, trains the pack, writes the models, evaluates them, and says what
// became of each run. Files of a run: runs/<id>/run.json, attempts.jsonl, log.txt, checkpoint, result.json, evaluation.mat,
// evaluation.json; its model. A run is finished when its result.json is on the disk: only then does its checkpoint go. What
// failed is recorded by the scheduler (sweep/recorder.hpp), which knows whether it is tried again.
#pragma once

#include <deque>
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
#include "worker/fault.hpp"
#include "worker/worker_ways.hpp"

namespace pursuit {

// Runs that join a job under way, and the claims of those to be trained.
struct JoiningRuns {
  std::vector<WorkerRun> runs;
  std::vector<FileLock> claims;
};

// Keeps engine and data from job to job. Not thread-safe. Checkpoints are written by a thread beside the training.
class JobWorker {
public:
  using Emit = std::function<void(const WorkerEvent &)>;
  using Joining = std::function<std::optional<JoiningRuns>()>;

  JobWorker(Disk &disk, Clock &clock, Emit emit, std::function<bool()> stop_requested,
            WorkerWays ways = {})
      : disk_(disk), clock_(clock), emit_(std::move(emit)),
        stop_requested_(std::move(stop_requested)), ways_(std::move(ways)) {}

  // Who joins the job under way: asked between two trials.
  void ask_for_joining(Joining joining) { joining_ = std::move(joining); }
  // For disks that one thread alone may use.
  void write_checkpoints_between_trials() { writes_beside_ = false; }

  // Each run of the job gets one of done, failed, stopped, as soon as it ends; a run that is done gets evaluated, between
  // trials of the others, unless a stop was asked for; then idle. Whatever a run can fail of becomes an event; only bugs are
  // thrown.
  // `claims`: of the runs to be trained, in their order. Each is let go before it is said what became of its run.
  void run(const WorkerJob &job, std::vector<FileLock> claims = {});
  // More runs for the job that was run last; a stop of that is theirs, too.
  void extend(JoiningRuns more);

private:
  // A run of the job that is in training, or was.
  struct Trainee {
    int index = 0; // in the job
    std::int64_t from_trial = 0;
    double begin_s = 0; // moved on by what was not its training
    std::int64_t logged_tenth = 0;
    std::vector<Attempt> attempts; // the last is this one
    int side_by_side = 1;          // the runs of the pack when this one came, itself one of them
    bool has_ended = false;
    bool was_finished = false; // before: its result.json stays as it is
  };

  const WorkerRun &run_at(int index) const { return job_.runs[static_cast<std::size_t>(index)]; }
  bool stops() { return stopped_ = stopped_ || stop_requested_(); }
  std::vector<int> take(JoiningRuns more);
  void prepare();
  void train_pack(const std::vector<int> &indexes);
  TrainHooks hooks();
  Pack pack_of(const Trainee &trainee) const { return {job_.pack_id, trainee.side_by_side}; }
  int side_by_side_with(const std::vector<int> &indexes) const;
  std::vector<TrainItem> items_of(const std::vector<int> &indexes);
  std::vector<TrainItem> joining_items();
  TrainItem first_item(const WorkerRun &run);
  std::optional<Network> parent_network(const WorkerRun &run);
  void show_progress(Trainee &trainee, const TrainProgress &progress);
  void conclude(Trainee &trainee, TrainOutcome outcome);
  std::vector<Attempt> attempts_of(const WorkerRun &run);
  void record(Trainee &trainee, RunResult result, std::int64_t to_trial);
  void stop(Trainee &trainee, std::int64_t to_trial);
  void finish(Trainee &trainee, TrainOutcome &outcome);
  void drop_checkpoint(const WorkerRun &run);
  void evaluate_trained();
  void evaluate(int index, const ModelFile &model);
  void fail(int index, const Fault &fault);
  void log(const WorkerRun &run, const std::string &line);
  void warn(const WorkerRun &run, const std::string &line);

  Disk &disk_;
  Clock &clock_;
  Emit emit_;
  std::function<bool()> stop_requested_;
  WorkerWays ways_;
  Joining joining_;
  bool writes_beside_ = true;
  std::unique_ptr<Engine> engine_;
  std::string engine_key_, data_key_;
  Behavior behavior_;
  TargetNorms norms_; // of it
  bool said_ready_ = false;

  WorkerJob job_;                                 // with the runs that have joined it
  bool stopped_ = false;                          // a stop was asked for
  std::vector<Trainee> trainees_;                 // in the order in which they came to the training
  std::map<int, FileLock> claims_;                // by index
  std::deque<std::pair<int, ModelFile>> trained_; // to be evaluated: (index, model)
};

} // namespace pursuit
