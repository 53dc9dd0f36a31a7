// Replay: S consecutive updates of one network with all noise given, so that any engine can be
// compared with any other program. Format "pursuit-replay/1" (SPEC section 10; version history: 1
// is the first).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"

namespace pursuit {

struct ReplayCase {
  TrainingState start;       // Adam at zero
  std::vector<double> u;     // (k, T, S)
  std::vector<double> z;     // (T, 2, S)
  std::vector<float> x0;     // (N, S)
  std::vector<float> addend; // (N, T-1, S)
  std::size_t updates = 0;   // S
};

// Throws RunError naming the path and the field.
ReplayCase read_replay_case(std::string_view bytes, const std::filesystem::path &path);

struct ReplayResult {
  std::vector<double> losses; // (S), each before its update
  std::vector<double> o;      // (T-1, 2, S)
  LastUpdate last;
  TrainingState end;
};

// Throws RunError naming the first update whose loss is not finite.
ReplayResult replay(Engine &engine, const ReplayCase &replay_case);

// The result as a MATLAB file: loss, o, x, the gradients of what is trained, and all parameters.
std::string replay_bytes(const ReplayResult &result);

} // namespace pursuit
