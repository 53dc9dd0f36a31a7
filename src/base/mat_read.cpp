#include <memory>

#include <matio.h>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/mat_guard.hpp"
#include "base/memory_file.hpp"

namespace pursuit {

namespace {

struct CloseMat {
  void operator()(mat_t *mat) const { Mat_Close(mat); }
};
struct FreeVariable {
  void operator()(matvar_t *variable) const { Mat_VarFree(variable); }
};
using OwnedMat = std::unique_ptr<mat_t, CloseMat>;
using OwnedVariable = std::unique_ptr<matvar_t, FreeVariable>;

template <class To, class From> std::vector<To> copied(const void *data, std::size_t count) {
  const From *values = static_cast<const From *>(data);
  return std::vector<To>(values, values + count);
}

// Text of 8-bit units as it is; of 16-bit units (no surrogate pairs) as UTF-8.
std::string text_of(const matvar_t &variable, const void *data, std::size_t count) {
  if (variable.data_size != 2) {
    const std::size_t bytes = variable.data_type == MAT_T_UTF8 ? variable.nbytes : count;
    return {static_cast<const char *>(data), bytes};
  }
  std::string text;
  for (const std::uint16_t unit : copied<std::uint16_t, std::uint16_t>(data, count)) {
    if (unit < 0x80) {
      text += static_cast<char>(unit);
    } else if (unit < 0x800) {
      text += static_cast<char>(0xc0 | (unit >> 6));
      text += static_cast<char>(0x80 | (unit & 0x3f));
    } else {
      text += static_cast<char>(0xe0 | (unit >> 12));
      text += static_cast<char>(0x80 | ((unit >> 6) & 0x3f));
      text += static_cast<char>(0x80 | (unit & 0x3f));
    }
  }
  return text;
}

MatVariable converted(const matvar_t *from);

MatStruct struct_of(const matvar_t &from, std::size_t count) {
  MatStruct value;
  const std::size_t n_fields = Mat_VarGetNumberOfFields(const_cast<matvar_t *>(&from));
  char *const *names = Mat_VarGetStructFieldnames(&from);
  for (std::size_t f = 0; f < n_fields; ++f) value.names.emplace_back(names[f]);
  value.fields.resize(count);
  matvar_t *const *cells = static_cast<matvar_t *const *>(from.data);
  for (std::size_t e = 0; e < count; ++e) {
    for (std::size_t f = 0; f < n_fields; ++f) {
      value.fields[e].push_back(converted(cells == nullptr ? nullptr : cells[e * n_fields + f]));
      value.fields[e].back().name.clear();
    }
  }
  return value;
}

struct ClassRow {
  matio_classes number;
  const char *name;
  MatData (*read)(const void *data, std::size_t count);
};

template <class To, class From> MatData read_as(const void *data, std::size_t count) {
  return copied<To, From>(data, count);
}

constexpr ClassRow k_classes[] = {
    {MAT_C_DOUBLE, "double", read_as<double, double>},
    {MAT_C_SINGLE, "single", read_as<float, float>},
    {MAT_C_INT64, "int64", read_as<std::int64_t, std::int64_t>},
    {MAT_C_UINT64, "uint64", read_as<double, std::uint64_t>},
    {MAT_C_INT32, "int32", read_as<double, std::int32_t>},
    {MAT_C_UINT32, "uint32", read_as<double, std::uint32_t>},
    {MAT_C_INT16, "int16", read_as<double, std::int16_t>},
    {MAT_C_UINT16, "uint16", read_as<double, std::uint16_t>},
    {MAT_C_INT8, "int8", read_as<double, std::int8_t>},
    {MAT_C_UINT8, "uint8", read_as<double, std::uint8_t>},
};

// nullptr (a field that was never set): an empty matrix, as MATLAB has it.
MatVariable converted(const matvar_t *from) {
  MatVariable variable{"", {0, 0}, std::vector<double>{}, "double", false};
  if (from == nullptr) return variable;
  if (from->name != nullptr) variable.name = from->name;
  if (from->class_type == MAT_C_EMPTY || from->rank < 2) return variable;
  variable.dims.assign(from->dims, from->dims + from->rank);
  variable.complex = from->isComplex != 0;
  const std::size_t count = variable.elements();
  const void *data = from->data;
  if (data != nullptr && variable.complex)
    data = static_cast<const mat_complex_split_t *>(data)->Re;
  const std::size_t there = data == nullptr ? 0 : count;
  if (from->class_type == MAT_C_STRUCT) {
    variable.class_name = "struct";
    variable.data = struct_of(*from, count);
  } else if (from->class_type == MAT_C_CELL) {
    variable.class_name = "cell";
    variable.data = MatStruct{};
    variable.dims = {0, 0};
  } else if (from->class_type == MAT_C_CHAR) {
    variable.class_name = "char";
    variable.data = there == 0 ? std::string() : text_of(*from, data, there);
  }
  for (const ClassRow &row : k_classes) {
    if (from->class_type != row.number) continue;
    variable.class_name = from->isLogical != 0 ? "logical" : row.name;
    variable.data = row.read(data, there);
  }
  return variable;
}

// matio's reading of one array that was found sound.
MatVariable read_array(const std::string &header, const GuardedArray &array,
                       const std::filesystem::path &path) {
  if (array.bytes.empty()) return {array.name, {0, 0}, MatStruct{}, array.class_name, false};
  MemoryFile file;
  file.append(header);
  file.append(array.bytes);
  const OwnedMat mat(Mat_Open(file.path().c_str(), MAT_ACC_RDONLY));
  const OwnedVariable variable(mat ? Mat_VarReadNext(mat.get()) : nullptr);
  if (!variable)
    throw RunError(fmt::format("{}: variable {} cannot be read", path.string(), array.name));
  return converted(variable.get());
}

} // namespace

std::vector<MatVariable> read_mat(std::string_view bytes, const std::filesystem::path &path) {
  const GuardedMat guarded = guard_mat(bytes, path);
  std::vector<MatVariable> variables;
  variables.reserve(guarded.arrays.size());
  for (const GuardedArray &array : guarded.arrays) {
    variables.push_back(read_array(guarded.header, array, path));
  }
  return variables;
}

} // namespace pursuit
