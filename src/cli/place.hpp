// WHERE and RUN of the command line: an experiment's folder, its manifest, one of its runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "experiment/experiment.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// What the experiment file asks for, whatever else is wrong in it.
struct FileRequest {
  std::string resolved_json;      // as Experiment::resolved_json
  std::optional<DataSource> data; // nothing where it cannot be read
};

// Canonical, however WHERE was given (base/canonical_path.hpp): `.`, a link and the file name the same place.
struct Place {
  std::filesystem::path output_dir;
  std::filesystem::path folder;          // <output_dir>/<name>
  std::string file = {};                 // the experiment file, where WHERE was one
  std::optional<FileRequest> asked = {}; // by that file as it is now
};

// `where`: an experiment file (then with `output_dir` as given to run), or an experiment's folder.
// Throws ConfigError.
Place find_place(Disk &disk, const std::string &where,
                 const std::optional<std::string> &output_dir);

// The manifest as it is true now: after a crash the file may still say running; the lock decides.
Manifest read_manifest(Disk &disk, const Place &place);

// Whether a living process runs the experiment.
bool is_live(const Place &place);

// A run as messages name it.
struct NamedRun {
  std::string id, text;
};
// The id that starts with `start`. Throws ConfigError when none or several do: with the nearest one,
// or with those there are.
std::string find_id(const std::vector<NamedRun> &runs, const std::string &start);

// The manifest's run whose id starts with `start`. Throws ConfigError as above.
const ManifestRun &find_run(const Manifest &manifest, const std::string &start);

} // namespace pursuit
