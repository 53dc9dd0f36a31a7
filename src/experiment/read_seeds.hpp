// Which seeds each point of a sweep is trained with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// `seeds` of a stage.
std::optional<std::vector<std::uint64_t>> read_seeds(const Value &value, const std::string &what,
                                                     Faults &faults);

} // namespace pursuit
