#include "cli/place.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/canonical_path.hpp"
#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "cli/after_crash.hpp"
#include "cli/experiment_lock.hpp"
#include "cli/judge_diverged.hpp"
#include "cli/shell_words.hpp"
#include "experiment/read_experiment.hpp"
#include "plan/describe.hpp"
#include "store/garbage.hpp"

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

Place place_of_folder(Disk &disk, const std::string &where) {
  if (!has_been_run(disk, where)) refuse_folder(disk, where);
  const fs::path folder = whole_folder(disk, where);
  Place place;
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

Place place_of_file(Disk &disk, const std::string &file,
                    const std::optional<std::string> &output_dir) {
  refuse_file_inside(disk, file);
  const Destination destination = read_destination(disk, file, output_dir);
  Place place;
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

Place find_place(Disk &disk, const std::string &where,
                 const std::optional<std::string> &output_dir) {
  std::error_code ignored;
  try {
    return fs::is_directory(where, ignored) ? place_of_folder(disk, where)
                                            : place_of_file(disk, where, output_dir);
  } catch (const PermissionError &error) {
    throw ConfigError(error.what(), "ask its owner for access");
  }
}

Manifest read_manifest(Disk &disk, const Place &place) {
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

bool is_live(const Place &place) { return ExperimentLock::is_held(place.folder); }

namespace {

// The first digits of an id that tell it from all others, 4 at least.
std::string telling_start(const std::string &id, const std::vector<NamedRun> &runs) {
  std::size_t digits = 4;
  for (const NamedRun &run : runs) {
    if (run.id == id) continue;
    std::size_t same = 0;
    while (same < id.size() && id[same] == run.id[same]) ++same;
    digits = std::max(digits, same + 1);
  }
  return id.substr(0, digits);
}

std::string candidates_text(const std::vector<const NamedRun *> &found,
                            const std::vector<NamedRun> &runs) {
  constexpr std::size_t k_most = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(found.size(), k_most); ++i) {
    text += fmt::format("\n  {}  {}", telling_start(found[i]->id, runs), found[i]->text);
  }
  if (found.size() > k_most) text += fmt::format("\n  ... and {} more", found.size() - k_most);
  return text;
}

// The id nearest to a mistyped start, by as many digits as were given.
std::string nearest_id(const std::string &start, const std::vector<NamedRun> &runs) {
  std::vector<std::string> starts;
  for (const NamedRun &run : runs) starts.push_back(run.id.substr(0, start.size()));
  const std::string guess = did_you_mean(start, starts);
  return guess.empty() ? "pursuit-run list WHERE shows them" : guess;
}

} // namespace

std::string find_id(const std::vector<NamedRun> &runs, const std::string &start) {
  std::vector<const NamedRun *> found;
  for (const NamedRun &run : runs) {
    if (!start.empty() && run.id.starts_with(start)) found.push_back(&run);
  }
  if (found.empty()) {
    throw ConfigError(fmt::format("no run's id starts with \"{}\"", start),
                      nearest_id(start, runs));
  }
  if (found.size() > 1) {
    throw ConfigError(fmt::format("\"{}\" is the start of {} run ids", start, found.size()),
                      "give more digits:" + candidates_text(found, runs));
  }
  return found.front()->id;
}

const ManifestRun &find_run(const Manifest &manifest, const std::string &start) {
  std::vector<NamedRun> names;
  for (const ManifestRun &run : manifest.runs)
    names.push_back({run.id, run_text(run.stage, run.spec)});
  const std::string id = find_id(names, start);
  return *std::find_if(manifest.runs.begin(), manifest.runs.end(),
                       [&](const ManifestRun &run) { return run.id == id; });
}

} // namespace pursuit
