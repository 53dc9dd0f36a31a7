#include "worker/worker_job.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "schedule/slot.hpp"
#include "store/attempts.hpp"
#include "store/model.hpp"
#include "store/parent_model.hpp"
#include "store/records.hpp"
#include "train/checkpoint.hpp"
#include "worker/cuda_device.hpp"
#include "worker/evaluate_run.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

std::int64_t tenth_of(const WorkerRun &run, std::int64_t trial) {
  return 10 * trial / std::max<std::int64_t>(1, run.spec.settings.n_trials);
}

void check_numerics(const Engine &engine, const RunSpec &spec) {
  if (engine.numerics() == spec.numerics) return;
  throw RunError(fmt::format("this run is planned for the numerics {}, and this worker's are {}",
                             spec.numerics, engine.numerics()));
}

} // namespace

void JobWorker::run(const WorkerJob &job, std::vector<FileLock> claims) {
  job_ = job;
  job_.runs.clear();
  stopped_ = false;
  extend({job.runs, std::move(claims)});
}

void JobWorker::extend(JoiningRuns more) {
  trainees_.clear();
  trained_.clear();
  const std::vector<int> indexes = take(std::move(more));
  if (const std::optional<Fault> fault = fault_of([&] { prepare(); })) {
    for (int index : indexes) fail(index, {fault->text, false});
  } else {
    emit_(JobBegun{});
    train_pack(indexes);
    evaluate_trained();
  }
  claims_.clear();
  emit_(JobEnded{0, static_cast<int>(job_.runs.size())});
}

std::vector<int> JobWorker::take(JoiningRuns more) {
  std::vector<int> indexes;
  std::size_t next = 0;
  for (WorkerRun &run : more.runs) {
    const int index = indexes.emplace_back(static_cast<int>(job_.runs.size()));
    if (run.model_sha256.empty() && next < more.claims.size())
      claims_.emplace(index, std::move(more.claims[next++]));
    job_.runs.push_back(std::move(run));
  }
  return indexes;
}

// Device, data and engine, kept from the job before where they are the same.
void JobWorker::prepare() {
  const std::string engine_key = fmt::format("{} {} {}", job_.engine, job_.device, job_.uuid);
  if (!engine_ || engine_key != engine_key_) {
    if (!job_.uuid.empty()) check_cuda_device(job_.uuid);
    engine_.reset(); // frees the device's memory first
    engine_ = ways_.make_engine(job_);
    engine_key_ = engine_key;
  }
  if (!said_ready_) emit_(WorkerReady{engine_->describe()});
  said_ready_ = true;

  const std::string data_key = job_.synthetic ? fmt::format("synthetic {}", job_.synthetic_seed)
                                              : fmt::format("file {}", job_.data_path);
  if (data_key != data_key_) {
    data_key_.clear();
    behavior_ = ways_.load(disk_, job_);
    norms_ = target_norms(behavior_);
    data_key_ = data_key;
  }
  if (behavior_.sha256 != job_.data_sha256) {
    data_key_.clear();
    throw RunError(fmt::format("data file {} changed: its SHA-256 is {}, the plan was made for {}",
                               job_.synthetic ? "(synthetic)" : job_.data_path, behavior_.sha256,
                               job_.data_sha256));
  }
}

void JobWorker::train_pack(const std::vector<int> &indexes) {
  const std::optional<Fault> fault =
      fault_of([&] { train(*engine_, behavior_, items_of(indexes), hooks(), clock_); });
  if (!fault) return;
  for (const Trainee &trainee : trainees_) {
    if (!trainee.has_ended) fail(trainee.index, *fault);
  }
}

