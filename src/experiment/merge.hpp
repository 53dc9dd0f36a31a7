// A file's own keys over its includes'.
#pragma once

#include <string_view>

#include "experiment/value.hpp"

namespace pursuit {

// Lays `upper` over `lower`: mappings merge key by key, everything else replaces. A key stays where
// `lower` had it; new keys follow in the order of `upper`. `tau` and its alias are one key.
Value merged(Value lower, Value upper);

// The name under which a key is compared: a parameter's own key for its alias, else the key.
std::string_view compared_key(std::string_view key);

} // namespace pursuit
