// The runs that an output_dir knows, asked for or not, as what a run may be compared with.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "plan/differences.hpp"
#include "plan/graph.hpp"
#include "store/manifest.hpp"
#include "store/past_runs.hpp"

namespace pursuit {

struct Comparison {
  std::string id; // of the other run
  bool asked_for = false;
  std::vector<Difference> differences;
};

class RunHistory {
public:
  // `asked`: what the experiment asks for; it outlives this.
  RunHistory(Disk &disk, const std::filesystem::path &output_dir, const Graph &asked);

  // nullptr: nothing in runs/ of that id.
  const PastRun *past(const std::string &id) const;
  // From the nearest run that was there before `start` (nullptr: that is there) to this one. nullopt: none of its kind is.
  std::optional<Comparison> from_nearest(const std::string &id, const RunSpec &spec,
                                         const Manifest *start) const;
  // From this one, which is not asked for, to the nearest that is.
  std::optional<Comparison> to_nearest_asked(const RunSpec &spec) const;

private:
  Lineage lineage(const RunSpec &spec) const;

  std::vector<PastRun> past_;
  std::map<std::string, const PastRun *> past_by_id_;
  std::map<std::string, const Node *> asked_by_id_;
};

} // namespace pursuit