TrainHooks JobWorker::hooks() {
  TrainHooks hooks;
  hooks.progress = [this](std::size_t item, const TrainProgress &progress) {
    show_progress(trainees_[item], progress);
  };
  hooks.stop_requested = [this] { return stops(); };
  hooks.ended = [this](std::size_t item, TrainOutcome outcome) {
    conclude(trainees_[item], std::move(outcome));
  };
  hooks.joining = [this] {
    evaluate_trained();
    return joining_items();
  };
  hooks.checkpoint = [&disk = disk_, output_dir = job_.output_dir](const Checkpoint &checkpoint) {
    disk.write_whole(checkpoint_path(run_folder(output_dir, checkpoint.run_id)),
                     checkpoint_bytes(checkpoint));
  };
  // The training goes on: it may still end well. Only a stop needs a checkpoint.
  hooks.no_checkpoint = [this](std::size_t item, const std::string &why) {
    warn(run_at(trainees_[item].index), fmt::format("no checkpoint: {}", why));
  };
  hooks.checkpoint_every_s = job_.checkpoint_every_s;
  hooks.writes_beside = writes_beside_;
  return hooks;
}

std::vector<TrainItem> JobWorker::joining_items() {
  std::optional<JoiningRuns> more = joining_ ? joining_() : std::nullopt;
  if (!more) return {};
  return items_of(take(std::move(*more)));
}

// With those of these that are to be trained.
int JobWorker::side_by_side_with(const std::vector<int> &indexes) const {
  const auto under_way = std::count_if(trainees_.begin(), trainees_.end(),
                                       [](const Trainee &trainee) { return !trainee.has_ended; });
  const auto come = std::count_if(indexes.begin(), indexes.end(),
                                  [this](int index) { return run_at(index).model_sha256.empty(); });
  return static_cast<int>(under_way + come);
}

// Those that are to be trained and can be. They become trainees, in the order of their items.
std::vector<TrainItem> JobWorker::items_of(const std::vector<int> &indexes) {
  std::vector<TrainItem> items;
  const int size = side_by_side_with(indexes);
  for (int index : indexes) {
    const WorkerRun &run = run_at(index);
    if (!run.model_sha256.empty()) {
      trained_.push_back({index, {run.model_path, run.model_sha256, 0}});
      continue;
    }
    Trainee trainee;
    trainee.index = index;
    trainee.side_by_side = size;
    const std::optional<Fault> fault = fault_of([&] {
      TrainItem item = first_item(run);
      trainee.was_finished = is_finished(disk_, job_.output_dir, run.id, run.parent_sha256);
      trainee.attempts = attempts_of(run);
      trainee.from_trial = item.state.updates;
      items.push_back(std::move(item));
    });
    if (fault) {
      fail(index, {fault->text, false});
      continue;
    }
    const double no_loss = std::numeric_limits<double>::quiet_NaN();
    emit_(RunProgress{0, index, trainee.from_trial, no_loss, 0, trainee.from_trial});
    trainee.logged_tenth = tenth_of(run, trainee.from_trial);
    trainee.begin_s = clock_.monotonic_s();
    trainees_.push_back(std::move(trainee));
  }
  return items;
}

// run.json is there before the first trial: a run that dies leaves word of what it was.
TrainItem JobWorker::first_item(const WorkerRun &run) {
  check_numerics(*engine_, run.spec);
  const std::optional<Network> parent = parent_network(run);
  const fs::path folder = run_folder(job_.output_dir, run.id);
  disk_.remove_abandoned(folder); // of a worker that was killed
  const std::string settings = run_json(run.spec, run.id);
  if (disk_.read(folder / "run.json") != settings) {
    disk_.write_whole(folder / "run.json", settings);
  }
  TrainItem item{run.id, run.spec, {}, {}};
  FoundCheckpoint found = find_checkpoint(disk_, folder, run.spec, run.id);
  if (found.checkpoint) {
    item.state = std::move(found.checkpoint->state);
    item.losses = std::move(found.checkpoint->losses);
  } else {
    item.state = first_state(run.spec, parent);
  }
  if (!found.fault.empty()) {
    warn(run, fmt::format("the checkpoint is not used: {}", found.fault));
  }
  log(run, fmt::format("started with {} at trial {} of {}", engine_->describe(), item.state.updates,
                       run.spec.settings.n_trials));
  return item;
}

