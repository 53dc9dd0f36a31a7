#include <nlohmann/json.hpp>

#include "base/byte_json.hpp"
#include "store/manifest.hpp"

namespace pursuit {

std::string status_json(const Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  nlohmann::ordered_json unfinished = nlohmann::ordered_json::array();
  for (const ManifestRun &run : manifest.runs) {
    if (run.state != RunState::done) {
      unfinished.push_back(parse_bytes<nlohmann::ordered_json>(manifest_run_json(run)));
    }
  }
  const nlohmann::ordered_json text = {{"name", manifest.name},
                                       {"state", manifest.state},
                                       {"updated", manifest.updated},
                                       {"counts",
                                        {{"total", counts.total},
                                         {"done", counts.done},
                                         {"reused", counts.reused},
                                         {"failed", counts.failed},
                                         {"skipped", counts.skipped},
                                         {"pending", counts.pending},
                                         {"running", counts.running},
                                         {"diverged", counts.diverged}}},
                                       {"unfinished", unfinished}};
  return dump_bytes(text, 2) + "\n";
}

} // namespace pursuit
