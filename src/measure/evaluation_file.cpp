#include "measure/evaluation_file.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "store/activation_variable.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_ms = k_outcome_ms;
constexpr std::size_t k_offsets = k_offsets_deg.size();
constexpr std::size_t k_contrasts = 2;

using Dims = std::vector<std::size_t>;

// What a condition holds: its name in the file, and the shape of one condition's part.
struct Part {
  const char *name;
  std::vector<double> ConditionOutcome::*member;
  Dims dims;
  bool single;
};

std::vector<Part> parts(std::size_t n, std::size_t trials) {
  return {{"velocity_mean", &ConditionOutcome::velocity_mean, {k_ms, 2}, false},
          {"velocity_sd", &ConditionOutcome::velocity_sd, {k_ms, 2}, false},
          {"heading", &ConditionOutcome::heading, {k_ms, 2}, false},
          {"trial_velocity", &ConditionOutcome::trial_velocity, {trials, 2}, false},
          {"rate", &ConditionOutcome::rate, {n}, true},
          {"state", &ConditionOutcome::state, {n, k_state_times}, true}};
}

std::size_t product(const Dims &dims) {
  std::size_t count = 1;
  for (std::size_t dim : dims) count *= dim;
  return count;
}

MatVariable numbers_of(const char *name, Dims dims, std::vector<double> values, bool single) {
  if (!single) return mat_double(name, std::move(dims), std::move(values));
  return mat_single(name, std::move(dims), std::vector<float>(values.begin(), values.end()));
}

MatVariable column(const char *name, std::vector<double> values) {
  const std::size_t count = values.size();
  return mat_double(name, {count, 1}, std::move(values));
}

void add_conditions(const Evaluation &evaluation, std::vector<MatVariable> &variables) {
  const std::size_t n = static_cast<std::size_t>(evaluation.n);
  for (const Part &part : parts(n, static_cast<std::size_t>(evaluation.settings.trials))) {
    std::vector<double> values;
    for (const CueOutcome &cue : evaluation.cues) {
      for (const ConditionOutcomes &contrast : cue.conditions) {
        for (const ConditionOutcome &condition : contrast) {
          const std::vector<double> &own = condition.*part.member;
          values.insert(values.end(), own.begin(), own.end());
        }
      }
    }
    Dims dims = part.dims;
    dims.insert(dims.end(), {k_offsets, k_contrasts, evaluation.cues.size()});
    variables.push_back(numbers_of(part.name, std::move(dims), std::move(values), part.single));
  }
}

void add_tuning(const Evaluation &evaluation, std::vector<MatVariable> &variables) {
  std::vector<double> values;
  for (const CueOutcome &cue : evaluation.cues) {
    for (const std::vector<double> &of_contrast : cue.tuning) {
      values.insert(values.end(), of_contrast.begin(), of_contrast.end());
    }
  }
  variables.push_back(numbers_of("tuning",
                                 {static_cast<std::size_t>(evaluation.n), k_tuning_directions,
                                  k_contrasts, evaluation.cues.size()},
                                 std::move(values), true));
}

std::vector<double> joined(const std::array<std::vector<double>, 2> &both) {
  std::vector<double> values = both[0];
  values.insert(values.end(), both[1].begin(), both[1].end());
  return values;
}

void add_shuffles(const Evaluation &evaluation, std::vector<MatVariable> &variables) {
  if (!evaluation.shuffle) return;
  const std::size_t shuffles = static_cast<std::size_t>(evaluation.settings.shuffles);
  variables.push_back(mat_double("shuffled_heading", {2, 2, shuffles, k_contrasts},
                                 joined(evaluation.shuffle->shuffled)));
  variables.push_back(
      mat_double("uniform_heading", {2, 2, k_contrasts}, joined(evaluation.shuffle->uniform)));
}

void add_days(const Evaluation &evaluation, std::vector<MatVariable> &variables) {
  const std::size_t days = evaluation.days.target_deg.size();
  variables.push_back(column("day_target_deg", evaluation.days.target_deg));
  variables.push_back(
      mat_double("day_velocity", {2, days, k_contrasts}, joined(evaluation.days.velocity)));
}

std::vector<double> behaviour_values(const Evaluation &evaluation) {
  std::vector<double> values;
  for (const auto &contrast : evaluation.behaviour_velocity) {
    for (const auto &velocity : contrast) {
      values.insert(values.end(), velocity.begin(), velocity.end());
    }
  }
  return values;
}

// begin + step k, k = 0 .. count - 1.
std::vector<double> steps(double begin, double step, std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t k = 0; k < count; ++k) values[k] = begin + step * static_cast<double>(k);
  return values;
}

