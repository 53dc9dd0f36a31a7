#include "cli/train_command.hpp"

#include <array>
#include <ctime>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/errors.hpp"
#include "base/file_lock.hpp"
#include "base/input_file.hpp"
#include "base/number.hpp"
#include "base/say.hpp"
#include "base/shell_words.hpp"
#include "cli/stop_signals.hpp"
#include "cli/training_view.hpp"
#include "engine/engine_table.hpp"
#include "plan/describe.hpp"
#include "plan/notices.hpp"
#include "schedule/claims.hpp"
#include "schedule/slot.hpp"
#include "store/attempts.hpp"
#include "store/parent_model.hpp"
#include "store/records.hpp"
#include "train/checkpoint.hpp"
#include "worker/cuda_device.hpp"
#include "worker/worker_job.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// How often a run that another process trains is looked after.
constexpr useconds_t k_claim_look_us = 200'000;

Behavior load_data(const std::string &data) {
  if (data == "synthetic") {
    say("synthetic data (--data FILE for recorded data)\n");
    return synthetic_behavior(1);
  }
  return read_behavior(read_input(real_disk(), data, "data file"), data);
}

struct EnginePick {
  EngineRequest request;
  std::string notice; // what the user asked for and does not get, or empty
};

// --device wins over --gpu; a GPU that is not there, or that the engine does not use, is no error
// after --gpu.
EnginePick pick_engine(const TrainOptions &options) {
  EnginePick pick;
  EngineRequest &request = pick.request;
  const bool wants_gpu = options.device.rfind("cuda", 0) == 0;
  request.name = chosen_engine(options.engine, wants_gpu);
  request.gpu_memory_fraction = options.gpu_fraction;
  const bool runs_on_gpu = engine_row(request.name).runs_on_gpu;
  if (options.device != "auto") {
    request.device = options.device;
    if (wants_gpu && options.engine == "auto")
      pick.notice =
          fmt::format("--device {}: the {} engine trains there", options.device, request.name);
    if (runs_on_gpu) require_gpu(request.device);
    return pick;
  }
  if (!options.gpu) return pick;

  const GpuList list = list_gpus();
  if (*options.gpu < 0 || static_cast<std::size_t>(*options.gpu) >= list.gpus.size()) {
    const std::string why =
        list.gpus.empty() ? list.why_none : fmt::format("{} found", list.gpus.size());
    pick.notice = fmt::format("--gpu {}: no such GPU ({}); training on the CPU", *options.gpu, why);
  } else if (runs_on_gpu) {
    request.device = fmt::format("cuda:{}", *options.gpu);
  } else {
    pick.notice =
        fmt::format("--gpu {}: the {} engine trains on the CPU; --engine torch uses the GPU",
                    *options.gpu, request.name);
  }
  return pick;
}

ParentModel load_parent(const TrainOptions &options) {
  const std::string &path = *options.pretrained_path;
  ParentModel parent;
  try {
    parent = read_parent_model(real_disk(), path);
  } catch (const RunError &error) {
    throw ConfigError(error.what());
  }
  std::vector<Complaint> complaints;
  for (const char *key : {"N", "tau"}) {
    const Parameter &parameter = *find_parameter(key);
    const ParameterValue *given = options.given(key);
    const ParameterValue value = value_of(parent.model.settings, parameter);
    if (given == nullptr || same_value(*given, value)) continue;
    const std::string flag = flag_of(parameter);
    complaints.push_back({Where{},
                          fmt::format("{} {} contradicts {}, where {} is {}", flag,
                                      value_text(*given), path, key, value_text(value)),
                          fmt::format("leave {} out", flag)});
  }
  if (!complaints.empty()) throw ConfigError(complaints);
  return parent;
}

// In stage 2, N, tau and gain are the parent's; --gain is not looked at.
RunSpec spec_of(const TrainOptions &options, const std::optional<ParentModel> &parent,
                const std::string &data_sha256, const std::string &numerics) {
  RunSpec spec;
  spec.mode = options.mode == "prior_input" ? Mode::prior_input : Mode::activation;
  spec.stage = static_cast<int>(options.stage);
  spec.data_sha256 = data_sha256;
  spec.numerics = numerics;
  for (const Assignment &set : options.assigned) {
    if (has_meaning(*set.parameter, spec.stage))
      set_value(spec.settings, *set.parameter, set.value);
  }
  spec.seed = options.seed.value_or(1);
  if (!parent) return spec;
  const Settings &trained = parent->model.settings;
  spec.settings.N = trained.N;
  spec.settings.tau_ms = trained.tau_ms;
  spec.settings.gain = trained.gain;
  spec.parent_file = {*options.pretrained_path, parent->sha256};
  spec.seed = options.seed.value_or(static_cast<std::uint64_t>(parent->model.seed));
  return spec;
}

WorkerJob job_of(const TrainOptions &options, const EngineRequest &engine, const RunSpec &spec) {
  WorkerJob job;
  job.output_dir = options.output_dir;
  job.engine = engine.name;
  job.device = engine.device;
  job.data_sha256 = spec.data_sha256;
  const std::string id = run_id(spec);
  job.runs = {{spec, id, model_path(spec, id), "", spec.parent_file.path, spec.parent_file.sha256}};
  return job;
}

