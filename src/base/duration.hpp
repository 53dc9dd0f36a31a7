// Seconds for people.
#pragma once

#include <string>

namespace pursuit {

// "8 s", "3 min 20 s", "2 h 05 min", "4 d 3 h".
std::string duration_text(double seconds);

} // namespace pursuit
