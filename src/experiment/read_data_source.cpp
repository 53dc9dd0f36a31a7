#include "experiment/read_data_source.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "experiment/fields.hpp"
#include "experiment/load_tree.hpp"
#include "experiment/read_values.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

const std::string k_word = "synthetic";

// A word or a path, as the file or the option gives it.
DataSource named_source(const std::string &name, const Where &where, Disk &disk, Faults &faults) {
  DataSource source;
  source.where = where;
  if (name == k_word) return source;
  source.synthetic = false;
  source.path = resolved_path(name, where);
  bool is_there = false;
  try {
    is_there = !name.empty() && disk.exists(source.path);
  } catch (const RunError &error) {
    faults.add(where, fmt::format("data: {}", error.what()), "check its permissions");
    return source;
  }
  if (!is_there) {
    const std::string suggestion = did_you_mean(name, std::span(&k_word, 1));
    faults.add(
        where,
        name.empty() ? "data is empty" : fmt::format("data: there is no file {}", source.path),
        suggestion.empty() ? "write synthetic, or the path of a behavior_data.mat" : suggestion);
  }
  return source;
}

// {synthetic: {seed: 3}}
DataSource synthetic_source(const Value &value, Faults &faults) {
  DataSource source;
  source.where = value.where;
  const Fields fields(value, {&k_synthetic_data}, "data", faults);
  if (const Value *settings = fields.get("synthetic")) {
    const Fields inner(*settings, {&k_synthetic}, "data: synthetic", faults);
    if (const Value *seed = inner.get("seed")) {
      if (const std::optional<ParameterValue> one =
              read_parameter_value(ValueKind{}, *seed, faults))
        source.seed = static_cast<std::uint64_t>(std::get<std::int64_t>(*one));
    }
    inner.finish();
  }
  fields.finish();
  return source;
}

} // namespace

DataSource read_data_source(const Value *value, const std::optional<std::string> &option,
                            Disk &disk, Faults &faults) {
  if (option.has_value()) return named_source(*option, Where{"--data"}, disk, faults);
  if (value == nullptr) return {};
  if (value->mapping() != nullptr) return synthetic_source(*value, faults);
  if (value->string() != nullptr) return named_source(*value->string(), value->where, disk, faults);
  complain_of_type(*value, "data", *k_file.find("data"), faults);
  return {};
}

} // namespace pursuit
