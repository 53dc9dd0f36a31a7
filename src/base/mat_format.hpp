// The bytes of a MATLAB v5 file, below the arrays: parts, their types, compression.
//
// Grammar (MathWorks, "MAT-File Format", level 5):
//   file     = 128 bytes of header (text, subsystem offset, version 0x0100, "IM" or "MI") array*
//   array    = miMATRIX tag, parts | miCOMPRESSED tag, zlib stream of one miMATRIX array
//   parts    = flags (2 x uint32), dims (>= 2 x int32), name (int8), then by class
//     number = real part [imaginary part], as any numeric type;  char = text
//     cell   = array for each element
//     struct = field name length (int32), names (int8, NUL padded), array for each element and
//     field; an array of 0 bytes was never set
//   A tag is 8 bytes (type, size) before data padded to 8, or holds up to 4 bytes of data itself, whatever
//   the part: the names of a struct's fields too.
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

// Type numbers of the format.
enum class MatType : unsigned {
  int8 = 1,
  uint8 = 2,
  int16 = 3,
  uint16 = 4,
  int32 = 5,
  uint32 = 6,
  single = 7,
  float64 = 9,
  int64 = 12,
  uint64 = 13,
  matrix = 14,
  compressed = 15,
  utf8 = 16,
  utf16 = 17,
};

// What stands between two tags.
struct MatPart {
  MatType type = MatType::int8;
  std::string_view data;
  bool in_tag = false; // the tag itself holds the data
};

// The zlib stream of one compressed array, inflated: the array with its tag. At most `limit` bytes;
// memory grows with what comes out, not with what the tag claims. On failure returns the fault in
// `fault` and an empty text.
std::string inflate_array(std::string_view stream, bool swap_bytes, std::size_t limit,
                          std::string &fault);

// The 32-bit word at the start of `bytes`, which holds at least four.
unsigned read_word(std::string_view bytes, bool swap_bytes);

} // namespace pursuit
