// Options that `run` and `plan` share (SPEC section 2).
#pragma once

#include <string>

#include "experiment/read_experiment.hpp"
#include "schedule/schedule.hpp"

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

// Throws ConfigError where a number or a word is none that it may be.
void check_run_options(const RunOptions &options);

} // namespace pursuit
