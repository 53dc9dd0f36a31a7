// MAT variables and faults that the tests of mat_file share.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/errors.hpp"
#include "base/mat_file.hpp"

namespace pursuit {

using Doubles = std::vector<double>;

// Two elements, as behaviour data are: numbers and a struct in a struct array.
inline MatVariable struct_array() {
  MatStruct inner{{"hvel", "vvel"},
                  {{mat_double("", {3, 1}, {1, 2, 3}), mat_double("", {1, 2}, {4, 5})}}};
  MatStruct outer{{"tgdir", "highCont"}, {}};
  for (const double direction : {15.0, -15.0}) {
    outer.fields.push_back({mat_double("", {1, 1}, {direction}), mat_struct("", {1, 1}, inner)});
  }
  return mat_struct("Data", {1, 2}, outer);
}

inline std::vector<MatVariable> all_kinds() {
  const double nan = std::nan("");
  return {
      mat_double("d", {2, 3}, {1, 2, 3, 4, 5, 6}),
      mat_double("gain", {1, 1}, {nan}),
      mat_single("s", {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}),
      mat_double("cube", {2, 1, 2}, {1, 2, 3, 4}),
      mat_double("losses", {0, 1}, {}),
      mat_int64("seed", std::numeric_limits<std::int64_t>::max()),
      mat_char("activation", "threshold"),
      mat_char("parent", ""),
      struct_array(),
  };
}

// The fault, or "nothing".
inline std::string what_is_wrong(const std::string &bytes) {
  try {
    read_mat(bytes, "dir/x.mat");
  } catch (const RunError &error) {
    return error.what();
  }
  return "nothing";
}

} // namespace pursuit
