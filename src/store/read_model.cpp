// Model files, read and checked: the other half of model.hpp.
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/number.hpp"
#include "experiment/parameters.hpp"
#include "plan/bound_complaints.hpp"
#include "store/activation_variable.hpp"
#include "store/model.hpp"

namespace pursuit {

namespace {

constexpr std::int64_t k_most_units = 23170; // (N, N) singles stay under the format's 2 GiB

// The variables of one model file, taken by name, each checked.
class ModelReader {
public:
  ModelReader(std::string_view bytes, const std::filesystem::path &path)
      : path_(path), variables_(read_mat(bytes, path)) {}

  [[noreturn]] void fail(std::string_view name, const std::string &fault) const {
    throw RunError(fmt::format("{}: {} {}", path_.string(), name, fault));
  }

  std::string path() const { return path_.string(); }
  bool has(std::string_view name) const { return find_variable(variables_, name) != nullptr; }

  const MatVariable &variable(std::string_view name) const {
    const MatVariable *found = find_variable(variables_, name);
    if (found == nullptr)
      throw RunError(fmt::format("{}: no variable {}; is it a model file?", path_.string(), name));
    const std::string why = why_not_read(*found);
    if (!why.empty()) fail(name, why);
    return *found;
  }

  // Finite real numbers of any class; `rows` x `columns`.
  std::vector<double> matrix(std::string_view name, std::size_t rows, std::size_t columns) const {
    const MatVariable &found = variable(name);
    if (found.dims != std::vector<std::size_t>{rows, columns})
      fail(name, fmt::format("is {}, should be {} x {}", shape(found), rows, columns));
    return finite(found);
  }

  // Values that single precision holds exactly: what a network is made of.
  std::vector<double> singles(std::string_view name, std::size_t rows, std::size_t columns) const {
    std::vector<double> values = matrix(name, rows, columns);
    if (variable(name).class_name == "single") return values;
    for (const double value : values) {
      if (std::fabs(value) > std::numeric_limits<float>::max() ||
          static_cast<double>(static_cast<float>(value)) != value)
        fail(name,
             fmt::format("is of class {} with a value ({}) that single cannot hold; a model's "
                         "weights are single",
                         variable(name).class_name, shortest_number(value)));
    }
    return values;
  }

  double number(std::string_view name) const { return matrix(name, 1, 1)[0]; }

  // One number that may be NaN.
  double number_or_nan(std::string_view name) const {
    const std::vector<double> values = real(variable(name));
    if (values.size() == 1 && std::isnan(values[0])) return values[0];
    return number(name);
  }

  ParameterValue bound(std::string_view name) const {
    try {
      return read_bound_variable(variable(name));
    } catch (const RunError &error) {
      fail(name, fmt::format("cannot be read: {}", error.what()));
    }
  }

  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most) const {
    const MatVariable &found = variable(name);
    const double value = number(name);
    if (value != std::floor(value) || value < static_cast<double>(least) ||
        value > static_cast<double>(most))
      fail(name, fmt::format("is {}, should be a whole number from {} to {}",
                             shortest_number(value), least, most));
    // From 2^53 on only the integer class itself has every digit.
    const std::vector<std::int64_t> *exact = std::get_if<std::vector<std::int64_t>>(&found.data);
    return exact != nullptr ? (*exact)[0] : static_cast<std::int64_t>(value);
  }

  std::string text(std::string_view name) const {
    const MatVariable &found = variable(name);
    const std::string *value = std::get_if<std::string>(&found.data);
    if (value == nullptr)
      fail(name, fmt::format("is of class {}, should be char", found.class_name));
    if (!value->empty() && (found.dims.size() != 2 || found.dims[0] != 1))
      fail(name, fmt::format("is {}, should be one row", shape(found)));
    return *value;
  }

  // A column of any length.
  std::vector<double> column(std::string_view name) const {
    const MatVariable &found = variable(name);
    if (found.elements() == 0) return {};
    if (found.dims.size() != 2 || found.dims[1] != 1)
      fail(name, fmt::format("is {}, should be one column", shape(found)));
    return finite(found);
  }

private:
  static std::string shape(const MatVariable &variable) {
    std::string text;
    for (const std::size_t length : variable.dims) {
      text += (text.empty() ? "" : " x ") + std::to_string(length);
    }
    return text;
  }

  std::vector<double> real(const MatVariable &found) const {
    try {
      return numbers(found);
    } catch (const RunError &error) {
      throw RunError(fmt::format("{}: {}", path_.string(), error.what()));
    }
  }

  std::vector<double> finite(const MatVariable &found) const {
    std::vector<double> values = real(found);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i]))
        fail(found.name, fmt::format("is not finite at ({}, {}): {}", i % found.dims[0] + 1,
                                     i / found.dims[0] + 1, std::isnan(values[i]) ? "NaN" : "Inf"));
    }
    return values;
  }

  std::filesystem::path path_;
  std::vector<MatVariable> variables_;
};

