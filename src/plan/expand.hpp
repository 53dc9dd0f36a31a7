// Experiment -> runs.
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

} // namespace pursuit
