#include "train/replay.hpp"

#include <cmath>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "plan/bound_complaints.hpp"
#include "store/activation_variable.hpp"
#include "train/train.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_t = k_steps;

// The case's variables with their faults: every message names file and field.
class CaseReader {
public:
  CaseReader(std::vector<MatVariable> variables, std::filesystem::path path)
      : variables_(std::move(variables)), path_(std::move(path)) {}

  const MatVariable &variable(const std::string &name) const {
    const MatVariable *found = find_variable(variables_, name);
    if (found == nullptr) fail(name, "is missing");
    const std::string why = why_not_read(*found);
    if (!why.empty()) fail(name, why);
    return *found;
  }

  std::string path() const { return path_.string(); }
  bool has(const std::string &name) const { return find_variable(variables_, name) != nullptr; }

  std::string text(const std::string &name) const {
    const std::string *value = std::get_if<std::string>(&variable(name).data);
    if (value == nullptr) fail(name, "is not text");
    return *value;
  }

  // Finite real values of exactly this shape; trailing dimensions of 1 may be absent.
  std::vector<double> array(const std::string &name, std::vector<std::size_t> dims) const {
    const MatVariable &found = variable(name);
    std::vector<std::size_t> have = found.dims;
    while (have.size() > dims.size() && have.back() == 1) have.pop_back();
    while (have.size() < dims.size()) have.push_back(1);
    if (have != dims) {
      fail(name, fmt::format("has shape ({}), expected ({})", joined(found.dims), joined(dims)));
    }
    std::vector<double> values = numbers(found);
    for (double value : values) {
      if (!std::isfinite(value)) fail(name, "has a value that is not finite");
    }
    return values;
  }

  double number(const std::string &name) const { return array(name, {1, 1})[0]; }

  [[noreturn]] void fail(const std::string &name, const std::string &what) const {
    throw RunError(fmt::format("{}: {} {}", path_.string(), name, what));
  }

private:
  static std::string joined(const std::vector<std::size_t> &dims) {
    return fmt::format("{}", fmt::join(dims, ","));
  }

  std::vector<MatVariable> variables_;
  std::filesystem::path path_;
};

Network read_network(const CaseReader &reader) {
  Network network;
  const MatVariable &w = reader.variable("w");
  const std::size_t n = w.dims[0];
  if (n == 0 || w.dims.size() != 2 || w.dims[1] != n) reader.fail("w", "is not a square matrix");
  const MatVariable &w_in = reader.variable("w_in");
  const std::size_t k = w_in.dims[1];
  if (k != 2 && k != 3) reader.fail("w_in", fmt::format("has {} columns, expected 2 or 3", k));
  network.n = static_cast<int>(n);
  network.k = static_cast<int>(k);
  network.tau_ms = reader.number("tau");
  network.dt_ms = reader.number("dt");
  if (network.dt_ms <= 0) reader.fail("dt", "is not positive");
  if (network.tau_ms < network.dt_ms) reader.fail("tau", "is below dt");
  network.w = reader.array("w", {n, n});
  network.w_in = reader.array("w_in", {n, k});
  network.w_out = reader.array("w_out", {2, n});
  network.b_out = reader.number("b_out");
  for (const ActivationParameter &row : k_activation_parameters)
    network.activation[row.which] = reader.array(std::string(row.name), {n, 1});
  return network;
}

ActivationSet read_trained(const CaseReader &reader) {
  const double stage = reader.number("stage");
  if (stage == 1) return {};
  if (stage != 2) reader.fail("stage", "is neither 1 nor 2");
  return read_activation_variable(reader.text("activation"), reader.path());
}

ActivationBound read_bound(const CaseReader &reader, const char *name) {
  if (!reader.has(name)) return {};
  try {
    return read_bound_variable(reader.variable(name));
  } catch (const RunError &error) {
    reader.fail(name, fmt::format("cannot be read: {}", error.what()));
  }
}

void read_limits(const CaseReader &reader, TrainingState &start) {
  Settings settings;
  settings.activation_min = read_bound(reader, "activation_min");
  settings.activation_max = read_bound(reader, "activation_max");
  const bool any = !settings.activation_min.is_none() || !settings.activation_max.is_none();
  if (start.trained.empty()) {
    if (any) reader.fail("activation_min", "or activation_max is given, and stage is 1");
    return;
  }
  settings.activation = start.trained;
  if (const std::optional<BoundFault> fault = bound_fault(settings))
    throw RunError(fmt::format("{}: {}", reader.path(), fault->what));
  start.limits = limits_of(settings);
  clip(start);
}

void check_mode(const CaseReader &reader, const ReplayCase &replay_case) {
  const std::string mode = reader.text("mode");
  const int channels = mode == "prior_input" ? 3 : 2;
  if (mode != "activation" && mode != "prior_input") {
    reader.fail("mode", fmt::format("is \"{}\"", mode));
  }
  if (replay_case.start.network.k != channels) {
    reader.fail("w_in", fmt::format("has {} columns, mode {} needs {}", replay_case.start.network.k,
                                    mode, channels));
  }
  if (mode == "prior_input" && !replay_case.start.trained.empty()) {
    reader.fail("stage", "is 2, but mode prior_input has one stage");
  }
}

