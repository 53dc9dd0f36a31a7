#include "worker/worker_ways.hpp"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

Behavior load_behavior(Disk &disk, const WorkerJob &job) {
  if (job.synthetic) return synthetic_behavior(job.synthetic_seed);
  const std::optional<std::string> bytes = disk.read(job.data_path);
  if (!bytes) throw RunError(fmt::format("data file {} does not exist any more", job.data_path));
  return read_behavior(*bytes, job.data_path);
}

std::unique_ptr<Engine> engine_of(const WorkerJob &job) {
  return make_engine({job.engine, job.device});
}

std::string write_model(Disk &disk, const WorkerJob &job, const WorkerRun &run,
                        const std::string &bytes) {
  disk.write_whole(fs::path(job.output_dir) / run.model_path, bytes);
  return run.model_path;
}

} // namespace pursuit
