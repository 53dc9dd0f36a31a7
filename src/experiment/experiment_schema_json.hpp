// The JSON Schema of an experiment file.
#pragma once

#include <string>

namespace pursuit {

// JSON Schema (draft 2020-12) of an experiment file, made from the parameter table.
std::string experiment_schema();

} // namespace pursuit
