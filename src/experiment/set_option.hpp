// --set PATH=VALUE: changing a tree before it is read.
#pragma once

#include <string>

#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// Applies "PATH=VALUE" to the tree: PATH is dotted, a number in it is an index into a list (from
// 0), VALUE is YAML. Makes mapping keys that are missing, except stages. Every value it brings has
// the place "--set PATH".
void apply_set(Value &root, const std::string &set, Faults &faults);

} // namespace pursuit
