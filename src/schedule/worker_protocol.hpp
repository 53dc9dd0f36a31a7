// How pursuit-run and its workers talk: one JSON object a line, jobs down the worker's stdin,
// events up its stdout. A worker is `pursuit-train --worker`; a job can be repeated by hand by
// piping its line into one. Bytes that are no UTF-8, of a path, stand as base/utf8.hpp says.
//
//   down  {"job": {"pack": id, "output_dir": path, "engine": name, "device": "cpu"|"cuda:0",
//   "uuid": "GPU-..."|"",
//          "data": {"synthetic": seed} | {"path": path}, "data_sha256": hex, "checkpoint_every_s":
//          30, "evaluate": {"trials": n, "window_ms": n, "shuffles": n}|null,
//          "runs": [{"run": <run.json>, "model": path relative to output_dir, "model_sha256": hex or
//          "", "parent": path or "", "parent_sha256": hex}]}}
//         {"extend": {"pack": id, "runs": [as in a job]}}         more runs for the job that was given last, at any time
//   up    {"event": "ready", "engine": text}                                      once, after the
//   first job is understood
//         {"event": "begun"}                                                      data and engine are there: from here on the job's time counts
//         {"event": "progress", "run": i, "trial": n, "loss": x|null, "trials_per_s": x,
//         "from_trial": n}   i: index into the job's runs
//         {"event": "done", "run": i, "model": {path, sha256, bytes}, "loss": {...}|null,
//         "diverged": true|false|null, "seconds": x, "pack": {"id": id, "size": n}, "from_trial": n, "to_trial": n, "ended": time}   its result.json is written
//         {"event": "evaluated", "run": i, "measures": {...}|null, "error": text}  after done, or alone
//         {"event": "failed", "run": i, "error": text, "out_of_memory": bool}
//         {"event": "stopped", "run": i, "from_trial": n, "to_trial": n, "ended": time|""}   "": its result.json could not be written
//         {"event": "idle", "runs": n}                                            the job has ended; n: how many runs it had
//         {"event": "alive"}                                                      every k_beat_s
// The runs of an extension get the indexes that follow. The worker takes one up between two trials, and each run of a job is
// concluded when it ends, whatever the others do. An extension that finds its job ended goes on with it: the settings are
// the job's, "begun" comes again, and so does "idle". So a scheduler knows by n whether an "idle" has crossed an extension: then
// another one follows. A stop is meant for all runs of the job, those of later extensions too.
// SIGTERM: checkpoint and stop, then "idle"; it is blocked in a worker from its start, so that one
// that comes while the program is being loaded is kept for the first job. SIGINT is ignored: the
// terminal's Ctrl-C belongs to the scheduler. End of stdin: leave. Nobody reads stdout any more: as SIGTERM, and after
// k_last_words_s the worker ends whatever it does. Where stdin is a socket, descriptors of the claims (claims.hpp) of the
// runs to be trained come with a line's first bytes, in the runs' order; a line without them takes the claims itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "experiment/experiment.hpp"
#include "schedule/job.hpp"

namespace pursuit {

// A worker says that it is alive this often, in seconds, whatever it is doing.
constexpr double k_beat_s = 2;
// So long, in seconds, it may still write checkpoints and results once nobody listens to it.
constexpr unsigned k_last_words_s = 4;
// Descriptors that one byte carries at most: SCM_MAX_FD, unix(7).
constexpr std::size_t k_most_passed = 253;

struct WorkerRun {
  RunSpec spec;
  std::string id;
  std::string model_path;    // relative to output_dir
  std::string model_sha256;  // not empty: it is trained, and only to be evaluated
  std::string parent_path;   // absolute or relative to the current folder; empty in stage 1
  std::string parent_sha256; // the parent's file is rehashed before it is read
};

struct WorkerJob {
  std::string pack_id;
  std::string output_dir;
  std::string engine = "reference";
  std::string device = "cpu";
  std::string uuid; // of the GPU this worker must see
  bool synthetic = true;
  std::uint64_t synthetic_seed = 1;
  std::string data_path, data_sha256;
  double checkpoint_every_s = 30;
  std::optional<Evaluate> evaluate; // none: trained runs are not evaluated
  std::vector<WorkerRun> runs;
};

// Runs that join a job under way.
struct WorkerExtension {
  std::string pack_id;
  std::vector<WorkerRun> runs;
};

using WorkerOrder = std::variant<WorkerJob, WorkerExtension>;
std::string to_line(const WorkerOrder &order);
WorkerOrder parse_order(const std::string &line); // throws RunError

struct WorkerReady {
  std::string engine;
};
struct WorkerAlive {};
// The `run` and `slot` of the events are filled in by the runner; here `run` is the index into the
// job's runs.
using WorkerEvent = std::variant<WorkerReady, WorkerAlive, JobBegun, RunProgress, RunDone,
                                 RunEvaluated, RunFailed, RunStopped, JobEnded>;
std::string to_line(const WorkerEvent &event);
WorkerEvent parse_event(const std::string &line); // throws RunError

} // namespace pursuit