std::optional<Network> JobWorker::parent_network(const WorkerRun &run) {
  if (run.parent_path.empty()) return std::nullopt;
  const std::optional<HashedFile> file = read_hashed(disk_, run.parent_path);
  if (!file) throw RunError(fmt::format("the parent's model {} is missing", run.parent_path));
  if (file->sha256 != run.parent_sha256) {
    throw RunError(fmt::format("the parent's model {} was changed: its SHA-256 is {}, not {}",
                               run.parent_path, file->sha256, run.parent_sha256));
  }
  ParentModel parent = parent_model_of(*file, run.parent_path);
  if (parent.model.network.n != run.spec.settings.N) {
    throw RunError(fmt::format("the parent's model {} has {} units, the plan says {}",
                               run.parent_path, parent.model.network.n, run.spec.settings.N));
  }
  return std::move(parent.model.network);
}

void JobWorker::show_progress(Trainee &trainee, const TrainProgress &progress) {
  emit_(RunProgress{0, trainee.index, progress.trial, progress.loss, progress.trials_per_s,
                    trainee.from_trial});
  const WorkerRun &run = run_at(trainee.index);
  const std::int64_t tenth = tenth_of(run, progress.trial);
  if (tenth == trainee.logged_tenth) return;
  trainee.logged_tenth = tenth;
  log(run, fmt::format("trial {} of {}, loss {:.5f}, {:.1f} trials/s", progress.trial,
                       run.spec.settings.n_trials, progress.loss, progress.trials_per_s));
}

void JobWorker::conclude(Trainee &trainee, TrainOutcome outcome) {
  trainee.has_ended = true;
  if (!outcome.error.empty()) {
    fail(trainee.index, {outcome.error, speaks_of_memory(outcome.error)});
  } else if (outcome.stopped && !outcome.no_checkpoint.empty()) {
    fail(trainee.index,
         {fmt::format("stopped without a checkpoint: {}", outcome.no_checkpoint), false});
  } else if (outcome.stopped) {
    stop(trainee, static_cast<std::int64_t>(outcome.losses.size()));
  } else {
    const std::optional<Fault> fault = fault_of([&] { finish(trainee, outcome); });
    if (fault) fail(trainee.index, {fault->text, false});
  }
}

// Noted by the scheduler before the job was given; a job by hand begins one of its own.
std::vector<Attempt> JobWorker::attempts_of(const WorkerRun &run) {
  std::vector<Attempt> attempts = known_attempts(disk_, job_.output_dir, run.id);
  if (!attempts.empty() && attempts.back().ended.empty()) return attempts;
  Attempt attempt;
  attempt.started = rfc3339(clock_.wall_s());
  attempt.host = host_name();
  attempt.device = job_.device;
  attempt.engine = engine_->numerics();
  attempts.push_back(attempt);
  note_attempt(disk_, job_.output_dir, run.id, attempts);
  return attempts;
}

// Writes result.json, unless the run was finished before and is trained once more, by hand; `result` is what the attempt
// itself does not say.
void JobWorker::record(Trainee &trainee, RunResult result, std::int64_t to_trial) {
  const WorkerRun &run = run_at(trainee.index);
  Attempt &attempt = trainee.attempts.back();
  attempt.ended = rfc3339(clock_.wall_s());
  attempt.from_trial = trainee.from_trial;
  attempt.to_trial = to_trial;
  note_attempt(disk_, job_.output_dir, run.id, trainee.attempts);
  result.parent_sha256 = run.parent_sha256;
  result.pack = pack_of(trainee);
  result.attempts = trainee.attempts;
  if (!trainee.was_finished) write_record(disk_, job_.output_dir, run.id, result);
}

void JobWorker::stop(Trainee &trainee, std::int64_t to_trial) {
  RunResult result;
  result.state = RunState::interrupted;
  const std::optional<Fault> fault = fault_of([&] { record(trainee, result, to_trial); });
  log(run_at(trainee.index), fmt::format("stopped after trial {}, checkpoint written", to_trial));
  claims_.erase(trainee.index);
  emit_(RunStopped{0, trainee.index, trainee.from_trial, to_trial,
                   fault ? "" : trainee.attempts.back().ended});
}

