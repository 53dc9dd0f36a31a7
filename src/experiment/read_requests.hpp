// What an experiment file asks for once its networks are trained: evaluate, figures, expect.
#pragma once

#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/measures.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `root`: the whole file. 100 shuffles where the figure shuffle_control is asked for and none are said.
Evaluate read_evaluate(const Value &root, Faults &faults);
// A measure, or one with a contrast in its name; measure == nullptr: it was complained of. `what`: "expect".
MeasureColumn read_measure(const Value &value, const std::string &what, Faults &faults);
// `recorded`: in a manifest, which may be older than a refusal.
std::vector<FigureRequest> read_figures(const Value &value, const StageKinds &kinds, Faults &faults,
                                        bool recorded = false);
std::vector<Expectation> read_expectations(const Value &value, const StageKinds &kinds,
                                           Faults &faults);

// All of it, from an experiment that was read before (Experiment::resolved_json). Throws ConfigError.
struct Requests {
  Evaluate evaluate;
  std::vector<FigureRequest> figures;
  std::vector<Expectation> expect;
  std::uint64_t synthetic_seed = 1; // of synthetic data
};
Requests read_requests(const std::string &resolved_json);

} // namespace pursuit
