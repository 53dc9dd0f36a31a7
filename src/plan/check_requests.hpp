// What a plan's claims and figures can never show, whatever comes of the training: found before it begins.
#pragma once

#include <vector>

#include "base/errors.hpp"
#include "experiment/figure_table.hpp"
#include "experiment/measures.hpp"
#include "plan/graph.hpp"

namespace pursuit {

// Whether a network of such a run can have the measure, and be shown.
bool can_have(const RunSpec &spec, const Measure &measure, const Evaluate &evaluate);
bool can_show(const RunSpec &spec, DrawnOf of, const Evaluate &evaluate);

// In file order, each with its line and column: a `where` that matches no run, a measure or a figure that none of the runs
// it speaks of can have, a seed that none of them has, pairs without a common seed, a map without two axes. Empty: every
// claim and figure can have data.
std::vector<Complaint> impossible_requests(const Experiment &experiment, const Graph &graph);

} // namespace pursuit
