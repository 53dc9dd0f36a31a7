// The wall between a file that anyone may have made and matio, which trusts its sizes: walks every
// tag of a MATLAB v5 file and passes on only what is whole and consistent.
//
// Grammar (MathWorks, "MAT-File Format", level 5):
//   file     = 128 bytes of header (text, subsystem offset, version 0x0100, "IM" or "MI") array*
//   array    = miMATRIX tag, parts | miCOMPRESSED tag, zlib stream of one miMATRIX array
//   parts    = flags (2 x uint32), dims (>= 2 x int32), name (int8), then by class
//     number = real part [imaginary part], as any numeric type;  char = text
//     cell   = array for each element
//     struct = field name length (int32), names (int8, NUL padded), array for each element and
//     field
//   A tag is 8 bytes (type, size) before data padded to 8, or holds up to 4 bytes of data itself.
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pursuit {

// One top-level array that was found sound.
struct GuardedArray {
  std::string_view bytes; // tag and all, uncompressed; empty: it holds what is not read
  std::string name;
  std::string class_name;
};

struct GuardedMat {
  std::string header; // 128 bytes
  std::vector<GuardedArray> arrays;
  std::deque<std::string> inflated; // what some of `arrays` point into
};

// `bytes` must outlive the result. Throws RunError: path, variable, fault.
GuardedMat guard_mat(std::string_view bytes, const std::filesystem::path &path);

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

// The zlib stream of one compressed array, inflated: the array with its tag. At most `limit` bytes;
// memory grows with what comes out, not with what the tag claims. On failure returns the fault in
// `fault` and an empty text.
std::string inflate_array(std::string_view stream, bool swap_bytes, std::size_t limit,
                          std::string &fault);

// The 32-bit word at the start of `bytes`, which holds at least four.
unsigned read_word(std::string_view bytes, bool swap_bytes);

} // namespace pursuit
