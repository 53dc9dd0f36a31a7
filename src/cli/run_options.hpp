// Options that `run` and `plan` share (SPEC section 2).
#pragma once

#include <string>

#include "experiment/read_experiment.hpp"
#include "schedule/schedule.hpp"

namespace CLI {
class App;
}

namespace pursuit {

struct RunOptions {
  std::string experiment; // the file
  ExperimentOptions changes;
  std::string devices = "auto";
  std::string engine = "auto";
  ScheduleOptions schedule;
  double checkpoint_every_s = 30;
  bool no_figures = false;
  std::string progress = "auto"; // auto | plain | none
  bool quiet = false;
  bool verbose = false;
  bool dry = false; // -n: only plan
};

// What the plan depends on: --output_dir, --data, --set, --devices, --engine.
void add_plan_options(CLI::App &app, RunOptions &options);
// These and all others, and the experiment file.
void add_run_options(CLI::App &app, RunOptions &options);

// Of a verb that takes an experiment file or a folder: throws ConfigError where `where` is a folder, and --data, --set,
// --devices or --engine are given, which change what a file asks for.
void refuse_file_options(const CLI::App &app, const std::string &where);

// What CLI11 cannot check: throws ConfigError.
void check_run_options(const RunOptions &options);

} // namespace pursuit
