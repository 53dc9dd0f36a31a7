// What a part of a MATLAB v5 file says, as values of the class of its array.
#pragma once

#include "base/mat_file.hpp"
#include "base/mat_format.hpp"

namespace pursuit {

// Numbers of the format.
namespace mat_class {
constexpr unsigned cell = 1, struct_array = 2, object = 3, text = 4, sparse = 5, float64 = 6,
                   single = 7, int8 = 8, uint64 = 15, function = 16, opaque = 17;
}
const char *mat_class_name(unsigned array_class); // 1 to 17
inline bool is_number_class(unsigned array_class) {
  return mat_class::float64 <= array_class && array_class <= mat_class::uint64;
}

// Whether `size` bytes of this type are `count` numbers, or `count` characters (of UTF-8 each has up to 4).
bool is_numbers_of(std::size_t count, MatType type, std::size_t size);
bool is_text_of(std::size_t count, MatType type, std::size_t size);

// The numbers of a part for which is_numbers_of holds, as the class has them (a double may be stored in a byte), in the
// type that MatVariable has for that class. What is stored outside an integer class's range takes its nearest end.
MatData mat_numbers(unsigned array_class, const MatPart &part, bool swap_bytes);
// The text of a part for which is_text_of holds: 8-bit units as they are, 16-bit units as UTF-8.
std::string mat_text(const MatPart &part, bool swap_bytes);

} // namespace pursuit