// The checkpoint stays until the result is on the disk: a crash between the two must not cost the training.
void JobWorker::finish(Trainee &trainee, TrainOutcome &outcome) {
  const WorkerRun &run = run_at(trainee.index);
  RunDone done;
  done.state = RunState::done;
  done.run = trainee.index;
  done.seconds = clock_.monotonic_s() - trainee.begin_s;
  done.pack = pack_of(trainee);
  done.from_trial = trainee.from_trial;
  done.to_trial = static_cast<std::int64_t>(outcome.losses.size());
  if (!outcome.losses.empty()) done.loss = summarize(outcome.losses);
  done.diverged = is_diverged(norms_, run.spec, done.loss);
  const std::string bytes = model_bytes(
      model_of(run.spec, run.id, std::move(outcome.network), std::move(outcome.losses)));
  const std::string path = ways_.write_model(disk_, job_, run, bytes);
  done.model = ModelFile{path, sha256_hex(bytes), bytes.size()};
  record(trainee, done.result(), done.to_trial);
  done.ended = trainee.attempts.back().ended;
  drop_checkpoint(run);
  log(run,
      fmt::format("done in {:.1f} s: {} (SHA-256 {})", done.seconds, path, done.model->sha256));
  if (done.diverged.value_or(false)) log(run, fmt::format("diverged: {}", k_diverged_notice));
  claims_.erase(trainee.index);
  emit_(done);
  trained_.emplace_back(trainee.index, *done.model);
}

// One that stays is removed by the next start.
void JobWorker::drop_checkpoint(const WorkerRun &run) {
  const std::optional<Fault> fault =
      fault_of([&] { disk_.remove(checkpoint_path(run_folder(job_.output_dir, run.id))); });
  if (fault) log(run, fmt::format("the checkpoint is not removed: {}", fault->text));
}

// The models are written and reported by now: whatever happens here, their training is not lost.
void JobWorker::evaluate_trained() {
  while (job_.evaluate && !trained_.empty() && !stops()) {
    const auto [index, model] = std::move(trained_.front());
    trained_.pop_front();
    const double begin_s = clock_.monotonic_s();
    evaluate(index, model);
    const double away_s = clock_.monotonic_s() - begin_s;
    for (Trainee &trainee : trainees_) trainee.begin_s += away_s;
  }
}

void JobWorker::evaluate(int index, const ModelFile &model) {
  const WorkerRun &run = run_at(index);
  RunEvaluated evaluated;
  evaluated.run = index;
  const double begin_s = clock_.monotonic_s();
  const std::optional<Fault> fault = fault_of([&] {
    evaluated.measures = evaluate_run(
        disk_,
        {job_.output_dir, run.id, model.path, model.sha256, {*job_.evaluate, job_.data_sha256}},
        behavior_, [this] { return stops(); });
  });
  if (fault) evaluated.error = fault->text;
  if (!fault && !evaluated.measures) return; // stopped
  log(run, fault ? fmt::format("evaluation failed: {}", fault->text)
                 : fmt::format("evaluated in {:.1f} s", clock_.monotonic_s() - begin_s));
  emit_(evaluated);
}

void JobWorker::fail(int index, const Fault &fault) {
  log(run_at(index), fmt::format("failed: {}", fault.text));
  claims_.erase(index);
  emit_(RunFailed{0, index, fault.text, fault.out_of_memory});
}

void JobWorker::warn(const WorkerRun &run, const std::string &line) {
  log(run, line);
  ways_.notice(line);
}

// A log that cannot be written is no reason to stop.
void JobWorker::log(const WorkerRun &run, const std::string &line) {
  try {
    disk_.append(run_folder(job_.output_dir, run.id) / "log.txt",
                 fmt::format("{} {}\n", rfc3339(clock_.wall_s()), line), false);
  } catch (const RunError &) {
  }
}

} // namespace pursuit
