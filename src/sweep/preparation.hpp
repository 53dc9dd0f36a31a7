// From the command line to a DAG in which every run is fully resolved. Reads files, writes nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "plan/plan.hpp"
#include "store/manifest.hpp"
#include "sweep/engine_choice.hpp"
#include "sweep/git_state.hpp"
#include "sweep/run_options.hpp"
#include "sweep/speeds.hpp"
#include "task/divergence.hpp"

namespace pursuit {

// What runs need to know of the data, without the traces.
struct DataFacts {
  bool synthetic = true;
  std::uint64_t seed = 1;
  std::string path; // recorded; absolute
  std::string sha256;
  int days = 0;
  TargetNorms norms;
};

struct Preparation {
  Experiment experiment;
  std::filesystem::path output_dir;
  std::filesystem::path folder; // <output_dir>/<name>
  DataFacts data;
  EngineChoice engine;
  GitState git;                          // unknown until the verb that records it asks
  Speeds speeds;                         // nothing until the verb that needs them asks
  std::vector<std::string> notices;      // what the user should know before it starts
  std::vector<std::string> plan_notices; // of the file: what is easily not meant
  Graph graph;
};

// Reads or makes the data. Throws ConfigError where it cannot.
DataFacts read_data(Disk &disk, const DataSource &source);

// read_experiment, expand, build_graph. Throws ConfigError.
Preparation prepare(Disk &disk, const RunOptions &options);

// Throws ConfigError where a claim or a figure can have no data in this plan.
void check_requests(const Preparation &preparation);

// The runs of an experiment with that data, trained with these numerics. Reads the models made elsewhere that it needs;
// throws ConfigError where one cannot be read.
Graph plan_graph(Disk &disk, const Experiment &experiment, const DataFacts &data,
                 const std::string &numerics, std::vector<std::string> &notices);

// remaining, with the records in output_dir.
Plan plan_what_remains(Disk &disk, const Preparation &preparation);

// How the plan's runs share the slots, and what each takes there, by what was measured on this machine: `preparation.speeds`, else the records of runs done
// before; else what the engine usually takes.
PackPolicy pack_policy(const Preparation &preparation, const Plan &plan);

// What earlier starts measured (speeds.hpp); and adds what this one did. Neither fails where the file cannot be used.
Speeds remembered_speeds(Disk &disk, const Preparation &preparation);
void remember_speeds(Disk &disk, const Preparation &preparation, const Manifest &manifest);

} // namespace pursuit
