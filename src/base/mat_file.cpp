#include "base/mat_file.hpp"

#include <functional>
#include <numeric>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

MatVariable checked(MatVariable variable, std::size_t values) {
  if (variable.dims.size() < 2 || variable.elements() != values) {
    throw InternalError(fmt::format("MAT variable {}: {} values do not fill its dimensions",
                                    variable.name, values));
  }
  return variable;
}

} // namespace

std::size_t MatVariable::elements() const {
  return std::accumulate(dims.begin(), dims.end(), std::size_t{1}, std::multiplies<>());
}

const MatVariable *find_variable(const std::vector<MatVariable> &variables, std::string_view name) {
  for (const MatVariable &variable : variables) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

const MatVariable *find_field(const MatVariable &variable, std::size_t element,
                              std::string_view name) {
  const MatStruct *value = std::get_if<MatStruct>(&variable.data);
  if (value == nullptr || element >= value->fields.size()) return nullptr;
  for (std::size_t f = 0; f < value->names.size(); ++f) {
    if (value->names[f] == name) return &value->fields[element][f];
  }
  return nullptr;
}

std::string why_not_read(const MatVariable &variable) {
  struct Advice {
    const char *class_name, *what_next;
  };
  static constexpr Advice k_advice[] = {
      {"cell", "store numbers as a matrix and named parts as a struct"},
      {"sparse", "make it full, by full(x) in MATLAB or x.toarray() in scipy, and save it again"},
      {"object", "convert it, by struct(x) or table2struct(x) in MATLAB, and save it again"},
      {"opaque",
       "convert it, by struct(x), table2struct(x) or char(x) in MATLAB, and save it again"},
      {"function", "save what it returns"}};
  for (const Advice &advice : k_advice) {
    if (variable.class_name == advice.class_name)
      return fmt::format("is {}, which is not read; {}", advice.class_name, advice.what_next);
  }
  return "";
}

std::vector<double> numbers(const MatVariable &variable) {
  const std::string why = why_not_read(variable);
  if (!why.empty()) throw RunError(fmt::format("{} {}", variable.name, why));
  if (variable.complex)
    throw RunError(fmt::format("{} is complex, not real numbers", variable.name));
  const std::vector<double> *doubles = std::get_if<std::vector<double>>(&variable.data);
  if (doubles != nullptr && doubles->size() == variable.elements()) return *doubles;
  if (const auto *floats = std::get_if<std::vector<float>>(&variable.data))
    return {floats->begin(), floats->end()};
  if (const auto *integers = std::get_if<std::vector<std::int64_t>>(&variable.data))
    return {integers->begin(), integers->end()};
  throw RunError(fmt::format("{} is of class {}, not numbers", variable.name, variable.class_name));
}

MatVariable mat_double(std::string name, std::vector<std::size_t> dims,
                       std::vector<double> values) {
  const std::size_t count = values.size();
  return checked({std::move(name), std::move(dims), std::move(values), "double", false}, count);
}

MatVariable mat_single(std::string name, std::vector<std::size_t> dims, std::vector<float> values) {
  const std::size_t count = values.size();
  return checked({std::move(name), std::move(dims), std::move(values), "single", false}, count);
}

MatVariable mat_int64(std::string name, std::int64_t value) {
  return {std::move(name), {1, 1}, std::vector<std::int64_t>{value}, "int64", false};
}

MatVariable mat_char(std::string name, std::string text) {
  const std::vector<std::size_t> dims =
      text.empty() ? std::vector<std::size_t>{0, 0} : std::vector<std::size_t>{1, text.size()};
  return {std::move(name), dims, std::move(text), "char", false};
}

MatVariable mat_struct(std::string name, std::vector<std::size_t> dims, MatStruct value) {
  for (const std::vector<MatVariable> &fields : value.fields) {
    if (fields.size() != value.names.size())
      throw InternalError(fmt::format("MAT struct {}: an element lacks fields", name));
  }
  const std::size_t count = value.fields.size();
  return checked({std::move(name), std::move(dims), std::move(value), "struct", false}, count);
}

} // namespace pursuit
