// In what order people read a manifest's runs: in_reading_order of manifest.hpp.
#include <nlohmann/json.hpp>

#include "base/byte_json.hpp"
#include "plan/row_order.hpp"
#include "store/manifest.hpp"

namespace pursuit {

namespace {

// As the experiment file has them; none where the manifest does not say.
std::vector<std::string> stages_in_file_order(const Manifest &manifest) {
  const nlohmann::ordered_json resolved =
      parse_bytes<nlohmann::ordered_json>(manifest.resolved_json, false);
  std::vector<std::string> names;
  if (!resolved.is_object() || !resolved.contains("stages")) return names;
  if (!resolved["stages"].is_object()) return names;
  for (const auto &[name, stage] : resolved["stages"].items()) names.push_back(name);
  return names;
}

} // namespace

std::vector<const ManifestRun *> in_reading_order(const Manifest &manifest) {
  std::vector<RunRow> rows;
  for (const ManifestRun &run : manifest.runs) rows.push_back({&run.id, &run.stage, &run.spec});
  std::vector<const ManifestRun *> runs;
  for (const std::size_t i : reading_order(rows, stages_in_file_order(manifest)))
    runs.push_back(&manifest.runs[i]);
  return runs;
}

} // namespace pursuit
