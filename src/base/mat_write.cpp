#include <memory>

#include <matio.h>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/memory_file.hpp"

namespace pursuit {

namespace {

// matio would add the time of writing to a text of its own.
constexpr const char *k_header_text = "MATLAB 5.0 MAT-file, written by pursuit";

struct CloseMat {
  void operator()(mat_t *mat) const { Mat_Close(mat); }
};
struct FreeVariable {
  void operator()(matvar_t *variable) const { Mat_VarFree(variable); }
};
using OwnedMat = std::unique_ptr<mat_t, CloseMat>;
using OwnedVariable = std::unique_ptr<matvar_t, FreeVariable>;

[[noreturn]] void fail(const MatVariable &variable) {
  throw InternalError(fmt::format("MAT variable {} cannot be encoded", variable.name));
}

// MATLAB reads no v5 variable of 2 GiB or more.
void check_size(const MatVariable &variable) {
  constexpr std::size_t k_most_bytes = (std::size_t{1} << 31) - 4096;
  if (variable.elements() > k_most_bytes / 8 &&
      (variable.class_name != "single" || variable.elements() > k_most_bytes / 4))
    throw RunError(fmt::format("{} is too large for a MATLAB v5 file (2 GiB)", variable.name));
}

OwnedVariable leaf(const MatVariable &from, matio_classes array_class, matio_types type,
                   const void *data) {
  // matio wants a place to look at even where there is nothing to see.
  static const double k_nothing = 0;
  std::vector<std::size_t> dims = from.dims;
  const void *values = data == nullptr ? &k_nothing : data;
  return OwnedVariable(Mat_VarCreate(from.name.c_str(), array_class, type,
                                     static_cast<int>(dims.size()), dims.data(),
                                     const_cast<void *>(values), MAT_F_DONT_COPY_DATA));
}

// `from` must outlive the result, which points into it.
OwnedVariable encoded(const MatVariable &from) {
  check_size(from);
  OwnedVariable result;
  if (const auto *doubles = std::get_if<std::vector<double>>(&from.data)) {
    if (from.class_name != "double" || from.complex) fail(from);
    result = leaf(from, MAT_C_DOUBLE, MAT_T_DOUBLE, doubles->data());
  } else if (const auto *floats = std::get_if<std::vector<float>>(&from.data)) {
    result = leaf(from, MAT_C_SINGLE, MAT_T_SINGLE, floats->data());
  } else if (const auto *integers = std::get_if<std::vector<std::int64_t>>(&from.data)) {
    result = leaf(from, MAT_C_INT64, MAT_T_INT64, integers->data());
  } else if (const auto *text = std::get_if<std::string>(&from.data)) {
    // Bytes, which matio marks as UTF-8. As UTF-8 it would count characters and read behind the text where one has several.
    result = leaf(from, MAT_C_CHAR, MAT_T_UINT8, text->data());
  } else {
    const MatStruct &value = std::get<MatStruct>(from.data);
    std::vector<const char *> names;
    for (const std::string &name : value.names) names.push_back(name.c_str());
    std::vector<std::size_t> dims = from.dims;
    result.reset(Mat_VarCreateStruct(from.name.c_str(), static_cast<int>(dims.size()), dims.data(),
                                     names.data(), static_cast<unsigned>(names.size())));
    if (!result) fail(from);
    for (std::size_t e = 0; e < value.fields.size(); ++e) {
      for (std::size_t f = 0; f < names.size(); ++f) {
        Mat_VarSetStructFieldByIndex(result.get(), f, e, encoded(value.fields[e][f]).release());
      }
    }
  }
  if (!result) fail(from);
  return result;
}

} // namespace

std::string write_mat(const std::vector<MatVariable> &variables) {
  const MemoryFile file;
  OwnedMat mat(Mat_CreateVer(file.path().c_str(), k_header_text, MAT_FT_MAT5));
  if (!mat) throw RunError("cannot write MAT data to memory");
  for (const MatVariable &variable : variables) {
    const OwnedVariable writable = encoded(variable);
    if (Mat_VarWrite(mat.get(), writable.get(), MAT_COMPRESSION_NONE) != 0) fail(variable);
  }
  mat.reset(); // flushes
  return file.bytes();
}

} // namespace pursuit
