// Who trains a run, where several processes share an output_dir. A claim is held from the first
// attempt of a run until its result is written, by the scheduler and by the worker that trains it, and goes with the last of
// them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "base/disk.hpp"
#include "plan/plan.hpp"

namespace pursuit {

// Ours until it is released. `record` is what the disk says of the run now: somebody may have
// finished it after the plan was made.
struct Claimed {
  RunRecord record;
};
struct HeldElsewhere {
  std::string holder; // "pid 4711 on lab3 since ..."
};
using ClaimAnswer = std::variant<Claimed, HeldElsewhere>;

class Claims {
public:
  virtual ~Claims() = default;
  // Does not wait. Throws RunError where the run's folder cannot be written or read.
  virtual ClaimAnswer take(NodeIndex run) = 0;
  virtual void release(NodeIndex run) = 0; // nothing if it is not ours
  // Of a claim that is ours: what its worker gets, to hold it too. -1: there is none.
  virtual int descriptor(NodeIndex) const { return -1; }
};

// The lock of runs/<id>: who holds it may train the run and write its result.
std::filesystem::path claim_path(const std::filesystem::path &output_dir, const std::string &id);

// Claims between the processes of all machines that share `output_dir`. `disk` reads the records.
std::unique_ptr<Claims> make_claims(Disk &disk, std::filesystem::path output_dir,
                                    const Graph &graph);

} // namespace pursuit
