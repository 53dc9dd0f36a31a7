#include "cli/run_flags.hpp"

#include <filesystem>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "engine/engine_table.hpp"

namespace pursuit {

void add_plan_options(CLI::App &app, RunOptions &options) {
  app.add_option("-o,--output_dir", options.changes.output_dir, "Where results go")
      ->type_name("DIR");
  app.add_option("--data", options.changes.data, "Behaviour file, or `synthetic`")
      ->type_name("FILE");
  app.add_option("--set", options.changes.sets, "Change a value of the file; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--devices", options.devices, "auto|cpu|cpu:K|cuda|cuda:0,2")
      ->type_name("LIST")
      ->capture_default_str();
  app.add_option("--engine", options.engine, fmt::format("{}", fmt::join(engine_words(), "|")))
      ->type_name("NAME")
      ->capture_default_str();
}

void add_run_options(CLI::App &app, RunOptions &options) {
  app.add_option("experiment", options.experiment, "Experiment file (YAML)")
      ->required()
      ->type_name("EXPERIMENT.yaml");
  add_plan_options(app, options);
  app.add_option("--retries", options.schedule.retries, "Further tries of a failed run")
      ->type_name("K")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  app.add_option(
         "--timeout", options.schedule.timeout_s,
         "Longest time of one run (0: none); runs side by side on a core have so much for each")
      ->type_name("SECONDS");
  app.add_option("--checkpoint-every", options.checkpoint_every_s, "Time between checkpoints")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--stop-after-same-failures", options.schedule.stop_after_same_failures,
                 "Give up when the first K runs all fail in the same way (0: never)")
      ->type_name("K")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  app.add_flag("--fail-fast", options.schedule.fail_fast, "Start nothing new after a failure");
  app.add_flag("--no-figures", options.no_figures, "Do not draw");
  app.add_option("--progress", options.progress, "auto|plain|none")
      ->type_name("FORM")
      ->capture_default_str();
  app.add_flag("-q,--quiet", options.quiet, "Say only what went wrong");
  app.add_flag("-v,--verbose", options.verbose, "Say more");
}

void refuse_file_options(const CLI::App &app, const std::string &where) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(where, ignored)) return;
  for (const char *name : {"--data", "--set", "--devices", "--engine"}) {
    if (app.count(name) > 0)
      throw ConfigError(
          fmt::format("{} goes with an experiment file, and {} is a folder", name, where),
          "name the file");
  }
}

} // namespace pursuit
