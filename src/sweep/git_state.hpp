// Where an experiment file stands in its git repository, for the manifest.
#pragma once

#include <optional>
#include <string>

#include "experiment/experiment.hpp"

namespace pursuit {

// What git cannot tell is unknown, never clean.
struct GitState {
  std::string commit; // empty: unknown
  std::optional<bool>
      dirty;          // true: a tracked file of the repository differs from the commit, or a file
                      // that was read is not in it (untracked, ignored, outside the repository)
  std::string notice; // why a repository that is there does not answer, or empty
};

// The state of the repository that `experiment.file` lies in (links resolved), judged for that file and those it includes.
// GIT_DIR and the like in the environment are not heeded. A repository of another owner is read too, but no program that
// its configuration names is run. Nothing is written, no lock is taken.
GitState read_git_state(const Experiment &experiment);

} // namespace pursuit
