#include "laboratory.hpp"

#include <variant>

#include "base/errors.hpp"
#include "store/after_crash.hpp"
#include "store/records.hpp"

namespace pursuit::test {

namespace {

constexpr double k_trial_s = 0.1;

constexpr const char *k_experiment = R"(format: pursuit-experiment/1
name: sweep
defaults: {N: 3, tau: 30}
evaluate: {trials: 1}
stages:
  weights: {mode: activation, stage: 1, n_trials: 10, seeds: [1, 2]}
  adapt:
    mode: activation
    stage: 2
    needs: weights
    n_trials: 6
    sweep: {grid: {activation: [input_gain, threshold]}}
)";

// Half of a sweep's time would go into making it.
const Behavior &data() {
  static const Behavior behavior = synthetic_behavior(1);
  return behavior;
}

// Runs a job to its end when the schedule waits, through the lines that a process would be sent.
class InProcessRunner final : public Runner {
public:
  InProcessRunner(Laboratory &laboratory, Disk &disk, DescribeJob describe, std::size_t slots,
                  Session &session)
      : laboratory_(laboratory), disk_(disk), describe_(std::move(describe)), workers_(slots),
        session_(session) {}

  void start(const Job &job) override { jobs_.push_back(job); }
  void extend(SlotIndex, NodeIndex, int) override {
    throw InternalError("all siblings of this sweep fit into one pack");
  }

  Event wait(double deadline_s) override {
    if (told_) { // it has been taken in by now
      session_.done.insert(*told_);
      told_.reset();
    }
    if (events_.empty() && !jobs_.empty()) work();
    if (events_.empty()) {
      laboratory_.clock.now_s = deadline_s;
      return Tick{};
    }
    const Event event = events_.front();
    events_.pop_front();
    if (const RunDone *done = std::get_if<RunDone>(&event)) told_ = ids_[done->run];
    return event;
  }

  void drain(SlotIndex) override {}
  void kill(SlotIndex) override {}

private:
  void work() {
    const Job job = jobs_.front();
    jobs_.pop_front();
    const WorkerJob message = std::get<WorkerJob>(parse_order(to_line(describe_(job))));
    for (std::size_t i = 0; i < job.runs.size(); ++i)
      ids_[job.runs[i].value()] = message.runs[i].id;
    std::unique_ptr<JobWorker> &worker = workers_[job.slot.at()];
    if (!worker) worker = new_worker();
    current_ = job;
    try {
      worker->run(message);
    } catch (const Death &) {
      if (!laboratory_.only_workers_die) throw;
      worker.reset();
      laboratory_.files.close_all();
      events_.push_back(WorkerEnded{job.slot.value(), std::nullopt, "SIGKILL", ""});
    }
  }

  std::unique_ptr<JobWorker> new_worker() {
    std::unique_ptr<JobWorker> worker = std::make_unique<JobWorker>(
        disk_, laboratory_.clock, [this](const WorkerEvent &event) { take(event); },
        [this] {
          laboratory_.clock.now_s += k_trial_s;
          return false;
        },
        WorkerWays{.load = [](Disk &, const WorkerJob &) { return data(); }});
    worker->write_checkpoints_between_trials();
    return worker;
  }

  void take(const WorkerEvent &event) {
    std::visit([this](const auto &what) { place(what); }, event);
  }
  void place(const WorkerReady &) {}
  void place(const WorkerAlive &) {}
  void place(const JobBegun &) {}
  void place(JobEnded event) {
    event.slot = current_.slot.value();
    events_.push_back(event);
  }
  template <class RunEvent> void place(RunEvent event) {
    event.slot = current_.slot.value();
    event.run = current_.runs.at(static_cast<std::size_t>(event.run)).value();
    if constexpr (std::is_same_v<RunEvent, RunProgress>) {
      session_.from_trial[ids_[event.run]] = event.from_trial;
      session_.trials[ids_[event.run]] = event.trial;
    }
    events_.push_back(event);
  }

  Laboratory &laboratory_;
  Disk &disk_;
  DescribeJob describe_;
  std::vector<std::unique_ptr<JobWorker>> workers_;
  Session &session_;
  std::deque<Job> jobs_;
  std::deque<Event> events_;
  Job current_;
  std::map<int, std::string> ids_; // of the jobs' runs
  std::optional<std::string> told_;
};

// Nobody else shares the folder.
class AllOurs final : public Claims {
public:
  AllOurs(Disk &disk, const Graph &graph) : disk_(disk), graph_(graph) {}
  ClaimAnswer take(NodeIndex run) override {
    const std::string &id = graph_.nodes[run.at()].id;
    return Claimed{read_record(disk_, "/lab/results", id)};
  }
  void release(NodeIndex) override {}

private:
  Disk &disk_;
  const Graph &graph_;
};

RunOptions options(const Equipment &equipment) {
  RunOptions result;
  result.experiment = "/lab/sweep.yaml";
  result.changes.output_dir = "/lab/results";
  result.devices = equipment.devices;
  result.engine = equipment.engine;
  result.quiet = true;
  result.checkpoint_every_s = (static_cast<double>(k_trials_per_checkpoint) - 0.5) * k_trial_s;
  return result;
}

// Reading the experiment writes nothing, so once is enough.
const Preparation &preparation(const Equipment &equipment) {
  static std::map<Equipment, Preparation> prepared;
  const std::map<Equipment, Preparation>::const_iterator found = prepared.find(equipment);
  if (found != prepared.end()) return found->second;
  PessimisticFiles files;
  files.put_folder("/lab");
  files.put("/lab/sweep.yaml", k_experiment);
  return prepared.emplace(equipment, prepare(*make_disk(files), options(equipment))).first->second;
}

} // namespace

Laboratory::Laboratory(Equipment equipment) : equipment_(std::move(equipment)) {
  files.put_folder("/lab");
}

Session Laboratory::run() {
  Session session;
  const MakeRunner make_runner = [&](const std::vector<Slot> &slots, DescribeJob describe) {
    return std::make_unique<InProcessRunner>(*this, *disk_, std::move(describe), slots.size(),
                                             session);
  };
  const MakeClaims make_claims = [&](const Graph &graph) {
    return std::make_unique<AllOurs>(*disk_, graph);
  };
  try {
    session.ran = run_experiment(
        *disk_, clock, preparation(equipment_), options(equipment_), make_runner, make_claims,
        [] { return true; },
        [](const Plan &, const TimeLeft &) { return std::make_unique<Observer>(); });
  } catch (const Death &) {
    session.died = true;
  } catch (const RunError &error) {
    session.error = error.what();
  } catch (const ConfigError &error) {
    session.error = error.what();
  }
  return session;
}

std::map<std::string, std::string> Laboratory::models() const {
  std::map<std::string, std::string> result;
  for (const std::string &path : files.paths()) {
    if (path.starts_with("/lab/results/models/")) result[path] = files.bytes(path).value();
  }
  return result;
}

std::vector<std::string> Laboratory::leftovers() const {
  std::vector<std::string> result;
  for (const std::string &path : files.paths()) {
    if (path.ends_with(".tmp") || path.ends_with("/checkpoint")) result.push_back(path);
  }
  return result;
}

std::string Laboratory::manifest() const {
  return files.bytes("/lab/results/sweep/manifest.json").value_or("");
}

std::optional<Manifest> Laboratory::seen() {
  if (manifest().empty()) return std::nullopt;
  Manifest result = parse_manifest(manifest());
  if (result.state == "running") {
    bring_up_to_date(*disk_, "/lab/results", "/lab/results/sweep", result);
  }
  return result;
}

} // namespace pursuit::test
