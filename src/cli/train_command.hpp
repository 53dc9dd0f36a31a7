// pursuit-train without pursuit-run: one network from the flags of the reference's train.py.
#pragma once

#include "cli/train_options.hpp"

namespace pursuit {

// Prints the model's path last on stdout. Returns the exit code.
int train_command(const TrainOptions &options);

} // namespace pursuit
