// pursuit-train: trains one run; also the worker of pursuit-run.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "base/input_file.hpp"
#include "cli/train_command.hpp"
#include "cli/train_options.hpp"
#include "cli/version_text.hpp"
#include "engine/engine_table.hpp"
#include "train/replay.hpp"
#include "worker/cuda_device.hpp"
#include "worker/worker.hpp"

namespace pursuit {

namespace {

EngineRequest engine_request(const TrainOptions &options) {
  EngineRequest request;
  request.name = chosen_engine(options.engine, false);
  request.device = options.device == "auto" ? "cpu" : options.device;
  if (engine_row(request.name).runs_on_gpu && !options.describe) require_gpu(request.device);
  request.gpu_memory_fraction = options.gpu_fraction;
  return request;
}

// One line: the numerics name that runs of this engine on this device get.
int describe_engine(const TrainOptions &options) {
  const std::unique_ptr<Engine> engine = make_engine(engine_request(options));
  fmt::print("{}\n{}\n", engine->numerics(), engine->describe());
  return k_exit_done;
}

// A case that cannot be read is the user's input.
ReplayCase read_case(const std::string &file) {
  try {
    return read_replay_case(read_input(real_disk(), file, "case"), file);
  } catch (const RunError &error) {
    throw ConfigError(error.what());
  }
}

int replay_case(const TrainOptions &options) {
  const ReplayCase replay_case = read_case(options.replay_case);
  const std::unique_ptr<Engine> engine = make_engine(engine_request(options));
  const ReplayResult result = replay(*engine, replay_case);
  real_disk().write_whole(options.replay_output, replay_bytes(result));
  return k_exit_done;
}

int dispatch(const Arguments &arguments) {
  TrainOptions options;
  if (!parse_train_options(arguments, options)) return k_exit_done;
  if (options.version) {
    std::fputs(version_text("pursuit-train").c_str(), stdout);
    return k_exit_done;
  }
  if (options.worker) return run_worker();
  if (options.describe) return describe_engine(options);
  if (!options.replay_case.empty()) return replay_case(options);
  return train_command(options);
}

} // namespace

} // namespace pursuit

int main(int count, char **words) {
  pursuit::keep_standard_streams();
  const pursuit::Arguments arguments(words + std::min(count, 1), words + count);
  return pursuit::guarded("pursuit-train", [&] { return pursuit::dispatch(arguments); });
}
