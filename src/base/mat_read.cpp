#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/mat_walk.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_header = 128;
constexpr std::size_t k_version = 124;
constexpr const char *k_convert = "in MATLAB or Octave: load it, then save('-v7', ...) again";

// What inflating may cost: recorded traces shrink to no less than half, padded or constant ones
// further.
constexpr std::size_t k_inflated_floor = std::size_t{64} << 20;
constexpr std::size_t k_inflated_per_byte = 64;

[[noreturn]] void reject(const std::filesystem::path &path, const std::string &fault) {
  throw RunError(fmt::format("{}: {}", path.string(), fault));
}

// Reads the header; returns whether numbers have the other byte order.
bool check_header(std::string_view bytes, const std::filesystem::path &path) {
  constexpr std::string_view k_hdf5 = "\x89HDF\r\n\x1a\n";
  if (bytes.starts_with("MATLAB 7.3") || bytes.starts_with(k_hdf5) ||
      (bytes.size() > 512 && bytes.substr(512).starts_with(k_hdf5)))
    reject(path, fmt::format("is a MATLAB v7.3 (HDF5) file, which is not read; {}", k_convert));
  if (bytes.empty()) reject(path, "is empty, no MAT file");
  const std::string_view first = bytes.substr(0, 4);
  if (bytes.size() >= 20 && first.find('\0') != std::string_view::npos && first[3] == '\0' &&
      first[2] == '\0')
    reject(path, fmt::format("is a MATLAB v4 file or no MAT file; if it is one, {}", k_convert));
  if (bytes.size() < k_header)
    reject(path, bytes.starts_with("MATLAB") ? "is truncated: its header is not whole"
                                             : "is no MAT file");
  const std::string_view ending = bytes.substr(k_version, 4);
  if (ending == std::string_view("\x00\x01IM", 4)) return false;
  if (ending == std::string_view("\x01\x00MI", 4)) return true;
  reject(path, "is no MAT file (no MATLAB v5 header)");
}

} // namespace

std::vector<MatVariable> read_mat(std::string_view bytes, const std::filesystem::path &path) {
  const bool swap_bytes = check_header(bytes, path);
  std::vector<MatVariable> variables;
  std::size_t may_inflate = k_inflated_floor + k_inflated_per_byte * bytes.size();
  std::string_view rest = bytes.substr(k_header);
  MatWalk walk(path, swap_bytes);
  while (!rest.empty()) {
    std::string inflated;
    MatPart array = walk.take(rest);
    if (array.type == MatType::compressed && !array.in_tag) {
      std::string fault;
      inflated = inflate_array(array.data, swap_bytes, may_inflate, fault);
      if (!fault.empty()) walk.fail(fault);
      may_inflate -= std::min(may_inflate, inflated.size());
      std::string_view inside = inflated;
      array = walk.take(inside);
      if (!inside.empty()) walk.fail("damaged (an element that is no array)");
    }
    if (array.in_tag || array.type != MatType::matrix)
      walk.fail("damaged (an element that is no array)");
    MatVariable variable = walk.read_array(array.data);
    if (!variable.name.empty()) variables.push_back(std::move(variable)); // else MATLAB's own
  }
  return variables;
}

} // namespace pursuit
