// How a worker comes by data and engine, and writes a model.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/disk.hpp"
#include "engine/engine.hpp"
#include "schedule/worker_protocol.hpp"
#include "task/behavior.hpp"

namespace pursuit {

// The data a job asks for. Throws RunError.
Behavior load_behavior(Disk &disk, const WorkerJob &job);

// The engine a job asks for. Throws ConfigError.
std::unique_ptr<Engine> engine_of(const WorkerJob &job);
// Writes the model where the job says, over whatever is there.
std::string write_model(Disk &disk, const WorkerJob &job, const WorkerRun &run,
                        const std::string &bytes);

// Not for everyone the same: tests have their data, a training by hand (cli/train_command.cpp) has its engine and the time
// in the model's name.
struct WorkerWays {
  std::function<Behavior(Disk &, const WorkerJob &)> load = load_behavior;
  std::function<std::unique_ptr<Engine>(const WorkerJob &)> make_engine = engine_of;
  // Returns its path, relative to output_dir.
  std::function<std::string(Disk &, const WorkerJob &, const WorkerRun &, const std::string &bytes)>
      write_model = pursuit::write_model;
  // Told of what is no event: why a checkpoint is not written, or not used.
  std::function<void(const std::string &)> notice = [](const std::string &) {};
};

} // namespace pursuit
