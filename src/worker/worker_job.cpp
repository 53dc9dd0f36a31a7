#include "worker/worker_job.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <new>

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

struct Fault {
  std::string text;
  bool out_of_memory = false;
};

// Engines say "out of memory" in many spellings, and the device's own libraries in theirs.
bool speaks_of_memory(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("out of memory") != std::string::npos ||
         text.find("not enough memory") != std::string::npos;
}

// Runs `action`; what a run may fail of becomes a value.
template <typename Action> std::optional<Fault> fault_of(Action action) {
  try {
    action();
    return std::nullopt;
  } catch (const std::bad_alloc &) {
    return Fault{"out of memory", true};
  } catch (const RunError &error) {
    return Fault{error.what(), speaks_of_memory(error.what())};
  } catch (const ConfigError &error) {
    return Fault{error.what(), false};
  }
}

std::vector<int> all_indexes(const WorkerJob &job) {
  std::vector<int> indexes;
  for (std::size_t i = 0; i < job.runs.size(); ++i) indexes.push_back(static_cast<int>(i));
  return indexes;
}

void check_numerics(const Engine &engine, const RunSpec &spec) {
  if (engine.numerics() == spec.numerics) return;
  throw RunError(fmt::format("this run is planned for the numerics {}, and this worker's are {}",
                             spec.numerics, engine.numerics()));
}

} // namespace

Behavior load_behavior(Disk &disk, const WorkerJob &job) {
  if (job.synthetic) return synthetic_behavior(job.synthetic_seed);
  const std::optional<std::string> bytes = disk.read(job.data_path);
  if (!bytes) throw RunError(fmt::format("data file {} does not exist any more", job.data_path));
  return read_behavior(*bytes, job.data_path);
}

void JobWorker::run(const WorkerJob &job, std::vector<FileLock> claims) {
  trained_.clear();
  hold(job, std::move(claims));
  const std::optional<Fault> fault = fault_of([&] { prepare(job); });
  if (fault) {
    fail_all(job, all_indexes(job), fault->text, false);
  } else {
    emit_(JobBegun{});
    train_pack(job);
    if (job.evaluate) evaluate_trained(job);
  }
  claims_.clear();
  emit_(JobEnded{0, static_cast<int>(job.runs.size())});
}

void JobWorker::hold(const WorkerJob &job, std::vector<FileLock> claims) {
  claims_.clear();
  std::size_t next = 0;
  for (int index : all_indexes(job)) {
    const bool is_trained = job.runs[static_cast<std::size_t>(index)].model_sha256.empty();
    if (is_trained && next < claims.size()) claims_.emplace(index, std::move(claims[next++]));
  }
}

// Device, data and engine, kept from the job before where they are the same.
void JobWorker::prepare(const WorkerJob &job) {
  const std::string engine_key = fmt::format("{} {} {}", job.engine, job.device, job.uuid);
  if (!engine_ || engine_key != engine_key_) {
    if (!job.uuid.empty()) check_cuda_device(job.uuid);
    engine_.reset(); // frees the device's memory first
    engine_ = make_engine({job.engine, job.device});
    engine_key_ = engine_key;
  }
  if (!said_ready_) emit_(WorkerReady{engine_->describe()});
  said_ready_ = true;

  const std::string data_key = job.synthetic ? fmt::format("synthetic {}", job.synthetic_seed)
                                             : fmt::format("file {}", job.data_path);
  if (data_key != data_key_) {
    data_key_.clear();
    behavior_ = load_(disk_, job);
    norms_ = target_norms(behavior_);
    data_key_ = data_key;
  }
  if (behavior_.sha256 != job.data_sha256) {
    data_key_.clear();
    throw RunError(fmt::format("data file {} changed: its SHA-256 is {}, the plan was made for {}",
                               job.synthetic ? "(synthetic)" : job.data_path, behavior_.sha256,
                               job.data_sha256));
  }
}

void JobWorker::train_pack(const WorkerJob &job) {
  std::vector<TrainItem> items;
  std::vector<Trainee> trainees;
  for (int index : all_indexes(job)) {
    const WorkerRun &run = job.runs[static_cast<std::size_t>(index)];
    if (!run.model_sha256.empty()) {
      trained_.push_back({index, {run.model_path, run.model_sha256, 0}});
      continue;
    }
    std::optional<TrainItem> item;
    std::vector<Attempt> attempts;
    const std::optional<Fault> fault = fault_of([&] {
      item = first_item(job, run);
      attempts = attempts_of(job, run);
    });
    if (fault) {
      fail(job, index, fault->text, false);
      continue;
    }
    trainees.push_back({index, &run, item->state.updates, 0, std::move(attempts), ""});
    items.push_back(std::move(*item));
  }
  if (items.empty()) return;
  const double begin_s = clock_.monotonic_s();
  std::vector<TrainOutcome> outcomes;
  const std::optional<Fault> fault =
      fault_of([&] { outcomes = train_items(job, std::move(items), trainees); });
  if (fault) {
    std::vector<int> indexes;
    for (const Trainee &trainee : trainees) indexes.push_back(trainee.index);
    fail_all(job, indexes, fault->text, fault->out_of_memory);
    return;
  }
  for (std::size_t i = 0; i < trainees.size(); ++i) {
    conclude(job, trainees[i], outcomes[i], clock_.monotonic_s() - begin_s);
  }
}

