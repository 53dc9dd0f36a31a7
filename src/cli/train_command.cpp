#include "cli/train_command.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/duration.hpp"
#include "base/errors.hpp"
#include "base/file_lock.hpp"
#include "base/input_file.hpp"
#include "base/number.hpp"
#include "base/say.hpp"
#include "base/sha256.hpp"
#include "base/shell_words.hpp"
#include "cli/stop_signals.hpp"
#include "engine/engine_table.hpp"
#include "plan/notices.hpp"
#include "schedule/claims.hpp"
#include "schedule/slot.hpp"
#include "store/parent_model.hpp"
#include "store/records.hpp"
#include "task/divergence.hpp"
#include "train/checkpoint.hpp"
#include "train/train.hpp"
#include "worker/cuda_device.hpp"

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
EnginePick choose_engine(const TrainOptions &options) {
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
  const Network &network = parent.model.network;
  std::vector<Complaint> complaints;
  if (options.N && *options.N != network.n) {
    complaints.push_back(
        {Where{},
         fmt::format("--N {} contradicts {}, which has {} units", *options.N, path, network.n),
         "leave --N out"});
  }
  if (options.decay_taus && *options.decay_taus != network.tau_ms) {
    complaints.push_back(
        {Where{},
         fmt::format("--decay_taus {} contradicts {}, where tau is {}",
                     shortest_number(*options.decay_taus), path, shortest_number(network.tau_ms)),
         "leave --decay_taus out"});
  }
  if (!complaints.empty()) throw ConfigError(complaints);
  return parent;
}

RunSpec spec_of(const TrainOptions &options, const std::optional<ParentModel> &parent,
                const std::string &data_sha256, const std::string &numerics) {
  RunSpec spec;
  spec.mode = options.mode == "prior_input" ? Mode::prior_input : Mode::activation;
  spec.stage = static_cast<int>(options.stage);
  spec.data_sha256 = data_sha256;
  spec.numerics = numerics;
  spec.settings.n_trials = *options.n_trials;
  for (const Assignment &set : options.assigned)
    set_value(spec.settings, *set.parameter, set.value);
  if (options.learning_rate) spec.settings.learning_rate = *options.learning_rate;
  if (parent) {
    spec.settings.N = parent->model.network.n;
    spec.settings.tau_ms = parent->model.network.tau_ms;
    spec.settings.gain = parent->model.settings.gain;
    set_value(spec.settings, *find_parameter("activation"), options.activation);
    spec.parent_file = {*options.pretrained_path, parent->sha256};
    spec.seed = options.seed.value_or(static_cast<std::uint64_t>(parent->model.seed));
  } else {
    spec.settings.N = *options.N;
    spec.settings.tau_ms = *options.decay_taus;
    if (options.gain) spec.settings.gain = *options.gain;
    spec.seed = options.seed.value_or(1);
  }
  return spec;
}

// Trial, loss, trials/s and time left: one line that is redrawn on a terminal, else a line every
// tenth of the way.
class TrialLine {
public:
  explicit TrialLine(std::int64_t n_trials) : n_trials_(n_trials) {}

  void show(const TrainProgress &progress) {
    const std::int64_t tenth = n_trials_ == 0 ? 10 : 10 * progress.trial / n_trials_;
    if (!terminal_ && tenth == last_tenth_) return;
    last_tenth_ = tenth;
    const double left_s =
        progress.trials_per_s > 0
            ? static_cast<double>(n_trials_ - progress.trial) / progress.trials_per_s
            : 0;
    say("{}trial {}/{}  loss {:.4f}  {:.1f} trials/s  {} left{}", terminal_ ? "\r" : "",
        progress.trial, n_trials_, progress.loss, progress.trials_per_s, duration_text(left_s),
        terminal_ ? "\033[K" : "\n");
  }

  void end() const {
    if (terminal_) say("\n");
  }

private:
  std::int64_t n_trials_;
  std::int64_t last_tenth_ = -1;
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
};

