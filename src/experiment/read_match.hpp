// Parameters set or matched by the keys of a mapping.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// A mapping of parameters (and seed) to a value or a list of values. `kind`: of the stage whose runs
// are matched; nullptr if it is not known. `what` names it in messages.
std::optional<Match> read_match(const Value &value, const std::string &what, const StageKind *kind,
                                Faults &faults);

// The parameters among a mapping's members, each set to one value. `take` says which one a key names; nullptr: none, or
// none that is to be set.
using TakeKey = std::function<const Parameter *(const Value &key)>;
std::vector<Assignment> read_assignments(const Value &mapping, const TakeKey &take, Faults &faults);

} // namespace pursuit
