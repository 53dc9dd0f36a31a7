// Where the behaviour that networks learn comes from.
#pragma once

#include <optional>
#include <string>

#include "base/disk.hpp"
#include "experiment/experiment.hpp"
#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `value` of the key `data` (nullptr if it is not there: synthetic), unless --data (`option`) wins.
// A recorded file must exist; it is read later.
DataSource read_data_source(const Value *value, const std::optional<std::string> &option,
                            Disk &disk, Faults &faults);

} // namespace pursuit
