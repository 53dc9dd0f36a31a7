#include "store/garbage.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/canonical_path.hpp"
#include "base/errors.hpp"
#include "plan/describe.hpp"
#include "store/kept_manifests.hpp"
#include "store/manifest.hpp"
#include "store/manifest_contradiction.hpp"
#include "store/model.hpp"
#include "store/past_runs.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// What one manifest lists.
struct ListedRuns {
  fs::path path;
  std::string file; // that it was made from
  bool is_kept = false;
  std::vector<ManifestRun> runs;
};

std::string way_out(const fs::path &path, bool is_kept) {
  return is_kept ? fmt::format("remove it, which releases what it lists: rm '{}'", path.string())
                 : "run that experiment again, or move its folder away";
}

// `why`: "cannot be read".
RunError unknown_list(const fs::path &path, bool is_kept, const char *why,
                      const std::string &fault) {
  return RunError(fmt::format("{} {}, so no run is known to be unneeded; {} ({})", path.string(),
                              why, way_out(path, is_kept), fault));
}

ListedRuns read_list(Disk &disk, const fs::path &path, bool is_kept) {
  Manifest manifest;
  try {
    const std::optional<std::string> text = disk.read(path);
    if (!text) throw RunError("it is missing");
    manifest = parse_manifest(*text);
  } catch (const PermissionError &error) {
    throw PermissionError(fmt::format("{}, so no run is known to be unneeded", error.what()));
  } catch (const RunError &error) {
    throw unknown_list(path, is_kept, "cannot be read", error.what());
  }
  const std::string fault = fault_in(manifest);
  if (!fault.empty()) throw unknown_list(path, is_kept, "contradicts itself", fault);
  return {path, manifest.file, is_kept, std::move(manifest.runs)};
}

// Of every experiment of the output folder.
std::vector<ListedRuns> read_lists(Disk &disk, const fs::path &output_dir) {
  std::vector<ListedRuns> lists;
  for (const std::string &name : experiments(disk, output_dir)) {
    const fs::path folder = output_dir / name;
    lists.push_back(read_list(disk, folder / "manifest.json", false));
    for (const std::string &kept : kept_manifest_names(disk, folder))
      lists.push_back(read_list(disk, folder / kept, true));
  }
  return lists;
}

// What the experiments refer to.
struct References {
  std::set<std::string> ids;
  std::set<std::string> outside_paths, outside_sha256s;
};

void add_references(const RunSpec &spec, References &needed) {
  if (!spec.parent_id.empty()) needed.ids.insert(spec.parent_id);
  if (spec.parent_file.sha256.empty()) return;
  needed.outside_sha256s.insert(spec.parent_file.sha256);
  needed.outside_paths.insert(canonical_path(spec.parent_file.path).string());
}

bool is_needed(const PastRun &run, const fs::path &output_dir, const References &needed) {
  if (needed.ids.contains(run.id)) return true;
  if (run.result.model && needed.outside_sha256s.contains(run.result.model->sha256)) return true;
  if (!run.spec || needed.outside_paths.empty()) return false;
  const fs::path path = canonical_path(output_dir / model_path(*run.spec, run.id));
  return needed.outside_paths.contains(path.string());
}

// Of the output folder's runs those that are needed.
class NeededRuns {
public:
  NeededRuns(const fs::path &output_dir, const std::vector<PastRun> &past,
             const std::vector<ListedRuns> &lists, const std::vector<Node> &asked)
      : output_dir_(output_dir), past_(past), lists_(lists), asked_(asked) {}

  // `without`: a list that is passed over; nullptr: none.
  References references(const ListedRuns *without) const {
    References needed;
    for (const ListedRuns &list : lists_) {
      if (&list != without) add_runs(list.runs, needed);
    }
    add_runs(asked_, needed);
    add_ancestors(needed);
    return needed;
  }

  // `models`: finished runs without a folder, whose model files are there.
  std::size_t count(const References &needed, const std::set<std::string> &models) const {
    return static_cast<std::size_t>(
        std::count_if(past_.begin(), past_.end(),
                      [&](const PastRun &run) { return is_needed(run, output_dir_, needed); }) +
        std::count_if(models.begin(), models.end(),
                      [&](const std::string &id) { return needed.ids.contains(id); }));
  }

private:
  template <class Runs> static void add_runs(const Runs &runs, References &needed) {
    for (const auto &run : runs) {
      needed.ids.insert(run.id);
      add_references(run.spec, needed);
    }
  }

