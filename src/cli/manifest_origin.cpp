#include "cli/manifest_origin.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "base/canonical_path.hpp"
#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/sha256.hpp"
#include "base/shell_words.hpp"
#include "store/kept_manifests.hpp"
#include "store/replaced_manifest.hpp"
#include "task/behavior.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// A recorded path was relative to a folder that is not known: where it leads nowhere, the name decides.
bool is_same_file(const std::string &recorded, const std::string &named) {
  if (recorded == named) return true;
  std::error_code error;
  const bool same = fs::equivalent(recorded, named, error);
  return error ? fs::path(recorded).filename() == fs::path(named).filename() : same;
}

bool is_same_data(Disk &disk, const DataSource &asked, const Manifest &manifest) {
  if (asked.synthetic != manifest.synthetic) return false;
  if (asked.synthetic) return synthetic_behavior(asked.seed).sha256 == manifest.data_sha256;
  if (canonical_path(asked.path) == canonical_path(manifest.data_path)) return true;
  try {
    return sha256_hex(disk.read(asked.path).value_or("")) == manifest.data_sha256;
  } catch (const RunError &) {
    return false;
  }
}

bool comes_from(Disk &disk, const FileRequest &asked, const Manifest &manifest) {
  return asks_for_same_runs(asked.resolved_json, manifest.resolved_json) &&
         (!asked.data || is_same_data(disk, *asked.data, manifest));
}

// "; what was made from first.yaml is in results/m/manifest-1.json", where that is so.
std::string kept_text(Disk &disk, const ExperimentFolder &place) {
  for (const std::string &name : kept_manifest_names(disk, place.folder)) {
    try {
      const Manifest kept = parse_manifest(disk.read(place.folder / name).value_or(""));
      if (!comes_from(disk, *place.asked, kept)) continue;
      return fmt::format("; what it asks for is listed in {}", (place.folder / name).string());
    } catch (const RunError &) {
      continue; // gc says which cannot be read
    }
  }
  return "";
}

std::string difference_text(Disk &disk, const ExperimentFolder &place, const Manifest &manifest) {
  const std::string path = (place.folder / "manifest.json").string();
  const bool same_words = asks_for_same_runs(place.asked->resolved_json, manifest.resolved_json);
  std::string origin = origin_text(manifest);
  if (place.asked->data && !is_same_data(disk, *place.asked->data, manifest)) {
    origin += " with data " + (manifest.synthetic ? "synthetic" : manifest.data_path);
  } else if (same_words) {
    return "";
  }
  if (origin == manifest.file && is_same_file(manifest.file, place.file)) {
    return fmt::format("{} has changed since {} was made from it ({})", place.file, path,
                       manifest.created);
  }
  return fmt::format("{} was made from {}, not from {} as it is", path, origin, place.file);
}

} // namespace

std::string origin_difference(Disk &disk, const ExperimentFolder &place, const Manifest &manifest) {
  if (!place.asked) return "";
  const std::string text = difference_text(disk, place, manifest);
  return text.empty() ? "" : text + kept_text(disk, place);
}

std::string origin_notice(Disk &disk, const ExperimentFolder &place, const Manifest &manifest) {
  const std::string text = origin_difference(disk, place, manifest);
  if (text.empty()) return "";
  return fmt::format("{}. What is shown is of that; pursuit-run plan {} shows what it asks for",
                     text, shell_quoted(place.file));
}

Manifest read_manifest_to_show(Disk &disk, const ExperimentFolder &place) {
  Manifest manifest = read_manifest(disk, place);
  const std::string notice = origin_notice(disk, place, manifest);
  if (!notice.empty()) say("{}\n", notice);
  return manifest;
}

} // namespace pursuit
