// A model file from outside, as the start of a stage 2.
#pragma once

#include <string>

#include "base/disk.hpp"
#include "base/hashed_file.hpp"
#include "store/model.hpp"

namespace pursuit {

struct ParentModel {
  Model model;
  std::string sha256;
  std::string notice; // what of the model is not used, or empty
};

// Throws RunError naming the file: missing, no model, or one with three inputs, which stage 2 cannot
// extend. Of a stage-2 model the weights are taken, as in the reference, and the notice says so.
ParentModel read_parent_model(Disk &disk, const std::string &path);
// Of a file that has been read and checked; `path` is for messages.
ParentModel parent_model_of(const HashedFile &file, const std::string &path);

} // namespace pursuit
