// What `report FILE` shows: the figures and claims that the experiment file asks for now, of those of its runs that exist.
#pragma once

#include <string>
#include <vector>

#include "base/disk.hpp"
#include "experiment/read_experiment.hpp"
#include "store/experiment_folder.hpp"
#include "sweep/make_report.hpp"

namespace pursuit {

struct AskedReport {
  Reported reported;
  std::vector<std::string> notices; // what the user should know
  std::size_t existing = 0;         // of its runs: listed in the manifest, or recorded in runs/
  FileRequest asked;                // by the file with the changes that were taken
};

// `manifest`: of the last start, from which the arithmetic, the evaluation and the runs' states are taken. A run of the
// file's plan that it does not list is looked up in runs/; one that is nowhere is pending. Where `changes` says nothing of
// --set or --data, and more of the runs exist with those of the last start, these are taken too. Throws ConfigError with
// every fault of the file, and where an input of the plan cannot be read.
AskedReport asked_report(Disk &disk, const ExperimentFolder &place, const Manifest &manifest,
                         const ExperimentOptions &changes);

} // namespace pursuit
