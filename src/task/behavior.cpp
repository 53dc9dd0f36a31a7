#include "task/behavior.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/sha256.hpp"

namespace pursuit {

namespace {

// The contrast's field in the file.
std::string_view field_name(Contrast contrast) {
  return contrast == Contrast::high ? "highCont" : "lowCont";
}

constexpr std::array<Contrast, 2> k_contrasts{Contrast::high, Contrast::low};
constexpr std::array<Condition, 6> k_conditions{
    Condition::wide,   Condition::wide_plus120,  Condition::wide_minus120,
    Condition::narrow, Condition::narrow_plus15, Condition::narrow_minus15};
constexpr double k_largest_direction_deg = 36000;
constexpr std::size_t k_most_complaints = 20;

// What is wrong with one file, each with the field it is in.
class FieldFaults {
public:
  explicit FieldFaults(const std::filesystem::path &path) : path_(path.string()) {}

  void add(const std::string &field, const std::string &what) {
    ++count_;
    if (complaints_.size() < k_most_complaints)
      complaints_.push_back({{path_}, field + ": " + what, ""});
  }

  void throw_if_any() {
    if (count_ == 0) return;
    if (count_ > complaints_.size()) {
      complaints_.push_back(
          {{path_},
           fmt::format("and {} more faults of this kind", count_ - complaints_.size()),
           ""});
    }
    throw ConfigError(complaints_);
  }

private:
  std::string path_;
  std::vector<Complaint> complaints_;
  std::size_t count_ = 0;
};

std::string size_text(const MatVariable &variable) {
  std::string text;
  for (std::size_t d : variable.dims) text += (text.empty() ? "" : " x ") + std::to_string(d);
  return text;
}

// Empty if it is a struct.
std::string no_struct(const MatVariable &variable) {
  const std::string why = why_not_read(variable);
  if (!why.empty()) return why + "; a struct is expected";
  return variable.class_name == "struct" ? ""
                                         : fmt::format("is {}, not a struct", variable.class_name);
}

// Member `name` of element `e` of a struct array, or nullptr and a fault.
const MatVariable *member(const MatVariable &parent, std::size_t e, const std::string &parent_field,
                          std::string_view name, FieldFaults &faults) {
  const MatStruct *fields = std::get_if<MatStruct>(&parent.data);
  if (const std::string why = no_struct(parent); !why.empty()) {
    faults.add(parent_field, why);
    return nullptr;
  }
  if (e >= fields->fields.size()) {
    faults.add(parent_field, "is an empty struct");
    return nullptr;
  }
  const auto found = std::find(fields->names.begin(), fields->names.end(), name);
  if (found == fields->names.end()) {
    faults.add(fmt::format("{}.{}", parent_field, name), "is missing");
    return nullptr;
  }
  return &fields->fields[e][static_cast<std::size_t>(found - fields->names.begin())];
}

// `count` finite real numbers in a row or a column, or empty and a fault.
std::vector<double> finite_numbers(const MatVariable &variable, std::size_t count,
                                   const std::string &field, FieldFaults &faults) {
  std::vector<double> values;
  if (const std::string why = why_not_read(variable); !why.empty()) {
    faults.add(field, why);
    return {};
  }
  try {
    values = numbers(variable);
  } catch (const RunError &) {
    faults.add(field, fmt::format("is {}{}, not real numbers", variable.complex ? "complex " : "",
                                  variable.class_name));
    return {};
  }
  const bool is_line = std::count_if(variable.dims.begin(), variable.dims.end(),
                                     [](std::size_t d) { return d != 1; }) <= 1;
  if (!is_line || values.size() != count) {
    faults.add(field, fmt::format("has size {}, expected {} x 1", size_text(variable), count));
    return {};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    faults.add(field, fmt::format("value {} is not finite", i + 1));
    return {};
  }
  return values;
}

Trace read_trace(const MatVariable &condition, const std::string &field, FieldFaults &faults) {
  Trace trace;
  const std::pair<const char *, std::vector<double> *> parts[] = {{"hvel", &trace.hvel},
                                                                  {"vvel", &trace.vvel}};
  for (const auto &[name, values] : parts) {
    const MatVariable *velocity = member(condition, 0, field, name, faults);
    if (velocity == nullptr) continue;
    *values = finite_numbers(*velocity, k_samples, fmt::format("{}.{}", field, name), faults);
  }
  return trace;
}

Day read_day(const MatVariable &data, std::size_t d, FieldFaults &faults) {
  Day day;
  const std::string field = fmt::format("Data({})", d + 1);
  if (const MatVariable *tgdir = member(data, d, field, "tgdir", faults)) {
    const std::vector<double> direction = finite_numbers(*tgdir, 1, field + ".tgdir", faults);
    if (!direction.empty()) day.target_direction_deg = direction[0];
    if (std::fabs(day.target_direction_deg) > k_largest_direction_deg) {
      faults.add(field + ".tgdir", fmt::format("{} is no direction in degrees", direction[0]));
    }
  }
  for (Contrast contrast : k_contrasts) {
    const MatVariable *block = member(data, d, field, field_name(contrast), faults);
    if (block == nullptr) continue;
    const std::string block_field = fmt::format("{}.{}", field, field_name(contrast));
    for (Condition condition : k_conditions) {
      const MatVariable *trace = member(*block, 0, block_field, to_text(condition), faults);
      if (trace == nullptr) continue;
      day.traces[static_cast<std::size_t>(contrast)][static_cast<std::size_t>(condition)] =
          read_trace(*trace, fmt::format("{}.{}", block_field, to_text(condition)), faults);
    }
  }
  return day;
}

MatVariable one_struct(std::string_view name, std::vector<MatVariable> members) {
  MatStruct value;
  for (const MatVariable &m : members) value.names.push_back(m.name);
  value.fields.push_back(std::move(members));
  return {std::string(name), {1, 1}, std::move(value), "struct"};
}

std::vector<MatVariable> day_members(const Day &day) {
  std::vector<MatVariable> members{mat_double("tgdir", {1, 1}, {day.target_direction_deg})};
  for (Contrast contrast : k_contrasts) {
    std::vector<MatVariable> traces;
    for (Condition condition : k_conditions) {
      const Trace &trace =
          day.traces[static_cast<std::size_t>(contrast)][static_cast<std::size_t>(condition)];
      traces.push_back(
          one_struct(to_text(condition), {mat_double("hvel", {k_samples, 1}, trace.hvel),
                                          mat_double("vvel", {k_samples, 1}, trace.vvel)}));
    }
    members.push_back(one_struct(field_name(contrast), std::move(traces)));
  }
  return members;
}

// A file that is no MATLAB file is the user's input.
std::vector<MatVariable> read_variables(std::string_view bytes, const std::filesystem::path &path) {
  try {
    return read_mat(bytes, path);
  } catch (const RunError &error) {
    throw ConfigError(error.what(), "data/README.md says what a behaviour file holds");
  }
}

} // namespace

std::string_view to_text(Contrast contrast) { return contrast == Contrast::high ? "high" : "low"; }

std::string_view to_text(Condition condition) {
  constexpr std::array<std::string_view, 6> names{"wide",   "wide_plus120",  "wide_minus120",
                                                  "narrow", "narrow_plus15", "narrow_minus15"};
  return names[static_cast<std::size_t>(condition)];
}

Behavior read_behavior(std::string_view bytes, const std::filesystem::path &path) {
  const std::vector<MatVariable> variables = read_variables(bytes, path);
  FieldFaults faults(path);
  const MatVariable *data = find_variable(variables, "Data");
  const MatStruct *days = data == nullptr ? nullptr : std::get_if<MatStruct>(&data->data);
  if (data == nullptr) {
    faults.add("Data", "is missing: this is no behaviour file (see data/README.md)");
  } else if (const std::string why = no_struct(*data); !why.empty()) {
    faults.add("Data", why);
  } else if (data->elements() == 0 || days->fields.empty()) {
    faults.add("Data", "has no days");
  }
  faults.throw_if_any();

  Behavior behavior;
  behavior.synthetic = false;
  behavior.path = path.string();
  behavior.sha256 = sha256_hex(bytes);
  for (std::size_t d = 0; d < days->fields.size(); ++d) {
    behavior.days.push_back(read_day(*data, d, faults));
  }
  faults.throw_if_any();
  return behavior;
}

std::string behavior_bytes(const std::vector<Day> &days) {
  MatStruct all;
  for (const Day &day : days) {
    std::vector<MatVariable> members = day_members(day);
    if (all.names.empty()) {
      for (const MatVariable &m : members) all.names.push_back(m.name);
    }
    all.fields.push_back(std::move(members));
  }
  return write_mat({{"Data", {1, days.size()}, std::move(all), "struct"}});
}

} // namespace pursuit
