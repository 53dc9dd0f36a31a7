// Which engine trains, and on which slots: the engine is chosen first, then the devices (SPEC
// section 7).
#pragma once

#include <string>
#include <vector>

#include "schedule/slot.hpp"

namespace pursuit {

struct EngineChoice {
  std::string name;                 // "reference", "torch", ...
  std::string numerics;             // part of every run id
  std::string describes_itself;     // engine, instruction set, device; of torch the numerics
  std::vector<std::string> notices; // choices the user should know of
  std::vector<Slot> slots;
};

// `engine`: auto | fused | torch | reference | reference-double; `devices`: see schedule/slot.hpp.
// Throws ConfigError.
EngineChoice choose_engine(const std::string &engine, const std::string &devices);

} // namespace pursuit
