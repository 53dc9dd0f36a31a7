// A tree as JSON text, keys in file order.
#pragma once

#include <string>

#include "experiment/value.hpp"

namespace pursuit {

// Numbers that are not finite become their text, which JSON has no other word for.
std::string json_text(const Value &value);

} // namespace pursuit
