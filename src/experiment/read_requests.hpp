// What an experiment file asks for once its networks are trained: evaluate, figures, expect.
#pragma once

#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/measures.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `root`: the whole file. 100 shuffles where the figure shuffle_control is asked for and none are said.
Evaluate read_evaluate(const Value &root, Faults &faults);

// All of it, from an experiment that was read before (Experiment::resolved_json). Throws ConfigError.
struct Requests {
  Evaluate evaluate;
  std::vector<FigureRequest> figures;
  std::vector<Expectation> expect;
  std::uint64_t synthetic_seed = 1; // of synthetic data
};
Requests read_requests(const std::string &resolved_json);

} // namespace pursuit
