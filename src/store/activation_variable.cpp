#include "store/activation_variable.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

double one_number(const MatVariable &variable, const std::string &what) {
  const bool is_text = std::holds_alternative<std::string>(variable.data) ||
                       std::holds_alternative<MatStruct>(variable.data);
  if (is_text || variable.complex) throw RunError(what + " is no number");
  const std::vector<double> values = numbers(variable);
  if (values.size() != 1)
    throw RunError(fmt::format("{} is {} values, not one", what, values.size()));
  if (!std::isfinite(values[0])) throw RunError(what + " is not finite");
  return values[0];
}

} // namespace

ActivationSet read_activation_variable(const std::string &names,
                                       const std::filesystem::path &path) {
  const ReadActivationSet read = read_activation_set(names);
  if (read.is_good()) return read.set;
  throw RunError(fmt::format("{}: activation is \"{}\", should be one of {}", path.string(),
                             shown(names), fmt::join(activation_words(), ", ")));
}

MatVariable bound_variable(const std::string &name, const ActivationBound &bound) {
  MatStruct value;
  value.fields.resize(1);
  for (const Activation parameter : bound.named().members()) {
    value.names.emplace_back(to_text(parameter));
    value.fields[0].push_back(mat_double("", {1, 1}, {*bound.of(parameter)}));
  }
  return mat_struct(name, {1, 1}, std::move(value));
}

ActivationBound read_bound_variable(const MatVariable &variable) {
  const MatStruct *by_name = std::get_if<MatStruct>(&variable.data);
  if (by_name == nullptr) return {one_number(variable, "it"), {}};
  if (by_name->fields.size() != 1 || by_name->names.empty())
    throw RunError("it is no struct of one element with a field for each parameter");
  ActivationBound bound;
  for (std::size_t f = 0; f < by_name->names.size(); ++f) {
    const std::string field = shown(by_name->names[f]);
    const std::optional<Activation> parameter = find_activation(by_name->names[f]);
    if (!parameter)
      throw RunError(fmt::format("its field \"{}\" is no activation parameter", field));
    bound.each[*parameter] = one_number(by_name->fields[0][f], fmt::format("its field {}", field));
  }
  return bound;
}

} // namespace pursuit
