#include "store/model.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/number.hpp"
#include "experiment/parameters.hpp"
#include "store/activation_variable.hpp"

namespace pursuit {

namespace {

std::vector<float> rounded(const std::vector<double> &values) {
  return {values.begin(), values.end()};
}

bool all_equal(const std::vector<double> &values, double value) {
  return std::all_of(values.begin(), values.end(), [value](double v) { return v == value; });
}

MatVariable scalar(const char *name, double value) { return mat_double(name, {1, 1}, {value}); }

// The parameters added after version 1 that are not at their default, in the table's order.
void add_given(std::vector<MatVariable> &variables, const Settings &settings) {
  for (const Parameter &parameter : parameters()) {
    const ParameterValue value = value_of(settings, parameter);
    if (!parameter.omitted_at_default || is_omitted(parameter, value)) continue;
    const std::string name(parameter.key);
    if (const double *number = std::get_if<double>(&value))
      variables.push_back(scalar(name.c_str(), *number));
    else if (const ActivationBound *bound = std::get_if<ActivationBound>(&value))
      variables.push_back(bound_variable(name, *bound));
    else if (const std::int64_t *whole = std::get_if<std::int64_t>(&value))
      variables.push_back(mat_int64(name, *whole));
    else
      variables.push_back(mat_char(name, std::get<std::string>(value)));
  }
}

} // namespace

Model model_of(const RunSpec &spec, const std::string &id, Network network,
               std::vector<double> losses) {
  Model model;
  model.network = std::move(network);
  model.losses = std::move(losses);
  model.settings = spec.settings;
  if (spec.stage != 2) model.settings.activation = Settings().activation;
  model.format = k_model_format;
  model.mode = to_text(spec.mode);
  model.numerics = spec.numerics;
  model.run_id = id;
  model.parent = spec.parent_id.empty() ? spec.parent_file.sha256 : spec.parent_id;
  model.data_sha256 = spec.data_sha256;
  model.stage = spec.stage;
  model.seed = static_cast<std::int64_t>(spec.seed);
  model.has_seed = true;
  return model;
}

std::string model_bytes(const Model &model) {
  const Network &net = model.network;
  const Settings &settings = model.settings;
  const std::size_t n = static_cast<std::size_t>(net.n);
  const std::size_t k = static_cast<std::size_t>(net.k);
  // The order is part of the bytes, and so of every recorded SHA-256: never change it. `format`
  // stands first, so that a truncated file of ours is never taken for a whole one of the reference.
  std::vector<MatVariable> variables = {
      mat_char("format", k_model_format),
      mat_single("w", {n, n}, rounded(net.w)),
      mat_single("w_in", {n, k}, rounded(net.w_in)),
      mat_single("w_out", {2, n}, rounded(net.w_out)),
      mat_single("b_out", {1, 1}, {static_cast<float>(net.b_out)}),
      mat_int64("N", net.n),
      mat_double("losses", {model.losses.size(), 1}, model.losses),
      scalar("tau", net.tau_ms),
      mat_single("input_gain", {n, 1}, rounded(net.activation.input_gain)),
      mat_single("threshold", {n, 1}, rounded(net.activation.threshold)),
      mat_single("response_gain", {n, 1}, rounded(net.activation.response_gain)),
      mat_char("activation", to_text(settings.activation)),
      mat_char("mode", model.mode),
      mat_char("numerics", model.numerics),
      mat_char("run_id", model.run_id),
      mat_char("parent", model.parent),
      mat_char("data_sha256", model.data_sha256),
      mat_int64("stage", model.stage),
      mat_int64("n_trials", settings.n_trials),
      mat_int64("seed", model.seed),
      scalar("gain", settings.gain),
      scalar("learning_rate", settings.learning_rate),
      scalar("noise_recurrent", settings.noise_recurrent),
      scalar("noise_input", settings.noise_input),
      scalar("noise_direction", settings.noise_direction_deg),
      scalar("amplitude_low", settings.amplitude_low),
  };
  add_given(variables, settings);
  return write_mat(variables);
}

std::string model_file_name(const RunSpec &spec, const std::string &id) {
  return fmt::format("Task_pursuit_N_{}_Tau_{}_{}_{}.mat", spec.settings.N,
                     shortest_number(spec.settings.tau_ms), model_kind(spec), id.substr(0, 12));
}

std::string model_path(const RunSpec &spec, const std::string &id) {
  return "models/pursuit/" + model_file_name(spec, id);
}

ActivationSet trained_activation(const Model &model) {
  if (!model.format.empty()) return model.stage == 2 ? model.settings.activation : ActivationSet();
  for (const ActivationParameter &row : k_activation_parameters) {
    if (!all_equal(model.network.activation[row.which], row.neutral)) return row.which;
  }
  return {};
}

} // namespace pursuit
