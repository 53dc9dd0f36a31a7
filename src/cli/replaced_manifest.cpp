#include "cli/replaced_manifest.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "cli/after_crash.hpp"
#include "cli/shell_words.hpp"
#include "store/kept_manifests.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

std::optional<Manifest> readable(const std::optional<std::string> &text) {
  try {
    return text ? std::optional(parse_manifest(*text)) : std::nullopt;
  } catch (const RunError &) {
    return std::nullopt; // damaged: no start was ever stopped by that
  }
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

std::string head(const ReplacedManifest &replaced, const fs::path &folder) {
  return fmt::format("{} was made from {}, and {} of it {} not asked for now",
                     (folder / "manifest.json").string(), replaced.origin,
                     runs_text(replaced.finished), replaced.finished == 1 ? "is" : "are");
}

constexpr const char *k_way_out = "another `name:` or --output_dir keeps the two apart";

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
  std::optional<Manifest> old = readable(text);
  if (!old) return std::nullopt;
  const bool crashed = old->state == "running" && !live;
  if (crashed) bring_up_to_date(disk, output_dir, folder, *old);
  std::set<std::string> left_out;
  add_finished(*old, left_out);
  for (const std::string &id : next) left_out.erase(id);
  if (left_out.empty()) return std::nullopt;
  ReplacedManifest replaced{origin_text(*old), crashed ? manifest_json(*old) : *text,
                            left_out.size(), false};
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
    const std::string kept =
        replaced->is_kept_elsewhere
            ? "a manifest kept before lists them"
            : fmt::format("it is kept as {}",
                          (folder / keep_manifest(disk, folder, replaced->text)).string());
    notice = fmt::format("{}; {}; {}", head(*replaced, folder), kept, k_way_out);
  }
  disk.write_whole(folder / "manifest.json", manifest_json(next));
  return notice;
}

std::string replacement_forecast(Disk &disk, const Preparation &preparation, bool live) {
  const fs::path &folder = preparation.folder;
  if (!disk.exists(folder / "manifest.json")) return "";
  std::set<std::string> ids;
  for (const Node &node : preparation.graph.nodes) ids.insert(node.id);
  const std::optional<ReplacedManifest> replaced =
      find_replaced(disk, preparation.output_dir, folder, ids, live);
  if (!replaced) return "";
  const std::string kept =
      replaced->is_kept_elsewhere
          ? "a manifest kept before lists them"
          : fmt::format("{} keeps it as {}", live ? "this one, when that has ended," : "a start",
                        (folder / next_kept_name(disk, folder)).string());
  return fmt::format("{}; {}; {}", head(*replaced, folder), kept, k_way_out);
}

} // namespace pursuit
