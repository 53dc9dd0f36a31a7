// Changing a tree before it is read: a file's own keys over its includes', and --set.
#pragma once

#include <string>
#include <string_view>

#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// Lays `upper` over `lower`: mappings merge key by key, everything else replaces. A key stays where
// `lower` had it; new keys follow in the order of `upper`. `tau` and its alias are one key.
Value merged(Value lower, Value upper);

// The name under which a key is compared: a parameter's own key for its alias, else the key.
std::string_view compared_key(std::string_view key);

// Applies "PATH=VALUE" to the tree: PATH is dotted, a number in it is an index into a list (from
// 0), VALUE is YAML. Makes mapping keys that are missing, except stages. Every value it brings has
// the place "--set PATH".
void apply_set(Value &root, const std::string &set, Faults &faults);

} // namespace pursuit
