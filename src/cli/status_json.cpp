#include <nlohmann/json.hpp>

#include "store/manifest.hpp"

namespace pursuit {

std::string status_json(const Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  nlohmann::ordered_json unfinished = nlohmann::ordered_json::array();
  for (const ManifestRun &run : manifest.runs) {
    if (run.state != RunState::done) {
      unfinished.push_back(nlohmann::ordered_json::parse(manifest_run_json(run)));
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
                                         {"running", counts.running}}},
                                       {"unfinished", unfinished}};
  return text.dump(2) + "\n";
}

} // namespace pursuit
