// run: from one YAML file to trained models and a manifest.
#include <csignal>
#include <cstdio>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "cli/experiment_lock.hpp"
#include "cli/preparation.hpp"
#include "cli/progress.hpp"
#include "cli/recorder.hpp"
#include "cli/say.hpp"
#include "cli/start_manifest.hpp"
#include "cli/train_program.hpp"
#include "cli/verbs.hpp"
#include "schedule/process_runner.hpp"
#include "store/model.hpp"

namespace pursuit {

namespace {

// What a worker is told of a job. The parent's file is named by the outcome so far: its SHA-256 is
// what the child was planned on.
class JobDescriber {
public:
  JobDescriber(const Preparation &preparation, const Plan &plan, const RunOptions &options)
      : preparation_(preparation), plan_(plan), options_(options) {}

  WorkerJob operator()(const Job &job, const Manifest &manifest) const {
    const Slot &slot = preparation_.engine.slots[static_cast<std::size_t>(job.slot)];
    WorkerJob message;
    message.pack_id = job.pack_id;
    message.output_dir = std::filesystem::absolute(preparation_.output_dir).string();
    message.engine = preparation_.engine.name;
    message.device = slot.kind == DeviceKind::cuda ? "cuda:0" : "cpu"; // it sees no other
    message.uuid = slot.uuid;
    message.synthetic = preparation_.data.synthetic;
    message.synthetic_seed = preparation_.data.seed;
    message.data_path = preparation_.data.path;
    message.data_sha256 = preparation_.data.sha256;
    message.checkpoint_every_s = options_.checkpoint_every_s;
    for (int run : job.runs) message.runs.push_back(describe(run, manifest));
    return message;
  }

private:
  WorkerRun describe(int run, const Manifest &manifest) const {
    const Node &node = plan_.graph.nodes[static_cast<std::size_t>(run)];
    WorkerRun message;
    message.spec = node.spec;
    message.id = node.id;
    message.model_path = model_path(node.spec, node.id);
    if (node.parent >= 0) {
      const std::optional<ModelFile> &parent =
          manifest.runs[static_cast<std::size_t>(node.parent)].model;
      if (!parent) throw InternalError("a run was started before its parent was done");
      message.parent_path =
          std::filesystem::absolute(preparation_.output_dir / parent->path).string();
      message.parent_sha256 = parent->sha256;
    } else if (node.spec.has_parent()) {
      message.parent_path = std::filesystem::absolute(node.spec.parent_file.path).string();
      message.parent_sha256 = node.spec.parent_file.sha256;
    }
    return message;
  }

  const Preparation &preparation_;
  const Plan &plan_;
  const RunOptions &options_;
};

std::string shell_quoted(const std::string &word) {
  if (word.find_first_of(" \t\n'\"\\$`*?[]{}()<>|&;#!~") == std::string::npos) return word;
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The command this process was started with.
std::string own_command() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string command;
  std::string word;
  while (std::getline(file, word, '\0')) {
    command += (command.empty() ? "" : " ") + shell_quoted(word);
  }
  return command;
}

// What the file asks for beyond training; parsed and checked, carried out by a later version.
void announce_what_waits(const Experiment &experiment) {
  if (experiment.figures.empty() && experiment.expect.empty()) return;
  say("figures and expectations are checked for mistakes only: this version does not "
      "draw or evaluate them yet\n");
}

void take_lock(ExperimentLock &lock, const Preparation &preparation) {
  if (lock.try_take()) return;
  say("{} is being run by {}: waiting for it to end\n", preparation.folder.string(), lock.holder());
  if (!lock.take()) throw RunError("interrupted while waiting for another run to end");
}

// What cannot be written is found out before any work.
void make_output_folders(const Preparation &preparation) {
  try {
    real_disk().make_folders(preparation.output_dir / "models" / "pursuit");
    real_disk().make_folders(preparation.output_dir / "runs");
  } catch (const RunError &error) {
    throw ConfigError(error.what(), "choose another folder with --output_dir");
  }
}

void print_result(const Preparation &preparation, const Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  fmt::print("{}: {} of {} runs done ({} reused)", manifest.state, counts.done, counts.total,
             counts.reused);
  if (counts.failed > 0) fmt::print(", {} failed", counts.failed);
  if (counts.skipped > 0) fmt::print(", {} skipped", counts.skipped);
  if (counts.pending > 0) fmt::print(", {} still to do", counts.pending);
  fmt::print("\nmodels:   {}\nmanifest: {}\n",
             (preparation.output_dir / "models" / "pursuit").string(),
             (preparation.folder / "manifest.json").string());
}

int exit_code(const Outcome &outcome, const Manifest &manifest) {
  if (outcome.interrupted_by != 0) {
    say("interrupted; to go on:\n  {}\n", own_command());
    return 128 + outcome.interrupted_by;
  }
  return manifest.state == "complete" ? k_exit_done : k_exit_failed;
}

int run_experiment(const RunOptions &options) {
  const Preparation preparation = prepare(real_disk(), options);
  ExperimentLock lock(preparation.folder);
  take_lock(lock, preparation);
  make_output_folders(preparation);
  // Beyond this point nothing is added to the plan.
  const Plan plan = plan_what_remains(real_disk(), preparation);
  if (!options.quiet) {
    for (const std::string &notice : preparation.notices) say("{}\n", notice);
    announce_what_waits(preparation.experiment);
    if (options.verbose) std::fputs(plan_rows(plan).c_str(), stderr);
    say("{}\n", plan_summary(preparation, plan));
  }
  Progress progress(plan, preparation.engine.slots, options.quiet ? "none" : options.progress,
                    seconds_per_work(preparation, plan));
  Recorder recorder(real_disk(), real_clock(), preparation, plan, progress);
  const JobDescriber describer(preparation, plan, options);
  const std::unique_ptr<Runner> runner =
      make_process_runner(train_program(), preparation.engine.slots,
                          [&](const Job &job) { return describer(job, recorder.manifest()); });
  const Manifest &manifest = recorder.manifest();
  const Outcome outcome =
      run_schedule(plan, preparation.engine.slots, *runner, real_clock(), options.schedule,
                   {manifest.host.name, preparation.engine.numerics}, recorder);
  progress.finish(outcome.runs);
  recorder.finish(outcome);
  if (!options.quiet) print_result(preparation, manifest);
  return exit_code(outcome, manifest);
}

} // namespace

int verb_run(const Arguments &arguments) {
  CLI::App app{"Trains what is missing of an experiment", "pursuit-run run"};
  RunOptions options;
  add_run_options(app, options);
  app.add_flag("-n,--dry-run", options.dry, "Only plan");
  if (!parse(app, arguments)) return k_exit_done;
  check_run_options(options);
  return options.dry ? verb_plan(arguments) : run_experiment(options);
}

} // namespace pursuit