std::vector<float> to_float(const std::vector<double> &values) {
  return std::vector<float>(values.begin(), values.end());
}

// Part s of S equal parts.
template <class T>
std::span<const T> part(const std::vector<T> &values, std::size_t s, std::size_t count) {
  const std::size_t size = values.size() / count;
  return std::span<const T>(values).subspan(s * size, size);
}

Trial trial_of(const ReplayCase &replay_case, std::size_t s) {
  const std::size_t count = replay_case.updates;
  const std::span<const double> u = part(replay_case.u, s, count);
  const std::span<const double> z = part(replay_case.z, s, count);
  Trial trial;
  trial.u.assign(u.begin(), u.end());
  trial.z.assign(z.begin(), z.end());
  trial.noise.given_x0 = part(replay_case.x0, s, count);
  trial.noise.given_addend = part(replay_case.addend, s, count);
  return trial;
}

std::vector<MatVariable> gradient_variables(const ReplayResult &result, std::size_t n,
                                            std::size_t k) {
  const Tensors &g = result.last.gradients;
  if (result.end.trained.empty()) {
    return {mat_single("g_w", {n, n}, to_float(g.w)),
            mat_single("g_w_in", {n, k}, to_float(g.w_in)),
            mat_single("g_w_out", {2, n}, to_float(g.w_out)),
            mat_single("g_b_out", {1, 1}, {static_cast<float>(g.b_out)})};
  }
  std::vector<MatVariable> variables;
  for (const Activation parameter : result.end.trained.members())
    variables.push_back(mat_single(fmt::format("g_{}", to_text(parameter)), {n, 1},
                                   to_float(g.activation[parameter])));
  return variables;
}

} // namespace

ReplayCase read_replay_case(std::string_view bytes, const std::filesystem::path &path) {
  const CaseReader reader(read_mat(bytes, path), path);
  const std::string format = reader.text("format");
  if (format != "pursuit-replay/1") {
    reader.fail("format", fmt::format("is \"{}\", this program reads pursuit-replay/1", format));
  }
  ReplayCase replay_case;
  replay_case.start.network = read_network(reader);
  replay_case.start.trained = read_trained(reader);
  read_limits(reader, replay_case.start);
  replay_case.start.learning_rate = reader.number("learning_rate");
  if (replay_case.start.learning_rate <= 0) reader.fail("learning_rate", "is not positive");
  check_mode(reader, replay_case);
  const std::size_t n = static_cast<std::size_t>(replay_case.start.network.n);
  const std::size_t k = static_cast<std::size_t>(replay_case.start.network.k);
  const MatVariable &u = reader.variable("u");
  const std::size_t updates = u.dims.size() > 2 ? u.dims[2] : 1;
  if (updates == 0) reader.fail("u", "has no update");
  replay_case.updates = updates;
  replay_case.u = reader.array("u", {k, k_t, updates});
  replay_case.z = reader.array("z", {k_t, 2, updates});
  replay_case.x0 = to_float(reader.array("x0", {n, updates}));
  replay_case.addend = to_float(reader.array("noise", {n, k_t - 1, updates}));
  return replay_case;
}

ReplayResult replay(Engine &engine, const ReplayCase &replay_case) {
  const std::unique_ptr<Training> training = engine.start();
  const std::int64_t updates = static_cast<std::int64_t>(replay_case.updates);
  const MemberId network = training->add(
      replay_case.start,
      TrialSource([&](std::uint32_t trial) { return trial_of(replay_case, trial); }), updates);
  ReplayResult result;
  while (training->trial(network) < updates) {
    training->advance(1);
    result.last = training->last_update(network);
    result.o.insert(result.o.end(), result.last.o.begin(), result.last.o.end());
  }
  result.losses = training->take_losses(network);
  for (std::size_t s = 0; s < result.losses.size(); ++s) {
    if (std::isfinite(result.losses[s])) continue;
    throw RunError(fmt::format("update {}: the loss is not finite", s + 1));
  }
  result.end = training->state(network);
  return result;
}

std::string replay_bytes(const ReplayResult &result) {
  const Network &network = result.end.network;
  const std::size_t n = static_cast<std::size_t>(network.n);
  const std::size_t k = static_cast<std::size_t>(network.k);
  std::vector<MatVariable> variables = {
      mat_double("loss", {result.losses.size(), 1}, result.losses),
      mat_single("o", {k_t - 1, 2, result.losses.size()}, to_float(result.o)),
      mat_single("x", {n, k_t}, to_float(result.last.x))};
  for (MatVariable &gradient : gradient_variables(result, n, k)) {
    variables.push_back(std::move(gradient));
  }
  variables.push_back(mat_single("w", {n, n}, to_float(network.w)));
  variables.push_back(mat_single("w_in", {n, k}, to_float(network.w_in)));
  variables.push_back(mat_single("w_out", {2, n}, to_float(network.w_out)));
  variables.push_back(mat_single("b_out", {1, 1}, {static_cast<float>(network.b_out)}));
  for (const ActivationParameter &row : k_activation_parameters)
    variables.push_back(
        mat_single(std::string(row.name), {n, 1}, to_float(network.activation[row.which])));
  return write_mat(variables);
}

} // namespace pursuit
