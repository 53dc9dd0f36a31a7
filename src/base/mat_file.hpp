// MATLAB v5 files as plain values; the only place that knows matio.
//
// Reading bounds everything before it is allocated: a file that is no MAT file, is truncated, or
// states sizes larger than itself (or, compressed, larger than a fixed limit) is a ConfigError that
// names the path. Writing gives the same bytes for the same values: fixed header text, no time, no
// host, no compression.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pursuit {

struct MatVariable;

// A struct array; fields[e][f] is field f of element e (column-major), every element with the same
// names.
struct MatStruct {
  std::vector<std::string> names;
  std::vector<std::vector<MatVariable>> fields;
};

// Any integer class other than int64 is read into std::vector<double> with its class remembered in
// `class_name`.
using MatData = std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>,
                             std::string, MatStruct>;

struct MatVariable {
  std::string name;
  std::vector<std::size_t> dims; // at least two; column-major
  MatData data;
  std::string
      class_name; // "double", "single", "int64", "char", "struct", or as read: "int16", "cell", ...
  bool complex = false;

  std::size_t elements() const; // product of dims
};

// Every variable of the file, in file order. `path` is for messages only.
std::vector<MatVariable> read_mat(std::string_view bytes, const std::filesystem::path &path);

// The variable of that name, or nullptr.
const MatVariable *find_variable(const std::vector<MatVariable> &variables, std::string_view name);

// Real numeric values as doubles, whatever their class. Throws RunError naming the variable if it
// is not real numeric.
std::vector<double> numbers(const MatVariable &variable);

MatVariable mat_double(std::string name, std::vector<std::size_t> dims, std::vector<double> values);
MatVariable mat_single(std::string name, std::vector<std::size_t> dims, std::vector<float> values);
MatVariable mat_int64(std::string name, std::int64_t value);
MatVariable mat_char(std::string name, std::string text);

std::string write_mat(const std::vector<MatVariable> &variables);

} // namespace pursuit