std::string one_of(const ModelReader &file, const char *name, std::span<const char *const> words) {
  const std::string word = file.text(name);
  for (const char *known : words) {
    if (word == known) return word;
  }
  std::string all;
  for (const char *known : words) all += (all.empty() ? "" : ", ") + std::string(known);
  file.fail(name, fmt::format("is \"{}\", should be one of {}", word, all));
}

Network read_network(const ModelReader &file) {
  Network net;
  net.n = static_cast<int>(file.integer("N", 1, k_most_units));
  const std::size_t n = static_cast<std::size_t>(net.n);
  const MatVariable &w_in = file.variable("w_in");
  net.k = w_in.dims[1] == 3 ? 3 : 2;
  net.w = file.singles("w", n, n);
  net.w_in = file.singles("w_in", n, static_cast<std::size_t>(net.k));
  net.w_out = file.singles("w_out", 2, n);
  net.b_out = file.singles("b_out", 1, 1)[0];
  net.tau_ms = file.number("tau");
  if (net.tau_ms < k_dt_ms)
    file.fail("tau", fmt::format("is {}, should be at least {} ms", shortest_number(net.tau_ms),
                                 shortest_number(k_dt_ms)));
  for (const ActivationParameter &row : k_activation_parameters)
    net.activation[row.which] = file.singles(row.name, n, 1);
  return net;
}

ParameterValue value_in(const ModelReader &file, const Parameter &parameter) {
  if (is_word(parameter)) return file.text(parameter.key);
  if (is_bound(parameter)) return file.bound(parameter.key);
  if (!is_whole(parameter)) return file.number(parameter.key);
  constexpr std::int64_t k_most = std::numeric_limits<std::int64_t>::max();
  return file.integer(parameter.key, -k_most, k_most);
}

// Parameters added after version 1: where the file lacks one, it was trained with its default.
void read_given(const ModelReader &file, Settings &settings) {
  for (const Parameter &parameter : parameters()) {
    if (!parameter.omitted_at_default) continue;
    if (!file.has(parameter.key)) {
      set_omitted(settings, parameter);
      continue;
    }
    const ParameterValue value = value_in(file, parameter);
    const std::string fault = range_fault(parameter, value);
    if (!fault.empty()) file.fail(parameter.key, fault);
    set_value(settings, parameter, value);
  }
}

void read_second_group(const ModelReader &file, Model &model) {
  static constexpr std::array k_modes = {"activation", "prior_input"};
  model.mode = one_of(file, "mode", k_modes);
  if ((model.mode == "prior_input") != (model.network.k == 3))
    file.fail("w_in", fmt::format("has {} columns, which mode \"{}\" does not", model.network.k,
                                  model.mode));
  model.numerics = file.text("numerics");
  model.run_id = file.text("run_id");
  model.parent = file.text("parent");
  model.data_sha256 = file.text("data_sha256");
  constexpr std::int64_t k_most = std::numeric_limits<std::int64_t>::max();
  model.stage = file.integer("stage", 1, 2);
  Settings &settings = model.settings;
  settings.n_trials = file.integer("n_trials", 0, k_most);
  if (settings.n_trials != static_cast<std::int64_t>(model.losses.size()))
    file.fail("losses",
              fmt::format("has {} values, n_trials is {}", model.losses.size(), settings.n_trials));
  model.seed = file.integer("seed", 0, k_most);
  model.has_seed = true;
  settings.gain = file.number_or_nan("gain");
  settings.learning_rate = file.number("learning_rate");
  settings.noise_recurrent = file.number("noise_recurrent");
  settings.noise_input = file.number("noise_input");
  settings.noise_direction_deg = file.number("noise_direction");
  settings.amplitude_low = file.number("amplitude_low");
  read_given(file, settings);
  const std::optional<BoundFault> fault = bound_fault(settings);
  if (model.stage == 2 && fault) throw RunError(fmt::format("{}: {}", file.path(), fault->what));
}

} // namespace

Model read_model(std::string_view bytes, const std::filesystem::path &path) {
  const ModelReader file(bytes, path);
  Model model;
  if (file.has("format")) {
    model.format = file.text("format");
    if (model.format != k_model_format)
      file.fail("format", fmt::format("is \"{}\", should be \"{}\"", model.format, k_model_format));
  }
  model.network = read_network(file);
  model.settings.N = model.network.n;
  model.settings.tau_ms = model.network.tau_ms;
  model.losses = file.column("losses");
  model.settings.activation = read_activation_variable(file.text("activation"), path);
  if (!model.format.empty()) {
    read_second_group(file, model);
  } else {
    model.mode = model.network.k == 3 ? "prior_input" : "activation";
    model.settings.n_trials = static_cast<std::int64_t>(model.losses.size());
    model.settings.gain = std::numeric_limits<double>::quiet_NaN();
  }
  return model;
}

} // namespace pursuit
