#include "cli/start_command.hpp"

#include "base/canonical_path.hpp"
#include "base/shell_words.hpp"
#include "cli/manifest_origin.hpp"
#include "engine/engine_table.hpp"

namespace pursuit {

namespace {

// The file that was named, unless the manifest is of another one.
std::string file_of(Disk &disk, const ExperimentFolder &place, const Manifest &manifest) {
  if (place.file.empty()) return manifest.file;
  return origin_notice(disk, place, manifest).empty() ? place.file : manifest.file;
}

// "": the default.
std::string engine_of(const std::string &numerics) {
  const EngineRow *row = engine_of_numerics(numerics);
  return row == nullptr || row == &engine_table().front() ? "" : std::string(row->name);
}

} // namespace

std::string start_command(Disk &disk, const ExperimentFolder &place,
                          const std::optional<Manifest> &manifest,
                          const std::optional<std::string> &output_dir) {
  std::string command = "pursuit-run";
  const auto add = [&](const char *option, const std::string &value) {
    command += std::string(" ") + option + " " + shell_quoted(value);
  };
  if (!manifest) {
    command += " " + (place.file.empty() ? "EXPERIMENT.yaml" : shell_quoted(place.file));
  } else {
    command += " " + shell_quoted(file_of(disk, place, *manifest));
    for (const std::string &set : manifest->overrides) add("--set", set);
    if (manifest->synthetic != asks_for_synthetic(*manifest))
      add("--data", manifest->synthetic ? "synthetic" : manifest->data_path);
    const std::string engine = engine_of(manifest->numerics);
    if (!engine.empty()) add("--engine", engine);
  }
  if (output_dir)
    add("-o", *output_dir);
  else if (manifest &&
           canonical_path(asked_output_dir(*manifest)) != canonical_path(place.output_dir))
    add("-o", place.output_dir.string());
  return command;
}

} // namespace pursuit
