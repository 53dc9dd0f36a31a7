// Where two model files part.
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

// The first variable and element that differ, with both values, and which variables differ at all:
// "losses(1201, 1): 0.51 and 0.52; w, w_in, losses differ". Of equal variables in other bytes: the
// first byte. "" where the bytes are equal. Elements count from 1, as in MATLAB. Throws RunError where one is no MATLAB file.
std::string first_difference(std::string_view left, std::string_view right);

} // namespace pursuit
