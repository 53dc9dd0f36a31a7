// The meaning of a plain (unquoted) scalar in the core schema of YAML 1.2 (section 10.3.2).
#pragma once

#include <string_view>

#include "experiment/value.hpp"

namespace pursuit {

// null, bool, int, float or string. A whole number that no int64 holds becomes a float; a float too
// large for a double becomes infinite.
decltype(Value::data) resolve_plain_scalar(std::string_view text);

} // namespace pursuit
