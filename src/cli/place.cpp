#include "cli/place.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "cli/experiment_lock.hpp"
#include "experiment/read_experiment.hpp"

namespace pursuit {

namespace fs = std::filesystem;

Place find_place(Disk &disk, const std::string &where,
                 const std::optional<std::string> &output_dir) {
  Place place;
  if (fs::is_directory(where)) {
    place.folder = fs::path(where).lexically_normal();
    if (!place.folder.has_filename()) place.folder = place.folder.parent_path();
    if (!disk.exists(place.folder / "manifest.json")) {
      throw ConfigError(fmt::format("{} is no experiment's folder: it has no manifest.json", where),
                        "name the experiment file, or <output_dir>/<name>");
    }
    place.output_dir = fs::absolute(place.folder).parent_path();
    return place;
  }
  ExperimentOptions options;
  options.output_dir = output_dir;
  const Experiment experiment = read_experiment(disk, where, options);
  place.output_dir = experiment.output_dir;
  place.folder = place.output_dir / experiment.name;
  if (!disk.exists(place.folder / "manifest.json")) {
    throw ConfigError(
        fmt::format("{} has not been run with output_dir {}", where, experiment.output_dir),
        fmt::format("pursuit-run {}", where));
  }
  return place;
}

Manifest read_manifest(Disk &disk, const Place &place) {
  const fs::path path = place.folder / "manifest.json";
  const std::optional<std::string> text = disk.read(path);
  if (!text) throw RunError(fmt::format("{} does not exist", path.string()));
  Manifest manifest;
  try {
    manifest = parse_manifest(*text);
  } catch (const RunError &error) {
    throw RunError(fmt::format("{} is damaged; running the experiment again writes it anew, and "
                               "keeps the finished models ({})",
                               path.string(), error.what()));
  }
  if (manifest.state == "running" && !ExperimentLock::is_held(place.folder)) {
    manifest.state = "incomplete";
    for (ManifestRun &run : manifest.runs) {
      if (run.state == RunState::running) run.state = RunState::interrupted;
    }
  }
  return manifest;
}

const ManifestRun &find_run(const Manifest &manifest, const std::string &start) {
  const ManifestRun *found = nullptr;
  int matches = 0;
  for (const ManifestRun &run : manifest.runs) {
    if (run.id.rfind(start, 0) != 0) continue;
    found = &run;
    ++matches;
  }
  if (start.empty() || matches == 0) {
    throw ConfigError(fmt::format("no run's id starts with \"{}\"", start),
                      "pursuit-run list WHERE shows them");
  }
  if (matches > 1) {
    throw ConfigError(fmt::format("\"{}\" is the start of {} run ids", start, matches),
                      "give more digits");
  }
  return *found;
}

} // namespace pursuit
