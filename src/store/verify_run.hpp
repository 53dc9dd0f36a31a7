// What verify.hpp finds of one run that a manifest lists: its settings, result, model and evaluations, each compared with
// the others. The one that disagrees is named.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "store/finding_list.hpp"
#include "store/verify.hpp"

namespace pursuit {

// What a manifest says of runs, and their own files say otherwise.
class ManifestDoubts {
public:
  void disagrees(const std::string &id, const std::string &what);
  // "it does not agree with the runs' own files on: losses (of 0123456789ab)", or "".
  std::string text() const;

private:
  std::vector<std::string> ids_; // short, each once
  std::set<std::string> what_;
};

// The manifest that lists the runs.
struct ListingManifest {
  std::filesystem::path path;
  std::string start; // what makes anew what is lost, for the messages: "`pursuit-run small.yaml`"
  bool is_there = false; // false: it is lost, and the runs are those of the output folder
  bool is_final = false; // nobody is at work: what is not in it came later
};

// What the looks at the runs of one manifest share.
struct RunLook {
  Disk &disk;
  const std::filesystem::path &output_dir;
  const Recomputed &recomputed;
  ListingManifest manifest;
  FindingList &findings;
  ManifestDoubts doubts = {};

  std::string trains_again(const std::string &id) const;
  std::string makes_again() const { return manifest.start + " makes it again"; }
};

// run.json; nothing where there is none that is whole, with a finding where there should be.
std::optional<RunSpec> check_settings(RunLook &look, const ManifestRun &run);
// `settings`: of run.json, where it is whole.
void check_run(RunLook &look, const ManifestRun &run, const std::optional<RunSpec> &settings);

} // namespace pursuit
