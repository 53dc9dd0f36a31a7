// One name, one file: what a start leaves out of manifest.json when the manifest that is there was made from another
// experiment file, or with other settings.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/disk.hpp"
#include "plan/graph.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// "second.yaml", "small.yaml with --set defaults.tau=50": what a manifest was made from.
std::string origin_text(const Manifest &manifest);

// A manifest.json that lists finished runs which the next one does not, or that cannot be read, so that nobody knows.
struct ReplacedManifest {
  std::string origin;       // in words
  std::string text;         // as it is to be kept: true, where a crash has left it saying running
  std::size_t finished = 0; // its finished runs that the next one does not list
  bool is_kept_elsewhere = false; // each of these is finished in a manifest that is kept already
  std::string fault;              // why it cannot be read: it is damaged, or of another version
};

// Nothing where there is no manifest, or the next one lists every finished run of it. `next`: the
// ids that it lists. `live`: the writer of the old one is at work, and it is as true as it says.
std::optional<ReplacedManifest> find_replaced(Disk &disk, const std::filesystem::path &output_dir,
                                              const std::filesystem::path &folder,
                                              const std::set<std::string> &next, bool live);

// Writes manifest.json; what that would lose is kept first, so that a crash between the two loses nothing. Returns what
// the user must know of it, or "". Who calls holds the experiment's lock. Throws RunError: then the old one is there.
std::string replace_manifest(Disk &disk, const std::filesystem::path &output_dir,
                             const std::filesystem::path &folder, const Manifest &next);

// What a start would say of it, for those that only plan one, or wait for the manifest's writer (`live`) to end; "" where
// nothing is left out.
std::string replacement_forecast(Disk &disk, const std::filesystem::path &output_dir,
                                 const std::filesystem::path &folder, const Graph &next, bool live);

} // namespace pursuit
