// The flags that `run`, `plan` and `gc` share (SPEC section 2).
#pragma once

#include <string>

#include "sweep/run_options.hpp"

namespace CLI {
class App;
}

namespace pursuit {

// What the plan depends on: --output_dir, --data, --set, --devices, --engine.
void add_plan_options(CLI::App &app, RunOptions &options);
// These and all others, and the experiment file.
void add_run_options(CLI::App &app, RunOptions &options);

// Of a verb that takes an experiment file or a folder: throws ConfigError where `where` is a folder, and --data, --set,
// --devices or --engine are given, which change what a file asks for.
void refuse_file_options(const CLI::App &app, const std::string &where);

} // namespace pursuit
