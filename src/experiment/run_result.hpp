// What became of a run. The plan, the schedule, the manifest, the journal and result.json all say it with this one value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/measures.hpp"

namespace pursuit {

enum class RunState { pending, running, done, failed, skipped, interrupted };
std::string_view to_text(RunState state);
// The inverse; nothing where the word is no state.
std::optional<RunState> run_state(std::string_view word);
// Whether a try at the run has come to an end: done, failed or interrupted. Such a run has a result.
bool has_ended(RunState state);

struct ModelFile {
  std::string path; // relative to output_dir
  std::string sha256;
  std::uint64_t bytes = 0;
};

// The runs that one worker trained side by side.
struct Pack {
  std::string id; // empty: not known
  int size = 1;
};

// One try at a run.
struct Attempt {
  std::string started, ended; // RFC 3339; ended empty while it runs
  std::string host, device, engine;
  std::int64_t from_trial = 0, to_trial = 0;
  std::optional<int> exit; // of the worker process, when it ended
  std::string signal;      // "SIGKILL", or empty
  std::string error;
  bool operator==(const Attempt &) const = default;
};

struct RunResult {
  RunState state = RunState::pending; // of a record: pending where there is none
  std::optional<ModelFile> model;     // when done
  std::string parent_sha256;          // of the parent's model file it was trained from
  std::optional<LossSummary> loss;
  std::optional<bool> diverged;  // task/divergence.hpp; nothing: not done, or nobody could judge it
  double seconds = 0;            // that its worker took, for the whole pack
  Pack pack;                     // of its last attempt
  std::string error;             // when failed
  std::vector<Attempt> attempts; // of this and earlier starts
  std::optional<Measures> measures; // of the evaluation that is asked for; none before it

  // Of what is more than a result: the result alone.
  RunResult &result() { return *this; }
  const RunResult &result() const { return *this; }
};

} // namespace pursuit
