// Numbers as text, the same everywhere: file names, canonical JSON, CSV.
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

// The shortest text that reads back as the same double, in the form of ECMAScript and RFC 8785
// section 3.2.2.3: 30 -> "30", 20.5 -> "20.5", 1e-4 -> "0.0001", 1e21 -> "1e+21". Throws
// InternalError if not finite.
std::string shortest_number(double value);

// `value` rounded to 12 significant decimal digits (computed sweep values: 0.1 + 0.2 -> 0.3).
double rounded_to_12_digits(double value);

} // namespace pursuit
