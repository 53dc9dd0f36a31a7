// Finished runs whose folder in runs/ is gone, as when only models/ and an experiment's folder were copied: a manifest of
// the output folder, a kept one included, lists them, and the model file, which has the SHA-256 that stands there, proves them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "plan/plan.hpp"

namespace pursuit {

class ProvedRuns {
public:
  // `disk` must outlive it. Manifests are read when the first run is asked for whose model file is there.
  ProvedRuns(Disk &disk, std::filesystem::path output_dir)
      : disk_(disk), output_dir_(std::move(output_dir)) {}

  // Done and intact, or nothing. Its evaluation is not known. Throws RunError where the model file cannot be read.
  std::optional<RunRecord> find(const RunSpec &spec, const std::string &id);

private:
  void read_manifests();

  Disk &disk_;
  std::filesystem::path output_dir_;
  std::optional<bool> has_models_; // whether there are any at all
  std::optional<std::map<std::string, std::vector<RunRecord>>>
      listed_; // by id, each with another model file
};

} // namespace pursuit
