// What of an output_dir no experiment refers to.
//
// Needed are the runs that a manifest of the output_dir lists, a kept one (kept_manifests.hpp) included, finished or not,
// those that the plan at hand asks for, the parents of these, and the runs whose model file one of these names as a model made elsewhere. Of every other
// run of runs/ only what its record names is garbage: its model file and the files of its folder
// that the program writes. Whatever cannot be read, or has another name, is left alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "plan/graph.hpp"

namespace pursuit {

struct UnneededRun {
  std::string id;
  std::string text;               // its settings in words
  std::vector<std::string> files; // relative to output_dir, in the order of removal
  std::uint64_t bytes = 0;
};

// A kept manifest, and what would be garbage without it.
struct KeptManifest {
  std::filesystem::path path;
  std::string file; // that it was made from
  std::size_t alone =
      0; // runs of its own that no manifest.json, no other kept one and no plan names
};

struct Garbage {
  std::vector<UnneededRun> runs;
  std::vector<std::string> left_alone; // "runs/<id>: why"
  std::vector<KeptManifest> kept;
};

// Names of the experiments that have been run with this output_dir.
std::vector<std::string> experiments(Disk &disk, const std::filesystem::path &output_dir);

// `asked`: what a plan asks for, whatever the manifests say. Throws RunError where a manifest is missing or cannot be
// read: then no run is known to be unneeded.
Garbage find_garbage(Disk &disk, const std::filesystem::path &output_dir,
                     const std::vector<Node> &asked);

// Removes the files in their order, in which a crash leaves a run that a later call finds and goes
// on with: the model first, the run's settings, which name it, after all else but the lock. Who calls holds the
// run's lock. The empty folder stays.
void remove_run(Disk &disk, const std::filesystem::path &output_dir, const UnneededRun &run);

} // namespace pursuit
