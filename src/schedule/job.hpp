// A job is not a run: it is a slot and one or more runs (a pack) that its worker trains side by
// side.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/pack_policy.hpp"
#include "plan/plan.hpp"
#include "store/measures.hpp"

namespace pursuit {

struct Job {
  enum class Kind { train, evaluate };
  Kind kind = Kind::train;
  SlotIndex slot;
  std::string pack_id;
  std::vector<NodeIndex> runs;  // in the order in which the worker is told of them
  std::vector<int> claims = {}; // descriptors of the claims of runs to be trained, in their order
};

// What a runner reports. `run` is a node of the plan's graph.
struct RunProgress {
  int slot = 0, run = 0;
  std::int64_t trial = 0;            // trials done
  double loss = 0, trials_per_s = 0; // loss NaN: none yet
  std::int64_t from_trial = 0;       // where this attempt began (a checkpoint's trial)
};
// The result without its attempts, which the schedule knows. `pack`: with an empty id what the schedule knows of it too.
struct RunDone : RunResult {
  int slot = 0, run = 0;
  std::int64_t from_trial = 0, to_trial = 0;
  std::string ended; // when, as its result.json says
};
struct RunFailed {
  int slot = 0, run = 0;
  std::string error;
  bool out_of_memory = false; // of the device: the pack is halved and tried again
};
struct RunStopped { // by request, after a checkpoint
  int slot = 0, run = 0;
  std::int64_t from_trial = 0, to_trial = 0;
  std::string ended; // as its result.json says; empty: that could not be written
};
// After RunDone, or alone where a job only evaluates. The run is done whatever this says.
struct RunEvaluated {
  int slot = 0, run = 0;
  std::optional<Measures> measures;
  std::string error; // where there are none
};
// The job is no longer queued: its time counts from here. Again when its data and engine are there, and when an extension
// finds it ended.
struct JobBegun {
  int slot = 0;
};
// The worker has ended its job, of so many runs, and waits for the next.
struct JobEnded {
  int slot = 0;
  int runs = 0;
};
// The worker process is gone: every run of its job that has not reported is lost.
struct WorkerEnded {
  int slot = 0;
  std::optional<int> exit_code;
  std::string signal;         // "SIGSEGV", or empty
  std::string last_words;     // end of its stderr
  bool never_started = false; // the system refused: too many processes or files, no memory
  double silent_s = 0;        // killed because it had sent nothing for so long
};
struct Interrupted {
  int signal = 0; // SIGINT, SIGTERM, SIGHUP
};
struct Tick {}; // nothing happened until the deadline

using Event = std::variant<RunProgress, RunDone, RunEvaluated, RunFailed, RunStopped, JobBegun,
                           JobEnded, WorkerEnded, Interrupted, Tick>;

// Starts jobs and says what becomes of them. The real one (process_runner.hpp) keeps one worker
// process per slot; the fake one in the tests keeps a script.
class Runner {
public:
  virtual ~Runner() = default;
  // The slot must be idle. JobBegun follows when the job leaves the runner's queue, at once where there is none; failure to
  // start is reported as WorkerEnded.
  virtual void start(const Job &job) = 0;
  // A further run for the job of a busy slot, with its claim as in a job. It gets the place that follows.
  virtual void extend(SlotIndex slot, NodeIndex run, int claim) = 0;
  // The next event, or Tick at `deadline_s` (monotonic clock).
  virtual Event wait(double deadline_s) = 0;
  // Asks the worker of a busy slot to checkpoint and stop; RunStopped and JobEnded follow.
  virtual void drain(SlotIndex slot) = 0;
  // SIGKILL; WorkerEnded follows.
  virtual void kill(SlotIndex slot) = 0;
};

} // namespace pursuit