// models/pursuit/Task_pursuit_N_250_Tau_30_2026_02_11_181202.mat, with _2, _3, ... where the name
// is taken.
fs::path write_model(const fs::path &output_dir, const RunSpec &spec, const std::string &bytes) {
  const std::time_t now = static_cast<std::time_t>(real_clock().wall_s());
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y_%m_%d_%H%M%S", &parts);
  const std::string stem = fmt::format("Task_pursuit_N_{}_Tau_{}_{}", spec.settings.N,
                                       shortest_number(spec.settings.tau_ms), stamp.data());
  for (int copy = 1;; ++copy) {
    const std::string suffix = copy == 1 ? "" : fmt::format("_{}", copy);
    const fs::path path = output_dir / "models" / "pursuit" / (stem + suffix + ".mat");
    if (real_disk().write_new(path, bytes)) return path;
  }
}

TrainItem first_item(const TrainOptions &options, const RunSpec &spec, const std::string &id,
                     const std::optional<ParentModel> &parent, const fs::path &folder) {
  TrainItem item{id, spec, {}, {}};
  if (options.resume) {
    FoundCheckpoint found = find_checkpoint(real_disk(), folder, spec, id);
    if (found.checkpoint) {
      say("going on from trial {}\n", found.checkpoint->state.updates);
      item.state = std::move(found.checkpoint->state);
      item.losses = std::move(found.checkpoint->losses);
      return item;
    }
    say("no usable checkpoint of run {}{}{}: starting at trial 0\n", id.substr(0, 12),
        found.fault.empty() ? "" : ": ", found.fault);
  }
  item.state = first_state(spec, parent ? std::optional<Network>(parent->model.network)
                                        : std::optional<Network>());
  return item;
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

} // namespace

int train_command(const TrainOptions &options) {
  remember_signals();
  const EnginePick pick = choose_engine(options);
  const std::unique_ptr<Engine> engine = make_engine(pick.request);
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
  const std::string id = run_id(spec);
  const fs::path folder = run_folder(options.output_dir, id);
  const std::optional<FileLock> claim = wait_for_claim(claim_path(options.output_dir, id), id);
  if (!claim) return 128 + remembered_signal();
  try {
    real_disk().write_whole(folder / "run.json", run_json(spec, id));
  } catch (const RunError &error) { // found out before any work
    throw ConfigError(error.what(), "choose another folder with --output_dir");
  }

  TrialLine line(spec.settings.n_trials);
  TrainHooks hooks;
  hooks.progress = [&](std::size_t, const TrainProgress &progress) { line.show(progress); };
  hooks.stop_requested = [] { return remembered_signal() != 0; };
  hooks.checkpoint = [&](const Checkpoint &checkpoint) {
    real_disk().write_whole(checkpoint_path(folder), checkpoint_bytes(checkpoint));
  };
  hooks.no_checkpoint = [](std::size_t, const std::string &why) {
    say("no checkpoint: {}\n", why);
  };
  TrainOutcome outcome;
  hooks.ended = [&](std::size_t, TrainOutcome ended) { outcome = std::move(ended); };
  train(*engine, behavior, {first_item(options, spec, id, parent, folder)}, hooks, real_clock());
  line.end();
  if (!outcome.error.empty()) throw RunError(outcome.error);
  if (outcome.stopped && !outcome.no_checkpoint.empty()) {
    throw RunError(fmt::format("stopped without a checkpoint: {}", outcome.no_checkpoint));
  }
  if (outcome.stopped) {
    say("stopped after {} trials; to go on:\n  {}{}\n", outcome.losses.size(), own_command(),
        options.resume ? "" : " --resume");
    return 128 + remembered_signal();
  }
  const TargetNorms norms = target_norms(behavior);
  if (!outcome.losses.empty() &&
      is_diverged(norms, spec, summarize(outcome.losses)).value_or(false))
    say("diverged: {}\n", k_diverged_notice);
  const Model model = model_of(spec, id, outcome.network, outcome.losses);
  const fs::path path = write_model(options.output_dir, spec, model_bytes(model));
  real_disk().remove(checkpoint_path(folder));
  fmt::print("{}\n", path.string());
  return k_exit_done;
}

} // namespace pursuit
