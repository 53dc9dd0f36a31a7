// What distinguishes two runs, field by field, and the run most like another.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "plan/run.hpp"

namespace pursuit {

// `name` is a parameter ("tau"), "seed", or a fact beside the parameters: "data sha256", "numerics",
// "parent". Of a run's parent: "parent's tau".
struct Difference {
  std::string name, from, to;
};

// Everything of the canonical text that differs; in stage 2 the parent's N, tau and gain too. Facts
// that are hashes are given by their first 12 digits.
std::vector<Difference> differences(const RunSpec &from, const RunSpec &to);

// A run with its parent, where that is known: a parent's id says nothing of what differs in it.
struct Lineage {
  const RunSpec *run = nullptr;
  const RunSpec *parent = nullptr; // nullptr: none, or not known
};
// As above; where the parents differ, and both are known, what differs between them beyond what
// already differs between the runs.
std::vector<Difference> differences(const Lineage &from, const Lineage &to);

// "tau: 30 -> 50"; of a fact "numerics fused-1 -> fused-2".
std::string to_text(const Difference &difference);

struct Candidate {
  Lineage lineage;
  bool asked_for = false; // by the same plan as the run it is compared with
  std::string ended;      // RFC 3339
};
// The candidate with the fewest differences, of the same mode, training stage and activation (if any
// is); of equals one that nobody asks for any more, then the one that ended last. -1: none.
int nearest(const Lineage &run, std::span<const Candidate> candidates);

} // namespace pursuit
