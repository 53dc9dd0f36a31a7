// One small sweep on a pessimistic disk, run in this process from the experiment file to the
// manifest: what pursuit-run and its workers do, without a process and without waiting.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/journal.hpp"
#include "support/clocks.hpp"
#include "support/pessimistic_files.hpp"
#include "sweep/run_experiment.hpp"
#include "worker/worker_job.hpp"

namespace pursuit::test {

// What one start of the program did.
struct Session {
  bool died = false;
  std::string error; // what it ended with, if it was an exception
  std::optional<RanExperiment> ran;
  std::map<std::string, std::int64_t> from_trial; // by run id: where its last attempt began
  std::map<std::string, std::int64_t> trials;     // how far each was seen to be
  std::set<std::string> done;                     // the schedule has taken in that it is done
};

// Which engine trains the sweep, on which slots. With fused on one core its stage-2 runs train in packs.
struct Equipment {
  std::string engine = "reference", devices = "cpu:2";
  bool operator<(const Equipment &other) const {
    return std::tie(engine, devices) < std::tie(other.engine, other.devices);
  }
};

class Laboratory {
public:
  explicit Laboratory(Equipment equipment = {});

  // Starts the program; it ends, or dies with the files.
  Session run();
  // A worker that dies with the files is a worker's death, and not the scheduler's.
  bool only_workers_die = false;

  // The trained models, by path.
  std::map<std::string, std::string> models() const;
  // Paths under the output folder that a finished sweep must not have.
  std::vector<std::string> leftovers() const;
  // The text of the manifest; "" if absent.
  std::string manifest() const;
  // The manifest as a reader sees it while nothing runs; nullopt if there is none.
  std::optional<Manifest> seen();
  JournalText journal() { return read_journal(*disk_, "/lab/results/sweep/journal.jsonl"); }

  PessimisticFiles files;
  BackwardClock clock; // moves when the training or the schedule waits

private:
  Equipment equipment_;
  std::unique_ptr<Disk> disk_ = make_disk(files);
};

// So many trials between two checkpoints of the laboratory's runs.
inline constexpr std::int64_t k_trials_per_checkpoint = 4;

} // namespace pursuit::test
