// The order in which people read runs: stages as in the file, then what is swept by its value, then the seed. The graph's
// own order is that of the slots (graph.hpp).
#pragma once

#include <string>
#include <vector>

#include "plan/run.hpp"

namespace pursuit {

// A run as a row of a table. What it points to must outlive it.
struct RunRow {
  const std::string *id, *stage;
  const RunSpec *spec;
};

// Indexes into `rows`. `stages`: their names as in the file; a stage that it lacks comes after them, in the order of the
// rows. Within a stage: parameters in the order of their table, numbers by size (a gain that nobody knows last),
// activations as the table of the words has them; then those of the parent; then the seed, the parent's file, the id.
std::vector<std::size_t> reading_order(const std::vector<RunRow> &rows,
                                       const std::vector<std::string> &stages);

} // namespace pursuit
