// Experiment -> runs -> DAG.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "plan/run.hpp"

namespace pursuit {

// What expansion needs to know of a model made elsewhere (read by store/model.hpp).
struct OutsideModelFacts {
  OutsideModel file;
  std::int64_t N = 0;
  double tau_ms = 0;
  double gain = 0; // NaN if the file does not say
  std::uint64_t seed = 1;
  Settings trained = {}; // noise and amplitude of its training; the rest is not looked at
};

// Facts from outside the experiment file that fix the ids.
struct PlanInputs {
  std::string data_sha256;
  std::string numerics;
  std::map<std::string, OutsideModelFacts> outside_models; // by path as in Needs::paths
};

// Where a point of the sweep came from.
struct ExpandedRun {
  std::string stage; // name in the experiment file
  RunSpec spec;
  std::string id;
  std::vector<std::string> also_of = {}; // further stages that ask for the same run
};

// Whether the stage of the file asks for it, that it is listed under or another: of what has `stage` and `also_of`.
template <class Run> bool is_of(const Run &run, const std::string &stage) {
  return run.stage == stage ||
         std::find(run.also_of.begin(), run.also_of.end(), stage) != run.also_of.end();
}

// Every point of every stage, equal points given once (with the first stage's name): first the
// stages that need no other, then the rest, each in file order; within a stage parents slowest, then
// grid keys as written, zip, list, seeds (plan/sweep.hpp has the algebra). Throws ConfigError with
// every fault found: empty sweep, one key on two axes, a match that matches nothing, missing
// required parameter, more than 1,000,000 points (counted before they are built, and before
// `exclude`).
std::vector<ExpandedRun> expand(const Experiment &experiment, const PlanInputs &inputs);

// One node of the DAG. Indexes are into Graph::nodes.
struct Node {
  std::string id;
  std::string stage;
  RunSpec spec;
  std::vector<std::string> also_of; // further stages that ask for it; it is listed under `stage`
  int parent = -1;                  // -1: none in this graph
  std::vector<int> children;
  double path_work = 0; // own work + the longest path below: what is urgent
};

// Nodes in the order in which free slots take them: longest remaining path first (path_work,
// descending); of equal paths fewer ancestors first, then the smaller id. A parent's path is never
// shorter than its child's, so this is a topological order.
struct Graph {
  std::vector<Node> nodes;
};

Graph build_graph(std::vector<ExpandedRun> runs);

// A box a run; above 200 runs a box a stage, with its number of runs and the values of its parameters.
enum class GraphFormat { dot, mermaid };
std::string draw_graph(const Graph &graph, GraphFormat format);

} // namespace pursuit
