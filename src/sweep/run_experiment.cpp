#include "sweep/run_experiment.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "schedule/observers.hpp"
#include "store/records.hpp"
#include "store/run_progress.hpp"
#include "sweep/describe_job.hpp"
#include "sweep/run_progress_notes.hpp"
#include "sweep/start_manifest.hpp"
#include "sweep/train_program.hpp"
#include "train/checkpoint.hpp"

namespace pursuit {

namespace {

// How often we look whether another process has written the manifest, in seconds.
constexpr double k_look_s = 0.2;

// What cannot be written is found out before any work.
void make_output_folders(Disk &disk, const Preparation &preparation) {
  try {
    disk.make_folders(preparation.output_dir / "models" / "pursuit");
    disk.make_folders(preparation.output_dir / "runs");
  } catch (const RunError &error) {
    throw ConfigError(error.what(), "choose another folder with --output_dir");
  }
}

// What processes that died have left in the folders that all runs share.
void remove_abandoned(Disk &disk, const Preparation &preparation) {
  disk.remove_abandoned(preparation.folder);
  disk.remove_abandoned(preparation.output_dir / "models" / "pursuit");
}

// What a finished run was, where its record of that is lost or damaged.
void restore_settings(Disk &disk, const Preparation &preparation, const Node &node) {
  try {
    if (read_run(disk, preparation.output_dir, node.id)) return;
  } catch (const PermissionError &) {
    return;
  } catch (const RunError &) {
    // Damaged.
  }
  disk.write_whole(run_folder(preparation.output_dir, node.id) / "run.json",
                   run_json(node.spec, node.id));
}

// And in those of finished runs, which no worker looks into any more.
void tidy_finished_runs(Disk &disk, const Preparation &preparation, const Plan &plan) {
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    if (plan.runs[i].action != Action::reuse) continue;
    const std::filesystem::path folder = run_folder(preparation.output_dir, plan.graph.nodes[i].id);
    disk.remove_abandoned(folder);
    restore_settings(disk, preparation, plan.graph.nodes[i]);
    for (const std::filesystem::path &rest :
         {checkpoint_path(folder), progress_path(preparation.output_dir, plan.graph.nodes[i].id)}) {
      if (disk.exists(rest)) disk.remove(rest);
    }
  }
}

// A finished run that only a manifest knew has its own records again.
void restore_records(Disk &disk, const Preparation &preparation, const Plan &plan) {
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const Node &node = plan.graph.nodes[i];
    const std::filesystem::path folder = run_folder(preparation.output_dir, node.id);
    if (plan.runs[i].action != Action::reuse || disk.exists(folder / "result.json")) continue;
    disk.write_whole(folder / "run.json", run_json(node.spec, node.id));
    write_record(disk, preparation.output_dir, node.id, plan.runs[i].record);
  }
}

void announce(const Preparation &preparation, const Plan &plan, bool every_run) {
  for (const std::string &notice : preparation.notices) say("{}\n", notice);
  for (const std::string &notice : preparation.plan_notices) say("{}\n", notice);
  if (every_run) say("{}", plan_rows(plan, plan_order(preparation, plan)));
  say("{}\n", plan_summary(preparation, plan));
}

// Another process may be the one to write it: then we wait for that, or for its death, or for a
// signal.
void write_last_manifest(Recorder &recorder, Runner &runner, Clock &clock, Outcome &outcome) {
  while (!recorder.finish(outcome) && outcome.interrupted_by == 0) {
    const Event event = runner.wait(clock.monotonic_s() + k_look_s);
    if (const Interrupted *signal = std::get_if<Interrupted>(&event)) {
      outcome.interrupted_by = signal->signal;
    }
  }
}

// One that nobody can look at any more is not known to be lost.
bool is_as_written(Disk &disk, const Preparation &preparation, const ModelFile &model,
                   Observer &observer) {
  try {
    return disk.size(preparation.output_dir / model.path) == model.bytes;
  } catch (const RunError &error) {
    observer.message(error.what());
    return true;
  }
}

// A model that was removed or cut short after it was written is no result; the next start makes it again.
void find_lost_models(Disk &disk, const Preparation &preparation, Outcome &outcome,
                      Observer &observer) {
  for (std::size_t i = 0; i < outcome.runs.size(); ++i) {
    ScheduledRun &run = outcome.runs[i];
    if (run.state != RunState::done || !run.model) continue;
    if (is_as_written(disk, preparation, *run.model, observer)) continue;
    run.state = RunState::failed;
    run.reused = false;
    run.recorded = false;
    run.error =
        fmt::format("its model {} was removed or changed after it was written", run.model->path);
    observer.message(run.error);
    observer.run_changed(static_cast<int>(i), run);
  }
}

} // namespace

RanExperiment run_experiment(Disk &disk, Clock &clock, const Preparation &preparation,
                             const RunOptions &options, const MakeRunner &make_runner,
                             const MakeClaims &make_claims, const BecomeWriter &become_writer,
                             const MakeOnlooker &make_onlooker) {
  make_output_folders(disk, preparation);
  // Beyond this point nothing is added to the plan.
  const Plan plan = plan_what_remains(disk, preparation);
  remove_abandoned(disk, preparation);
  tidy_finished_runs(disk, preparation, plan);
  restore_records(disk, preparation, plan);
  if (!options.quiet) announce(preparation, plan, options.verbose);
  const std::vector<Slot> &slots = preparation.engine.slots;
  const PackPolicy policy = pack_policy(preparation, plan);
  TimeLeft left(clock, plan, policy);
  RunProgressNotes notes(disk, clock, preparation, left);
  const std::unique_ptr<Observer> onlooker = make_onlooker(plan, left);
  Recorder recorder(disk, clock, preparation, plan, *onlooker, become_writer);
  Observers observers({&left, &notes, &recorder, onlooker.get()});
  const std::unique_ptr<Runner> runner = make_runner(slots, [&](const Job &job) {
    return describe_job(preparation, plan, job, recorder.manifest(), options.checkpoint_every_s);
  });
  const AttemptLabels labels = {recorder.manifest().host.name, preparation.engine.numerics};
  const std::unique_ptr<Claims> claims = make_claims(plan.graph);
  Outcome outcome = run_schedule(plan, slots, policy, *runner, *claims, clock, options.schedule,
                                 labels, observers);
  remove_abandoned(disk, preparation); // of workers that were killed
  find_lost_models(disk, preparation, outcome, observers);
  observers.ended();
  write_last_manifest(recorder, *runner, clock, outcome);
  return {std::move(outcome), recorder.manifest()};
}

RanExperiment run_here(const Preparation &preparation, const RunOptions &options,
                       const BecomeWriter &become_writer, const MakeOnlooker &make_onlooker) {
  return run_experiment(
      real_disk(), real_clock(), preparation, options,
      [](const std::vector<Slot> &slots, DescribeJob describe) {
        return make_process_runner(train_program(), slots, std::move(describe));
      },
      [&](const Graph &graph) { return make_claims(real_disk(), preparation.output_dir, graph); },
      become_writer, make_onlooker);
}

} // namespace pursuit
