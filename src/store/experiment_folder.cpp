#include "store/experiment_folder.hpp"

#include <fmt/format.h>

#include "base/canonical_path.hpp"
#include "base/errors.hpp"
#include "base/shell_words.hpp"
#include "experiment/read_experiment.hpp"
#include "store/after_crash.hpp"
#include "store/experiment_lock.hpp"
#include "store/garbage.hpp"
#include "store/judge_diverged.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// A lost manifest is damage that verify names, and the journal is still there.
bool has_been_run(Disk &disk, const fs::path &folder) {
  return disk.exists(folder / "manifest.json") || disk.exists(folder / "journal.jsonl");
}

bool holds_runs(Disk &disk, const fs::path &folder) {
  return disk.exists(folder / "runs") || disk.exists(folder / "models");
}

// An experiment's folder lies in its output_dir. One that was moved, with a link left in its place, is what the link
// says.
fs::path whole_folder(Disk &disk, const std::string &where) {
  const fs::path folder = canonical_path(where);
  const fs::path link = canonical_name(where);
  const bool is_moved =
      !holds_runs(disk, folder.parent_path()) && holds_runs(disk, link.parent_path());
  return is_moved ? link : folder;
}

[[noreturn]] void refuse_folder(Disk &disk, const std::string &where) {
  std::string next = "name the experiment file, or <output_dir>/<name>";
  const std::vector<std::string> names = experiments(disk, where);
  if (!names.empty()) next = "it is the output folder of experiments; name one of them:";
  for (const std::string &name : names) next += " " + (fs::path(where) / name).string();
  throw ConfigError(fmt::format("{} is no experiment's folder: it has no manifest.json", where),
                    next);
}

ExperimentFolder named_by_folder(Disk &disk, const std::string &where) {
  if (!has_been_run(disk, where)) refuse_folder(disk, where);
  const fs::path folder = whole_folder(disk, where);
  ExperimentFolder place;
  place.output_dir = as_given(folder.parent_path(), where);
  place.folder = place.output_dir / folder.filename();
  return place;
}

// manifest.json, report.html, a figure: what stands in an experiment's folder beside what may be its file.
void refuse_file_inside(Disk &disk, const fs::path &file) {
  const std::string kind = file.extension().string();
  if (kind == ".yaml" || kind == ".yml" || !disk.exists(file)) return;
  fs::path folder = file.parent_path();
  if (folder.filename() == "figures") folder = folder.parent_path();
  if (folder.empty()) folder = ".";
  if (!has_been_run(disk, folder)) return;
  throw ConfigError(fmt::format("{} is a file in an experiment's folder", file.string()),
                    fmt::format("name the folder: {}", folder.string()));
}

ExperimentFolder named_by_file(Disk &disk, const std::string &file,
                               const std::optional<std::string> &output_dir) {
  refuse_file_inside(disk, file);
  const Destination destination = read_destination(disk, file, output_dir);
  ExperimentFolder place;
  place.output_dir = canonical_as_given(destination.output_dir);
  place.folder = place.output_dir / destination.name;
  place.file = file;
  place.asked = FileRequest{destination.resolved_json, destination.data};
  if (has_been_run(disk, place.folder)) return place;
  throw ConfigError(
      fmt::format("{} has not been run with output_dir {}", file, destination.output_dir),
      output_dir
          ? fmt::format("pursuit-run {} -o {}", shell_quoted(file), shell_quoted(*output_dir))
          : fmt::format("pursuit-run {}", shell_quoted(file)));
}

} // namespace

ExperimentFolder find_experiment_folder(Disk &disk, const std::string &where,
                                        const std::optional<std::string> &output_dir) {
  std::error_code ignored;
  try {
    return fs::is_directory(where, ignored) ? named_by_folder(disk, where)
                                            : named_by_file(disk, where, output_dir);
  } catch (const PermissionError &error) {
    throw ConfigError(error.what(), "ask its owner for access");
  }
}

Manifest read_manifest(Disk &disk, const ExperimentFolder &place) {
  const fs::path path = place.folder / "manifest.json";
  const std::optional<std::string> text = disk.read(path);
  if (!text) {
    throw RunError(fmt::format("{} is missing; running the experiment again writes it anew, and "
                               "keeps the finished models",
                               path.string()));
  }
  Manifest manifest;
  try {
    manifest = parse_manifest(*text);
  } catch (const RunError &error) {
    const bool is_other = dynamic_cast<const OtherManifestVersion *>(&error) != nullptr;
    throw RunError(fmt::format(
        "{} {}; running the experiment again writes it anew, and keeps the finished models ({})",
        path.string(), is_other ? "cannot be read" : "is damaged", error.what()));
  }
  if (manifest.state == "running" && !ExperimentLock::is_held(place.folder)) {
    bring_up_to_date(disk, place.output_dir, place.folder, manifest);
  }
  judge_diverged(disk, manifest);
  return manifest;
}

bool is_live(const ExperimentFolder &place) { return ExperimentLock::is_held(place.folder); }

} // namespace pursuit
