#include "store/replaced_manifest.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/shell_words.hpp"
#include "store/after_crash.hpp"
#include "store/kept_manifests.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Nobody knows what it lists. No start is stopped by that, and none may lose it.
ReplacedManifest unreadable(Disk &disk, const fs::path &folder, const std::string &text,
                            const char *fault) {
  ReplacedManifest replaced;
  replaced.text = text;
  replaced.fault = fault;
  const std::vector<std::string> kept = kept_manifest_names(disk, folder);
  replaced.is_kept_elsewhere = std::any_of(kept.begin(), kept.end(), [&](const std::string &name) {
    return disk.read(folder / name) == text;
  });
  return replaced;
}

void add_finished(const Manifest &manifest, std::set<std::string> &ids) {
  for (const ManifestRun &run : manifest.runs) {
    if (run.state == RunState::done) ids.insert(run.id);
  }
}

std::set<std::string> finished_in_kept(Disk &disk, const fs::path &folder) {
  std::set<std::string> ids;
  for (const std::string &name : kept_manifest_names(disk, folder)) {
    try {
      add_finished(parse_manifest(disk.read(folder / name).value_or("")), ids);
    } catch (const RunError &) {
      continue; // it vouches for nothing
    }
  }
  return ids;
}

std::string runs_text(std::size_t count) {
  return fmt::format("{} finished run{}", count, count == 1 ? "" : "s");
}

// `keeps`: "it is kept as results/m/manifest-1.json", where it is not kept already.
std::string notice_of(const ReplacedManifest &replaced, const fs::path &folder,
                      const std::string &keeps) {
  const std::string path = (folder / "manifest.json").string();
  if (!replaced.fault.empty()) {
    return fmt::format("{} cannot be read, and nobody knows which runs it lists; {}; gc removes "
                       "nothing until that is removed ({})",
                       path, replaced.is_kept_elsewhere ? "a kept manifest has its bytes" : keeps,
                       replaced.fault);
  }
  return fmt::format("{} was made from {}, and {} of it {} not asked for now; {}; another `name:` "
                     "or --output_dir keeps the two apart",
                     path, replaced.origin, runs_text(replaced.finished),
                     replaced.finished == 1 ? "is" : "are",
                     replaced.is_kept_elsewhere ? "a manifest kept before lists them" : keeps);
}

} // namespace

std::string origin_text(const Manifest &manifest) {
  std::string text = manifest.file;
  for (const std::string &set : manifest.overrides) text += " --set " + shell_quoted(set);
  return text;
}

std::optional<ReplacedManifest> find_replaced(Disk &disk, const fs::path &output_dir,
                                              const fs::path &folder,
                                              const std::set<std::string> &next, bool live) {
  const std::optional<std::string> text = disk.read(folder / "manifest.json");
  if (!text) return std::nullopt;
  Manifest old;
  try {
    old = parse_manifest(*text);
  } catch (const RunError &error) {
    return unreadable(disk, folder, *text, error.what());
  }
  const bool crashed = old.state == "running" && !live;
  if (crashed) bring_up_to_date(disk, output_dir, folder, old);
  std::set<std::string> left_out;
  add_finished(old, left_out);
  for (const std::string &id : next) left_out.erase(id);
  if (left_out.empty()) return std::nullopt;
  ReplacedManifest replaced;
  replaced.origin = origin_text(old);
  replaced.text = crashed ? manifest_json(old) : *text;
  replaced.finished = left_out.size();
  for (const std::string &id : finished_in_kept(disk, folder)) left_out.erase(id);
  replaced.is_kept_elsewhere = left_out.empty();
  return replaced;
}

std::string replace_manifest(Disk &disk, const fs::path &output_dir, const fs::path &folder,
                             const Manifest &next) {
  std::string notice;
  std::set<std::string> ids;
  for (const ManifestRun &run : next.runs) ids.insert(run.id);
  if (const auto replaced = find_replaced(disk, output_dir, folder, ids, false)) {
    std::string keeps;
    if (!replaced->is_kept_elsewhere)
      keeps = fmt::format("it is kept as {}",
                          (folder / keep_manifest(disk, folder, replaced->text)).string());
    notice = notice_of(*replaced, folder, keeps);
  }
  disk.write_whole(folder / "manifest.json", manifest_json(next));
  return notice;
}

std::string replacement_forecast(Disk &disk, const fs::path &output_dir, const fs::path &folder,
                                 const Graph &next, bool live) {
  if (!disk.exists(folder / "manifest.json")) return "";
  std::set<std::string> ids;
  for (const Node &node : next.nodes) ids.insert(node.id);
  const std::optional<ReplacedManifest> replaced =
      find_replaced(disk, output_dir, folder, ids, live);
  if (!replaced) return "";
  return notice_of(*replaced, folder,
                   fmt::format("{} keeps it as {}",
                               live ? "this one, when that has ended," : "a start",
                               (folder / next_kept_name(disk, folder)).string()));
}

} // namespace pursuit
