// What a run may fail of, as a value.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace pursuit {

struct Fault {
  std::string text;
  bool out_of_memory = false;
};

// Engines say "out of memory" in many spellings, and the device's own libraries in theirs.
bool speaks_of_memory(std::string text);

// Runs `action`. Bugs go through.
std::optional<Fault> fault_of(const std::function<void()> &action);

} // namespace pursuit
