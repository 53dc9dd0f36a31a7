// A model file from outside, as the start of a stage 2.
#pragma once

#include <string>

#include "base/disk.hpp"
#include "store/model.hpp"

namespace pursuit {

struct ParentModel {
  Model model;
  std::string sha256;
};

// Throws RunError naming the file: missing, no model, or one that stage 2 cannot extend (three
// inputs, or a trained activation parameter).
ParentModel read_parent_model(Disk &disk, const std::string &path);

} // namespace pursuit
