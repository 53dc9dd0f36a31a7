// A run: one network trained from start to end with every setting fixed, and its id.
#pragma once

#include <cstdint>
#include <string>

#include "experiment/experiment.hpp"

namespace pursuit {

// A model file that no run of ours made: the start of a stage 2 by `needs: {files: ...}` or
// --pretrained_path.
struct OutsideModel {
  std::string path;
  std::string sha256;
};

struct RunSpec {
  Mode mode = Mode::activation;
  int stage = 1;
  Settings settings; // in stage 2, N, tau and gain are the parent's
  std::uint64_t seed = 1;
  std::string data_sha256;
  std::string numerics;     // of the engine that trains it, e.g. "reference-1"
  std::string parent_id;    // run id of the parent, or empty
  OutsideModel parent_file; // or a file from outside, sha256 empty if none

  bool has_parent() const { return !parent_id.empty() || !parent_file.sha256.empty(); }
};

// Whether a run of that stage has the parameter as its own (in stage 2 the parent fixes N, tau, gain).
bool has_meaning(const Parameter &parameter, int stage);

// The canonical JSON (RFC 8785) of exactly what can change a result; its SHA-256 is the run id.
// Keys: activation (stage 2), the table's parameters (in stage 2 without N, tau, gain),
// data_sha256, mode, numerics, parent (id or file SHA-256, absent in stage 1), seed (as a string
// from 2^53 on, where JSON numbers lose digits), stage.
std::string canonical_text(const RunSpec &spec);
std::string run_id(const RunSpec &spec);
// What siblings have in common: stage-2 runs that freeze the same parent's weights and are shown the same trials with the
// same noise, each as many of them as it has, and so differ in the activation parameters, their bounds, the learning rate and the
// number of trials at most. The canonical text without these, so that a parameter of a later version tells siblings apart by itself.
std::string sibling_text(const RunSpec &spec);

// "stage1", "prior_input", or the activation parameter: the kind of model a run makes.
std::string model_kind(const RunSpec &spec);

// All terms hold. A parameter that has no meaning in the run's stage, and a gain that nobody knows, match nothing.
bool matches(const RunSpec &spec, const Match &match);

// A relative measure of how long the run takes, from its settings alone, so that order never
// depends on the machine: n_trials x multiply-adds of one trial.
double work(const RunSpec &spec);

} // namespace pursuit