void add_axes(const Evaluation &evaluation, std::vector<MatVariable> &variables) {
  variables.push_back(column("offsets_deg", {k_offsets_deg.begin(), k_offsets_deg.end()}));
  variables.push_back(
      column("tuning_deg", steps(0, 360.0 / k_tuning_directions, k_tuning_directions)));
  variables.push_back(column("time_ms", steps(1, 1, k_ms)));
  variables.push_back(
      column("state_time_ms", steps(k_state_every_ms - 1, k_state_every_ms, k_state_times)));
  std::vector<double> cues;
  for (const CueOutcome &cue : evaluation.cues) cues.push_back(cue.cue);
  variables.push_back(column("cue", std::move(cues)));
}

// Reads variables by name and shape.
class Reader {
public:
  Reader(std::string_view bytes, const fs::path &path)
      : path_(path), variables_(read_mat(bytes, path)) {}

  const fs::path &path() const { return path_; }
  bool has(const char *name) const { return find_variable(variables_, name) != nullptr; }

  std::string text(const char *name) const {
    const std::string *value = std::get_if<std::string>(&variable(name).data);
    if (value == nullptr) fail(name, "is no text");
    return *value;
  }

  std::vector<double> some(const char *name) const { return numbers(variable(name)); }

  // MATLAB drops trailing dimensions of 1, so only the number of values is looked at.
  std::vector<double> values(const char *name, std::size_t count) const {
    std::vector<double> found = numbers(variable(name));
    if (found.size() != count) {
      fail(name, fmt::format("has {} values, not {}", found.size(), count));
    }
    for (double value : found) {
      if (!std::isfinite(value)) fail(name, "holds a value that is not finite");
    }
    return found;
  }

  double number(const char *name) const { return values(name, 1)[0]; }

  std::int64_t whole(const char *name, double least, double most) const {
    const double value = number(name);
    if (value != std::floor(value) || value < least || value > most) {
      fail(name, fmt::format("is {}, no whole number from {} to {}", value, least, most));
    }
    return static_cast<std::int64_t>(value);
  }

  std::uint64_t seed() const {
    const std::int64_t *value = nullptr;
    if (const auto *list = std::get_if<std::vector<std::int64_t>>(&variable("seed").data)) {
      if (list->size() == 1) value = list->data();
    }
    if (value == nullptr) fail("seed", "is no int64");
    return static_cast<std::uint64_t>(*value);
  }

  [[noreturn]] void fail(const char *name, const std::string &fault) const {
    throw RunError(fmt::format("{}: {} {}", path_.string(), name, fault));
  }

private:
  const MatVariable &variable(const char *name) const {
    const MatVariable *found = find_variable(variables_, name);
    if (found == nullptr) fail(name, "is missing");
    return *found;
  }

  fs::path path_;
  std::vector<MatVariable> variables_;
};

void read_conditions(const Reader &reader, Evaluation &evaluation) {
  const std::size_t n = static_cast<std::size_t>(evaluation.n);
  for (const Part &part : parts(n, static_cast<std::size_t>(evaluation.settings.trials))) {
    const std::size_t own = product(part.dims);
    const std::vector<double> values =
        reader.values(part.name, own * k_offsets * k_contrasts * evaluation.cues.size());
    std::vector<double>::const_iterator next = values.begin();
    for (CueOutcome &cue : evaluation.cues) {
      for (ConditionOutcomes &contrast : cue.conditions) {
        for (ConditionOutcome &condition : contrast) {
          (condition.*part.member).assign(next, next + static_cast<std::ptrdiff_t>(own));
          next += static_cast<std::ptrdiff_t>(own);
        }
      }
    }
  }
}

void read_tuning(const Reader &reader, Evaluation &evaluation) {
  const std::size_t own = static_cast<std::size_t>(evaluation.n) * k_tuning_directions;
  const std::vector<double> values =
      reader.values("tuning", own * k_contrasts * evaluation.cues.size());
  std::vector<double>::const_iterator next = values.begin();
  for (CueOutcome &cue : evaluation.cues) {
    for (std::vector<double> &of_contrast : cue.tuning) {
      of_contrast.assign(next, next + static_cast<std::ptrdiff_t>(own));
      next += static_cast<std::ptrdiff_t>(own);
    }
  }
}

std::array<std::vector<double>, 2> halves(const std::vector<double> &values) {
  const std::ptrdiff_t half = static_cast<std::ptrdiff_t>(values.size() / 2);
  return {std::vector<double>(values.begin(), values.begin() + half),
          std::vector<double>(values.begin() + half, values.end())};
}

