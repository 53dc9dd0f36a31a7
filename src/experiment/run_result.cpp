#include "experiment/run_result.hpp"

#include "base/errors.hpp"

namespace pursuit {

std::string_view to_text(RunState state) {
  switch (state) {
  case RunState::pending:
    return "pending";
  case RunState::running:
    return "running";
  case RunState::done:
    return "done";
  case RunState::failed:
    return "failed";
  case RunState::skipped:
    return "skipped";
  case RunState::interrupted:
    return "interrupted";
  }
  throw InternalError("a run state without a name");
}

std::optional<RunState> run_state(std::string_view word) {
  for (const RunState state : {RunState::pending, RunState::running, RunState::done,
                               RunState::failed, RunState::skipped, RunState::interrupted}) {
    if (word == to_text(state)) return state;
  }
  return std::nullopt;
}

bool has_ended(RunState state) {
  return state == RunState::done || state == RunState::failed || state == RunState::interrupted;
}

} // namespace pursuit
