// YAML text -> Value tree; the only place that knows yaml-cpp.
//
// YAML 1.2, core schema. Beyond what YAML itself forbids, these are faults: a second document, a
// key given twice, a key that is no scalar, the merge key `<<`, tags other than the core ones,
// nesting deeper than 64, more than 1,000,000 values (aliases counted as often as they are used).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "experiment/faults.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// Reads a file's only document. Adds every fault with its place; nullopt where no tree came out
// that is worth a further look. A tree whose keys are not unique is returned without the later
// ones.
std::optional<Value> read_yaml(std::string_view bytes, const std::string &file, Faults &faults);

// Reads the value of an option; `option` ("--set a.b") is the place of everything in it.
std::optional<Value> read_yaml_option(std::string_view text, const std::string &option,
                                      Faults &faults);

} // namespace pursuit
