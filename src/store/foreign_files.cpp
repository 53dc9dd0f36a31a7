#include "store/foreign_files.hpp"

#include "base/errors.hpp"
#include "store/kept_manifests.hpp"
#include "store/model.hpp"
#include "store/past_runs.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class Listing {
public:
  explicit Listing(Disk &disk) : disk_(disk) {}

  // Every name in the folder that is none of ours.
  template <class IsOurs> void look_into(const fs::path &folder, IsOurs is_ours) {
    try {
      for (const std::string &name : disk_.list(folder)) {
        if (!is_ours(name)) found.paths.push_back(folder / name);
      }
    } catch (const RunError &error) {
      found.denied.push_back(error.what());
    }
  }
  ForeignFiles found;

private:
  Disk &disk_;
};

} // namespace

ForeignFiles foreign_files(Disk &disk, const fs::path &output_dir, const std::set<std::string> &ids,
                           std::set<std::string> models) {
  Listing listing(disk);
  try {
    for (const PastRun &run : read_past_runs(disk, output_dir)) {
      if (run.spec) models.insert(model_path(*run.spec, run.id));
      if (run.result.model) models.insert(run.result.model->path);
    }
  } catch (const RunError &) {
    // Said below.
  }
  visit_manifests(disk, output_dir, [&](const Manifest &manifest) {
    for (const ManifestRun &run : manifest.runs) {
      if (run.model) models.insert(run.model->path);
    }
  });
  listing.look_into(output_dir / "models",
                    [](const std::string &name) { return name == "pursuit"; });
  listing.look_into(output_dir / "models" / "pursuit", [&](const std::string &name) {
    return models.contains("models/pursuit/" + name);
  });
  listing.look_into(output_dir / "runs", is_run_id);
  for (const std::string &id : ids) listing.look_into(output_dir / "runs" / id, is_run_file);
  return std::move(listing.found);
}

} // namespace pursuit
