// MATLAB v5 files as plain values: read by mat_walk.hpp, written by matio.
//
// Reading bounds everything before it is allocated: a file that is no MATLAB v5
// file, is truncated or damaged, or states sizes larger than itself (or, compressed, larger than a
// limit) is a RunError that names the path, the variable and the fault. Callers for whom the file
// is the user's input (data, --pretrained_path, needs) turn it into a ConfigError. Writing gives
// the same bytes for the same values: fixed header text, no time, no host, no compression.
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

// Integer classes other than int64, and logicals, are read into std::vector<double> with their
// class in `class_name`. Text is UTF-8.
using MatData = std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>,
                             std::string, MatStruct>;

struct MatVariable {
  std::string name;              // empty for the fields of a struct
  std::vector<std::size_t> dims; // at least two; column-major
  MatData data;
  // "double", "single", "int64", "char", "struct"; as read also "int8" ... "uint64", "logical", and
  // "cell", "sparse", "object", "function", "opaque", whose contents are not read: data is an empty
  // struct and dims are {0, 0}.
  std::string class_name;
  bool complex = false; // as read: data holds the real part

  std::size_t elements() const; // product of dims
};

// Every named variable of the file, in file order. `path` is for messages only. Throws RunError.
std::vector<MatVariable> read_mat(std::string_view bytes, const std::filesystem::path &path);

// The variable of that name, or nullptr.
const MatVariable *find_variable(const std::vector<MatVariable> &variables, std::string_view name);
// The field of that name of element `element` of a struct array, or nullptr (also when `variable`
// is no struct).
const MatVariable *find_field(const MatVariable &variable, std::size_t element,
                              std::string_view name);

// "is sparse, which is not read; make it full ...": of a variable of a class whose contents are not read. Else empty.
std::string why_not_read(const MatVariable &variable);

// Real numeric values as doubles, whatever their class. Throws RunError naming the variable if it
// is not real numeric.
std::vector<double> numbers(const MatVariable &variable);

// Throw InternalError where the number of values is not the product of dims.
MatVariable mat_double(std::string name, std::vector<std::size_t> dims, std::vector<double> values);
MatVariable mat_single(std::string name, std::vector<std::size_t> dims, std::vector<float> values);
MatVariable mat_int64(std::string name, std::int64_t value);
// A row of characters, 0 x 0 where the text is empty.
MatVariable mat_char(std::string name, std::string text);
MatVariable mat_struct(std::string name, std::vector<std::size_t> dims, MatStruct value);

// The file's bytes. Classes: double, single, int64, char, struct; real. Throws RunError where a
// variable is 2 GiB or more (MATLAB reads none in this format).
std::string write_mat(const std::vector<MatVariable> &variables);

} // namespace pursuit