// run.json is there before the first trial: a run that dies leaves word of what it was.
std::optional<TrainItem> JobWorker::first_item(const WorkerJob &job, const WorkerRun &run) {
  check_numerics(*engine_, run.spec);
  const std::optional<Network> parent = parent_network(run);
  const fs::path folder = run_folder(job.output_dir, run.id);
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
    log(job, run, fmt::format("the checkpoint is not used: {}", found.fault));
  }
  log(job, run,
      fmt::format("started with {} at trial {} of {}", engine_->describe(), item.state.updates,
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

std::vector<TrainOutcome> JobWorker::train_items(const WorkerJob &job, std::vector<TrainItem> items,
                                                 std::vector<Trainee> &trainees) {
  for (Trainee &trainee : trainees) {
    const double no_loss = std::numeric_limits<double>::quiet_NaN();
    emit_(RunProgress{0, trainee.index, trainee.from_trial, no_loss, 0, trainee.from_trial});
    trainee.logged_tenth =
        10 * trainee.from_trial / std::max<std::int64_t>(1, trainee.run->spec.settings.n_trials);
  }
  return train(*engine_, behavior_, std::move(items), hooks(job, trainees), clock_);
}

TrainHooks JobWorker::hooks(const WorkerJob &job, std::vector<Trainee> &trainees) {
  TrainHooks hooks;
  hooks.progress = [&, this](std::size_t item, const TrainProgress &progress) {
    show_progress(job, trainees[item], progress);
  };
  hooks.stop_requested = stop_requested_;
  hooks.checkpoint = [&, this](std::size_t item, const TrainingState &state,
                               const std::vector<double> &losses) {
    write_checkpoint(job, trainees[item], state, losses);
  };
  hooks.checkpoint_every_s = job.checkpoint_every_s;
  return hooks;
}

void JobWorker::show_progress(const WorkerJob &job, Trainee &trainee,
                              const TrainProgress &progress) {
  emit_(RunProgress{0, trainee.index, progress.trial, progress.loss, progress.trials_per_s,
                    trainee.from_trial});
  const std::int64_t n_trials = trainee.run->spec.settings.n_trials;
  const std::int64_t tenth = 10 * progress.trial / std::max<std::int64_t>(1, n_trials);
  if (tenth == trainee.logged_tenth) return;
  trainee.logged_tenth = tenth;
  log(job, *trainee.run,
      fmt::format("trial {} of {}, loss {:.5f}, {:.1f} trials/s", progress.trial, n_trials,
                  progress.loss, progress.trials_per_s));
}

// Without a checkpoint the training goes on: it may still end well. Only a stop needs it.
void JobWorker::write_checkpoint(const WorkerJob &job, Trainee &trainee, const TrainingState &state,
                                 const std::vector<double> &losses) {
  const WorkerRun &run = *trainee.run;
  const std::optional<Fault> fault = fault_of([&] {
    disk_.write_whole(checkpoint_path(run_folder(job.output_dir, run.id)),
                      checkpoint_bytes({run.id, run.spec.numerics, state, losses}));
  });
  trainee.checkpoint_fault = fault ? fault->text : "";
  if (fault) log(job, run, fmt::format("no checkpoint: {}", fault->text));
}

void JobWorker::conclude(const WorkerJob &job, Trainee &trainee, TrainOutcome &outcome,
                         double seconds) {
  const std::int64_t trials = static_cast<std::int64_t>(outcome.losses.size());
  if (!outcome.error.empty()) {
    fail(job, trainee.index, outcome.error, false);
  } else if (outcome.stopped && !trainee.checkpoint_fault.empty()) {
    fail(job, trainee.index,
         fmt::format("stopped without a checkpoint: {}", trainee.checkpoint_fault), false);
  } else if (outcome.stopped) {
    stop(job, trainee, trials);
  } else {
    const std::optional<Fault> fault = fault_of([&] { finish(job, trainee, outcome, seconds); });
    if (fault) fail(job, trainee.index, fault->text, false);
  }
}

// Noted by the scheduler before the job was given; a job by hand begins one of its own.
std::vector<Attempt> JobWorker::attempts_of(const WorkerJob &job, const WorkerRun &run) {
  std::vector<Attempt> attempts = known_attempts(disk_, job.output_dir, run.id);
  if (!attempts.empty() && attempts.back().ended.empty()) return attempts;
  Attempt attempt;
  attempt.started = rfc3339(clock_.wall_s());
  attempt.host = host_name();
  attempt.device = job.device;
  attempt.engine = engine_->numerics();
  attempts.push_back(attempt);
  note_attempt(disk_, job.output_dir, run.id, attempts);
  return attempts;
}

// Writes result.json; `result` is what the attempt itself does not say.
void JobWorker::record(const WorkerJob &job, Trainee &trainee, RunResult result,
                       std::int64_t to_trial) {
  const WorkerRun &run = *trainee.run;
  Attempt &attempt = trainee.attempts.back();
  attempt.ended = rfc3339(clock_.wall_s());
  attempt.from_trial = trainee.from_trial;
  attempt.to_trial = to_trial;
  note_attempt(disk_, job.output_dir, run.id, trainee.attempts);
  result.parent_sha256 = run.parent_sha256;
  result.pack = {job.pack_id, static_cast<int>(job.runs.size())};
  result.attempts = trainee.attempts;
  write_record(disk_, job.output_dir, run.id, result);
}

void JobWorker::stop(const WorkerJob &job, Trainee &trainee, std::int64_t to_trial) {
  RunResult result;
  result.state = RunState::interrupted;
  const std::optional<Fault> fault = fault_of([&] { record(job, trainee, result, to_trial); });
  log(job, *trainee.run, fmt::format("stopped after trial {}, checkpoint written", to_trial));
  claims_.erase(trainee.index);
  emit_(RunStopped{0, trainee.index, trainee.from_trial, to_trial,
                   fault ? "" : trainee.attempts.back().ended});
}

// The checkpoint stays until the result is on the disk: a crash between the two must not cost the training.
void JobWorker::finish(const WorkerJob &job, Trainee &trainee, TrainOutcome &outcome,
                       double seconds) {
  const WorkerRun &run = *trainee.run;
  RunDone done;
  done.state = RunState::done;
  done.run = trainee.index;
  done.seconds = seconds;
  done.from_trial = trainee.from_trial;
  done.to_trial = static_cast<std::int64_t>(outcome.losses.size());
  if (!outcome.losses.empty()) done.loss = summarize(outcome.losses);
  done.diverged = is_diverged(norms_, run.spec, done.loss);
  const std::string bytes = model_bytes(
      model_of(run.spec, run.id, std::move(outcome.network), std::move(outcome.losses)));
  disk_.write_whole(fs::path(job.output_dir) / run.model_path, bytes);
  done.model = ModelFile{run.model_path, sha256_hex(bytes), bytes.size()};
  record(job, trainee, done.result(), done.to_trial);
  done.ended = trainee.attempts.back().ended;
  drop_checkpoint(job, run);
  log(job, run,
      fmt::format("done in {:.1f} s: {} (SHA-256 {})", seconds, run.model_path,
                  done.model->sha256));
  if (done.diverged.value_or(false)) log(job, run, fmt::format("diverged: {}", k_diverged_notice));
  claims_.erase(trainee.index);
  emit_(done);
  trained_.emplace_back(trainee.index, *done.model);
}

// One that stays is removed by the next start.
void JobWorker::drop_checkpoint(const WorkerJob &job, const WorkerRun &run) {
  const std::optional<Fault> fault =
      fault_of([&] { disk_.remove(checkpoint_path(run_folder(job.output_dir, run.id))); });
  if (fault) log(job, run, fmt::format("the checkpoint is not removed: {}", fault->text));
}

// The models are written and reported by now: whatever happens here, their training is not lost.
void JobWorker::evaluate_trained(const WorkerJob &job) {
  for (const auto &[index, model] : trained_) {
    if (stop_requested_()) return;
    const WorkerRun &run = job.runs[static_cast<std::size_t>(index)];
    RunEvaluated evaluated;
    evaluated.run = index;
    const double begin_s = clock_.monotonic_s();
    const std::optional<Fault> fault = fault_of([&, &file = model] {
      evaluated.measures = evaluate_run(
          disk_, {job.output_dir, run.id, file.path, file.sha256, {*job.evaluate, job.data_sha256}},
          behavior_, stop_requested_);
    });
    if (fault) evaluated.error = fault->text;
    if (!fault && !evaluated.measures) return; // stopped
    log(job, run,
        fault ? fmt::format("evaluation failed: {}", fault->text)
              : fmt::format("evaluated in {:.1f} s", clock_.monotonic_s() - begin_s));
    emit_(evaluated);
  }
}

void JobWorker::fail(const WorkerJob &job, int index, const std::string &error,
                     bool out_of_memory) {
  log(job, job.runs[static_cast<std::size_t>(index)], fmt::format("failed: {}", error));
  claims_.erase(index);
  emit_(RunFailed{0, index, error, out_of_memory});
}

void JobWorker::fail_all(const WorkerJob &job, const std::vector<int> &indexes,
                         const std::string &error, bool out_of_memory) {
  for (int index : indexes) fail(job, index, error, out_of_memory);
}

// A log that cannot be written is no reason to stop.
void JobWorker::log(const WorkerJob &job, const WorkerRun &run, const std::string &line) {
  try {
    disk_.append(run_folder(job.output_dir, run.id) / "log.txt",
                 fmt::format("{} {}\n", rfc3339(clock_.wall_s()), line), false);
  } catch (const RunError &) {
  }
}

} // namespace pursuit
