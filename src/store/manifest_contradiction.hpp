// What a manifest says that cannot all be true, whatever lies beside it. None that the program writes contradicts itself,
// in any state; one that does was changed, and it is not known what it listed.
#pragma once

#include <string>

#include "store/manifest.hpp"

namespace pursuit {

// In words: its counts are those of its runs, each of which it lists once, of a stage that `resolved` has and with that
// stage's mode; its state is one that its runs can have come to. "" where there is none.
std::string contradiction_in(const Manifest &manifest);
// The same, and that each id is the hash of its run's settings.
std::string fault_in(const Manifest &manifest);

} // namespace pursuit
