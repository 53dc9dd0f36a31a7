// Changes a MATLAB v5 file element by element, so that sizes, padding and compression stay right
// around the change: plain changes of bytes hardly ever get past the first tag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pursuit::fuzz {

// Changes `size` bytes in place, up to `max_size`; returns the new size.
using MutateBytes = std::size_t (*)(std::uint8_t *data, std::size_t size, std::size_t max_size);

std::string mutated_mat(std::string_view file, unsigned seed, MutateBytes mutate_bytes);

} // namespace pursuit::fuzz
