// What `verify` finds out anew of an experiment: measures from evaluation files, divergence from losses and data, and
// claims from the manifest's own runs.
#pragma once

#include <optional>
#include <string>

#include "base/disk.hpp"
#include "store/manifest.hpp"
#include "store/verify.hpp"

namespace pursuit {

// Reads the manifest's data now, if it is there.
Recomputed recomputed_for(Disk &disk, const std::optional<Manifest> &manifest);

// A claim of which the manifest says what its runs do not, in words; "" where there is none. Claims that have not been
// judged, or of other runs (`report FILE`), are passed over.
std::string wrong_claim(const Manifest &manifest);

} // namespace pursuit