// models/pursuit/Task_pursuit_N_250_Tau_30_2026_02_11_181202.mat, with _2, _3, ... where the name
// is taken. Returns the path relative to the output folder.
std::string write_dated_model(Disk &disk, const WorkerJob &job, const WorkerRun &run,
                              const std::string &bytes) {
  const std::time_t now = static_cast<std::time_t>(real_clock().wall_s());
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y_%m_%d_%H%M%S", &parts);
  const std::string stem = fmt::format("Task_pursuit_N_{}_Tau_{}_{}", run.spec.settings.N,
                                       shortest_number(run.spec.settings.tau_ms), stamp.data());
  for (int copy = 1;; ++copy) {
    const std::string suffix = copy == 1 ? "" : fmt::format("_{}", copy);
    const std::string path = fmt::format("models/pursuit/{}{}.mat", stem, suffix);
    if (disk.write_new(fs::path(job.output_dir) / path, bytes)) return path;
  }
}

// Nobody else writes this run's checkpoint while we do. Nothing: a signal came while we waited.
std::optional<FileLock> wait_for_claim(const fs::path &path, const std::string &id) {
  bool said = false;
  while (remembered_signal() == 0) {
    std::optional<FileLock> claim;
    try {
      claim = FileLock::try_take(path);
    } catch (const RunError &error) {
      throw ConfigError(error.what(), "choose another folder with --output_dir");
    }
    if (claim) return claim;
    if (!std::exchange(said, true)) {
      say("run {} is being trained by {}: waiting for it to end\n", id.substr(0, 12),
          FileLock::holder(path));
    }
    ::usleep(k_claim_look_us);
  }
  return std::nullopt;
}

// What a scheduler does before it gives a job.
void begin(const TrainOptions &options, const std::string &id) {
  close_abandoned(real_disk(), options.output_dir, id, rfc3339(real_clock().wall_s()));
  if (!options.resume) real_disk().remove(checkpoint_path(run_folder(options.output_dir, id)));
}

// And what it does when one has failed. What cannot be written is not worth another message.
void record_failure(const WorkerJob &job, const TrainingView &view) {
  const WorkerRun &run = job.runs.front();
  try {
    RunResult result = view.result();
    result.parent_sha256 = run.parent_sha256;
    result.attempts = known_attempts(real_disk(), job.output_dir, run.id);
    if (!result.attempts.empty() && result.attempts.back().ended.empty()) {
      Attempt &attempt = result.attempts.back();
      attempt.ended = rfc3339(real_clock().wall_s());
      attempt.from_trial = view.from_trial();
      attempt.to_trial = view.trials();
      attempt.error = result.error;
      note_attempt(real_disk(), job.output_dir, run.id, result.attempts);
    }
    if (!is_finished(real_disk(), job.output_dir, run.id, run.parent_sha256))
      write_record(real_disk(), job.output_dir, run.id, result);
  } catch (const RunError &) {
  }
}

int end(const TrainOptions &options, const WorkerJob &job, const TrainingView &view) {
  const RunResult &result = view.result();
  if (result.state == RunState::failed) {
    record_failure(job, view);
    throw RunError(result.error);
  }
  if (result.state == RunState::interrupted) {
    say("stopped after {} trials; to go on:\n  {}{}\n", view.trials(), own_command(),
        options.resume ? "" : " --resume");
    return 128 + remembered_signal();
  }
  fmt::print("{}\n", (fs::path(job.output_dir) / result.model->path).string());
  return k_exit_done;
}

// Where the worker of a sweep would look for itself.
WorkerWays ways_of(std::unique_ptr<Engine> &engine, const Behavior &behavior, TrainingView &view) {
  WorkerWays ways;
  ways.load = [&behavior](Disk &, const WorkerJob &) { return behavior; };
  ways.make_engine = [&engine](const WorkerJob &) { return std::move(engine); };
  ways.write_model = write_dated_model;
  ways.notice = [&view](const std::string &text) { view.notice(text); };
  return ways;
}

} // namespace

int train_command(const TrainOptions &options) {
  remember_signals();
  const EnginePick pick = pick_engine(options);
  std::unique_ptr<Engine> engine = make_engine(pick.request);
  say("{}\n", engine->describe());
  if (!pick.notice.empty()) say("{}\n", pick.notice);
  std::optional<ParentModel> parent;
  if (options.pretrained_path) parent = load_parent(options);
  if (parent && !parent->notice.empty()) say("{}\n", parent->notice);
  const Behavior behavior = load_data(options.data);
  const RunSpec spec = spec_of(options, parent, behavior.sha256, engine->numerics());
  if (parent) {
    const std::string other = other_trials_text(parent->model.settings, spec.settings);
    if (!other.empty())
      say("{} was trained with {}; this stage 2 has the defaults, which an experiment file can "
          "change\n",
          *options.pretrained_path, other);
  }
  const WorkerJob job = job_of(options, pick.request, spec);
  const std::string &id = job.runs.front().id;
  // Held to the end: the worker is given none to let go of.
  const std::optional<FileLock> claim = wait_for_claim(claim_path(options.output_dir, id), id);
  if (!claim) return 128 + remembered_signal();
  begin(options, id);
  TrainingView view(job.runs.front(), options.resume);
  JobWorker(
      real_disk(), real_clock(), [&](const WorkerEvent &event) { view.take(event); },
      [] { return remembered_signal() != 0; }, ways_of(engine, behavior, view))
      .run(job);
  return end(options, job, view);
}

} // namespace pursuit