void read_days(const Reader &reader, Evaluation &evaluation) {
  const std::size_t days = reader.some("day_target_deg").size();
  if (days == 0) reader.fail("day_target_deg", "is empty");
  evaluation.days = {reader.values("day_target_deg", days),
                     halves(reader.values("day_velocity", 2 * days * k_contrasts))};
}

void read_settings(const Reader &reader, Evaluation &evaluation) {
  evaluation.settings = {reader.whole("trials", 1, 1e6), reader.whole("window_ms", 1, k_ms),
                         reader.whole("shuffles", 0, 1e6)};
  evaluation.seed = reader.seed();
  evaluation.noise_recurrent = reader.number("noise_recurrent");
  evaluation.noise_input = reader.number("noise_input");
  evaluation.noise_direction_deg = reader.number("noise_direction");
  evaluation.amplitude_low = reader.number("amplitude_low");
  evaluation.centre_deg = reader.number("centre_deg");
  evaluation.model_sha256 = reader.text("model_sha256");
  evaluation.data_sha256 = reader.text("data_sha256");
  if (const std::string names = reader.text("activation"); !names.empty())
    evaluation.activation = read_activation_variable(names, reader.path());
  evaluation.n = static_cast<int>(reader.whole("N", 1, 1e6));
}

void read_behaviour(const Reader &reader, Evaluation &evaluation) {
  const std::vector<double> values = reader.values("behaviour_velocity", 2 * 2 * k_contrasts);
  std::size_t next = 0;
  for (auto &contrast : evaluation.behaviour_velocity) {
    for (auto &velocity : contrast) {
      for (double &value : velocity) value = values[next++];
    }
  }
}

} // namespace

std::string evaluation_bytes(const Evaluation &e) {
  const std::size_t n = static_cast<std::size_t>(e.n);
  std::vector<MatVariable> variables = {mat_char("format", k_evaluation_format),
                                        mat_char("numerics", k_evaluation_numerics),
                                        mat_char("model_sha256", e.model_sha256),
                                        mat_char("data_sha256", e.data_sha256),
                                        mat_char("activation", to_text(e.activation)),
                                        mat_int64("seed", static_cast<std::int64_t>(e.seed)),
                                        mat_int64("trials", e.settings.trials),
                                        mat_int64("window_ms", e.settings.window_ms),
                                        mat_int64("shuffles", e.settings.shuffles),
                                        mat_int64("N", e.n),
                                        column("noise_recurrent", {e.noise_recurrent}),
                                        column("noise_input", {e.noise_input}),
                                        column("noise_direction", {e.noise_direction_deg}),
                                        column("amplitude_low", {e.amplitude_low}),
                                        column("centre_deg", {e.centre_deg})};
  add_axes(e, variables);
  add_conditions(e, variables);
  add_tuning(e, variables);
  add_days(e, variables);
  const std::size_t trained = std::max<std::size_t>(e.activation.size(), 1);
  variables.push_back(
      mat_double("parameter", {e.parameter.size() / trained, trained}, e.parameter));
  variables.push_back(mat_double("w_in", {n, 2}, e.w_in));
  variables.push_back(mat_double("behaviour_velocity", {2, 2, k_contrasts}, behaviour_values(e)));
  add_shuffles(e, variables);
  return write_mat(variables);
}

Evaluation read_evaluation(std::string_view bytes, const fs::path &path) {
  const Reader reader(bytes, path);
  if (reader.text("format") != k_evaluation_format) {
    reader.fail("format", fmt::format("is not \"{}\"", k_evaluation_format));
  }
  Evaluation evaluation;
  read_settings(reader, evaluation);
  const std::size_t n = static_cast<std::size_t>(evaluation.n);
  for (double cue : reader.some("cue")) evaluation.cues.push_back({cue, {}, {}});
  if (evaluation.cues.empty() || evaluation.cues.size() > 2)
    reader.fail("cue", "has not one or two values");
  read_conditions(reader, evaluation);
  read_tuning(reader, evaluation);
  read_days(reader, evaluation);
  evaluation.parameter = reader.values("parameter", n * evaluation.activation.size());
  evaluation.w_in = reader.values("w_in", 2 * n);
  read_behaviour(reader, evaluation);
  if (reader.has("shuffled_heading")) {
    const std::size_t shuffles = static_cast<std::size_t>(evaluation.settings.shuffles);
    evaluation.shuffle =
        ShuffleOutcome{halves(reader.values("shuffled_heading", 4 * shuffles * k_contrasts)),
                       halves(reader.values("uniform_heading", 4 * k_contrasts))};
  }
  return evaluation;
}

} // namespace pursuit
