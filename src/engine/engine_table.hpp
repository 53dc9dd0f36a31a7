// The engines by name: one row each, which choice, help, version text, estimates and `repeat` read. Adding an engine is a
// row here and its folder.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"

namespace pursuit {

// Microseconds of one trial of N units: fixed + per_unit N + per_pair N^2.
struct TrialTime {
  double fixed, per_unit, per_pair;
  double seconds(double n) const;
};
// Of one run alone on an idle core, with an instruction set; "": with any.
struct TrialTimes {
  std::string_view instruction_set;
  TrialTime stage_1, stage_2, forward;
};

struct EngineRow {
  std::string_view name;
  // Of runs that it trains; "": its module alone knows, and it begins with the name.
  std::string_view numerics;
  bool runs_on_gpu = false;
  // The most siblings (stage-2 runs of one parent, on the same trials) that one core trains sooner side by side than one
  // after the other, because they share each reading of the weights. 1: nothing is gained.
  int siblings = 1;
  // What each sibling beyond the first takes, as a part of a run's time alone; for estimates.
  double further_sibling = 1;
  // The same for each run beyond the first that a GPU trains in one launch.
  double further_on_gpu = 1;
  std::span<const TrialTimes> times; // the last with any instruction set
  // Throws ConfigError where the module, the device or the instruction set is not there.
  std::unique_ptr<Engine> (*make)(const EngineRequest &request) = nullptr;
};

// The first is the default.
std::span<const EngineRow> engine_table();

// Throws ConfigError if there is no such engine.
const EngineRow &engine_row(std::string_view name);

// The engine whose runs have that numerics name; nullptr: none of this program.
const EngineRow *engine_of_numerics(std::string_view numerics);

// What trials take with an engine, as that describes itself: "fused, avx512, on cpu", "torch-2.11.0-cpu-avx512".
const TrialTimes &usual_times(std::string_view description);

// What --engine takes: "auto", and each name.
std::vector<std::string> engine_words();

// The name that "auto" stands for: the default, or on a GPU the first engine that runs there. Another name is itself.
std::string chosen_engine(const std::string &asked, bool on_gpu);

} // namespace pursuit
