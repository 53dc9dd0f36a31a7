// Everything known of a run as (name, text) pairs, and two runs side by side.
#pragma once

#include <string>
#include <vector>

#include "store/manifest.hpp"

namespace pursuit {

struct Fact {
  std::string name;  // "tau", "loss last", "measures bias low"
  std::string value; // empty: this run has no such fact
};

// Settings, then what came of them: state, model, losses, measures, seconds, the last attempt's
// device. `run_json` is an entry of a manifest's `runs`; data and numerics are the run's.
std::vector<Fact> run_facts(const RunSpec &spec, const std::string &run_json);

struct FactPair {
  std::string name, left, right;
};
// By name, in the order of `left`, then what only `right` has.
std::vector<FactPair> side_by_side(const std::vector<Fact> &left, const std::vector<Fact> &right);

// {"equal": {name: value}, "different": {name: [left, right]}, "runs": [id, id]}
std::string diff_json(const std::vector<FactPair> &pairs, const std::string &left_id,
                      const std::string &right_id);

} // namespace pursuit
