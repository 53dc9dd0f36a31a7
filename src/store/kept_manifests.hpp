// manifest-<n>.json, n = 1, 2, ...: manifests of an experiment's folder that a later start, of another file or of other
// settings under the same name, has replaced, and that list finished runs which manifest.json does not. Each is written
// once, whole, and never again; the program removes none. What one lists is needed (store/garbage.hpp) until somebody
// deletes it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// Their names (not paths), by number.
std::vector<std::string> kept_manifest_names(Disk &disk, const std::filesystem::path &folder);

// Every manifest of the output folder that can be read, one at a time: of each experiment manifest.json, then the kept ones,
// the latest first.
void visit_manifests(Disk &disk, const std::filesystem::path &output_dir,
                     const std::function<void(const Manifest &)> &visit);

// Keeps `text` under the number above the highest, and returns that name. When it returns, the file is on the disk;
// another process that keeps one at the same time gets another number.
std::string keep_manifest(Disk &disk, const std::filesystem::path &folder, const std::string &text);
// The name that keep_manifest would take now.
std::string next_kept_name(Disk &disk, const std::filesystem::path &folder);

// Whether two experiments, as Experiment::resolved_json, ask for the same runs and evaluations of them, by the words of
// the files: descriptions, figures, claims, the output folder and the data are not looked at.
bool asks_for_same_runs(const std::string &resolved_json, const std::string &other_json);

} // namespace pursuit