  // A needed run may have been another experiment's once: its parents, up to the first.
  void add_ancestors(References &needed) const {
    for (std::size_t before = 0; before != needed.ids.size();) {
      before = needed.ids.size();
      for (const PastRun &run : past_) {
        if (!run.spec || !is_needed(run, output_dir_, needed)) continue;
        needed.ids.insert(run.id);
        add_references(*run.spec, needed);
      }
    }
  }

  const fs::path &output_dir_;
  const std::vector<PastRun> &past_;
  const std::vector<ListedRuns> &lists_;
  const std::vector<Node> &asked_;
};

// Finished runs of the list whose model file is there, and no folder in runs/: the manifest alone proves them.
std::set<std::string> models_alone(Disk &disk, const fs::path &output_dir,
                                   const std::vector<ManifestRun> &runs,
                                   const std::vector<PastRun> &past) {
  std::set<std::string> with_folder, found;
  for (const PastRun &run : past) with_folder.insert(run.id);
  for (const ManifestRun &run : runs) {
    if (run.state == RunState::done && run.model && !with_folder.contains(run.id) &&
        disk.exists(output_dir / run.model->path))
      found.insert(run.id);
  }
  return found;
}

// The settings go after all that they name; the lock protects what is left until the end.
int removal_rank(const std::string &name) {
  if (name == "lock") return 2;
  return name == "run.json" ? 1 : 0;
}

// Why the run's files are not known to be its own, or "".
std::string doubt(const PastRun &run, const std::vector<std::string> &names) {
  if (!run.fault.empty()) return run.fault;
  if (run.spec) {
    const bool own = !run.result.model || run.result.model->path == model_path(*run.spec, run.id);
    return own ? ""
               : fmt::format("its result names {}, which is not its model", run.result.model->path);
  }
  if (names == std::vector<std::string>{"lock"}) return ""; // a removal that was cut short
  return "it has no run.json";
}

UnneededRun unneeded(Disk &disk, const fs::path &output_dir, const PastRun &run,
                     std::vector<std::string> names) {
  UnneededRun found;
  found.id = run.id;
  if (run.spec) {
    const bool done = run.result.state == RunState::done;
    found.text = fmt::format("{} seed={}{}", settings_text(*run.spec), run.spec->seed,
                             done ? "" : " (unfinished)");
    const std::string model = model_path(*run.spec, run.id);
    if (disk.exists(output_dir / model)) found.files.push_back(model);
  }
  std::stable_sort(names.begin(), names.end(), [](const std::string &a, const std::string &b) {
    return removal_rank(a) < removal_rank(b);
  });
  for (const std::string &name : names) {
    if (is_run_file(name)) found.files.push_back("runs/" + run.id + "/" + name);
  }
  for (const std::string &file : found.files)
    found.bytes += disk.size(output_dir / file).value_or(0);
  return found;
}

} // namespace

std::vector<std::string> experiments(Disk &disk, const fs::path &output_dir) {
  std::vector<std::string> names = disk.list(output_dir);
  std::erase_if(names, [&](const std::string &name) {
    if (name == "models" || name == "runs") return true;
    const fs::path folder = output_dir / name;
    return !disk.exists(folder / "manifest.json") && !disk.exists(folder / "journal.jsonl") &&
           kept_manifest_names(disk, folder).empty();
  });
  return names;
}

Garbage find_garbage(Disk &disk, const fs::path &output_dir, const std::vector<Node> &asked) {
  const std::vector<PastRun> past = read_past_runs(disk, output_dir);
  const std::vector<ListedRuns> lists = read_lists(disk, output_dir);
  const NeededRuns needs(output_dir, past, lists, asked);
  const References needed = needs.references(nullptr);
  Garbage garbage;
  for (const ListedRuns &list : lists) {
    if (!list.is_kept) continue;
    const std::set<std::string> models = models_alone(disk, output_dir, list.runs, past);
    const std::size_t alone =
        needs.count(needed, models) - needs.count(needs.references(&list), models);
    garbage.kept.push_back({list.path, list.file, alone});
  }
  for (const PastRun &run : past) {
    if (is_needed(run, output_dir, needed)) continue;
    const std::vector<std::string> names = disk.list(output_dir / "runs" / run.id);
    if (names.empty()) continue;
    const std::string why = doubt(run, names);
    if (why.empty()) {
      garbage.runs.push_back(unneeded(disk, output_dir, run, names));
    } else {
      garbage.left_alone.push_back(fmt::format("runs/{}: {}", run.id, why));
    }
  }
  return garbage;
}

void remove_run(Disk &disk, const fs::path &output_dir, const UnneededRun &run) {
  for (const std::string &file : run.files) disk.remove(output_dir / file);
}

} // namespace pursuit
