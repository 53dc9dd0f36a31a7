// manifest.json, "pursuit-manifest/1" (SPEC section 4): what was asked, what was done, and how each
// model came to be. JSON Schema: schemas/manifest.schema.json.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/errors.hpp"
#include "plan/plan.hpp"
#include "store/measures.hpp"

namespace pursuit {

inline constexpr const char *k_manifest_format = "pursuit-manifest/1";

struct ManifestRun : RunResult {
  std::string id, stage;
  RunSpec spec;
  bool reused = false;
  std::string reason;
  std::string log;                       // relative path
  std::vector<std::string> also_of = {}; // further stages that ask for it (plan/graph.hpp)
};

struct ManifestHost {
  std::string name, cpu;
  int cores = 0;
  std::vector<std::string> devices; // slots used
};

// A figure of `figures`; paths are relative to output_dir.
struct FileSum {
  std::string path, sha256;
};
struct ManifestFigure {
  std::string name;
  std::vector<FileSum> files;
  std::vector<std::string> models; // SHA-256 of each model drawn
  std::string skipped_because;     // empty: it was drawn
  std::string drawn = "";          // when, RFC 3339; empty: not known, or not drawn
};

// An item of `expect` as written, and what was found; nothing until it is evaluated, and where there was no data.
struct ManifestExpectation {
  std::string item_json;
  std::optional<double> value;
  std::optional<std::int64_t> n;
  std::optional<std::pair<double, double>> interval;
  std::optional<bool> passed;
  std::optional<std::int64_t> excluded = {}; // networks left out (left_out.hpp)
};

struct ManifestCounts {
  int total = 0, done = 0, reused = 0, failed = 0, skipped = 0, pending = 0, running = 0,
      diverged = 0;
};
// Each under its name, in the file's order.
struct ManifestCount {
  const char *name;
  int ManifestCounts::*member;
  bool is_always_there = true; // false: files of earlier versions lack it
};
inline constexpr std::array<ManifestCount, 8> k_manifest_counts = {
    {{"total", &ManifestCounts::total},
     {"done", &ManifestCounts::done},
     {"reused", &ManifestCounts::reused},
     {"failed", &ManifestCounts::failed},
     {"skipped", &ManifestCounts::skipped},
     {"pending", &ManifestCounts::pending},
     {"running", &ManifestCounts::running},
     {"diverged", &ManifestCounts::diverged, false}}};
// Where runs in this state are counted; interrupted counts as pending.
int &count_of(ManifestCounts &counts, RunState state);
// done includes reused and diverged.
ManifestCounts count(const std::vector<ManifestRun> &runs);

struct Manifest {
  // experiment
  std::string name, file, file_sha256, description;
  std::vector<std::string> overrides;
  std::string resolved_json = "{}";
  std::string git_commit;        // of the folder the file lies in; empty: unknown
  std::optional<bool> git_dirty; // none: unknown
  // program
  std::string version, program_commit, numerics;
  std::optional<bool> program_dirty; // none: unknown
  std::vector<std::pair<std::string, std::string>> libraries;
  ManifestHost host;
  // data
  bool synthetic = true;
  std::string data_path, data_sha256;
  int days = 0;
  std::string created, updated;
  std::string state = "running"; // running | complete | incomplete | failed
  std::vector<ManifestRun> runs;
  std::vector<ManifestFigure> figures;
  std::vector<ManifestExpectation> expectations;
  // As the text says that was parsed; what is written is always counted anew.
  std::optional<ManifestCounts> stated_counts = {};
};

// One run a line, so that the file can be read and searched as it is.
std::string manifest_json(const Manifest &manifest);
// One entry of `runs` as JSON, also what `plan --json` prints.
std::string manifest_run_json(const ManifestRun &run);
// The runs in the order in which people read them (plan/row_order.hpp). The pointers are into `manifest`.
std::vector<const ManifestRun *> in_reading_order(const Manifest &manifest);
// The seed of the synthetic data that the experiment asked for; 1 where it named none.
std::uint64_t synthetic_seed(const Manifest &manifest);
// What the experiment itself asked for, whatever the command line said: synthetic data; the output folder.
bool asks_for_synthetic(const Manifest &manifest);
std::string asked_output_dir(const Manifest &manifest);
// Of another version: not damaged, and only the program that wrote it can read it.
class OtherManifestVersion : public RunError {
public:
  using RunError::RunError;
};
// The inverse of manifest_json; the runs' numerics and data_sha256 are the manifest's. Throws RunError on a text
// that is not a manifest, OtherManifestVersion where it is one of another version.
Manifest parse_manifest(const std::string &text);

} // namespace pursuit
