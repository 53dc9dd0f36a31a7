#include <cmath>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "base/byte_json.hpp"
#include "base/errors.hpp"
#include "experiment/parameters.hpp"
#include "store/pieces_json.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace {

Json value_json(const ParameterValue &value) {
  if (const double *number = std::get_if<double>(&value)) return number_json(*number);
  if (const std::int64_t *integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const ActivationBound *bound = std::get_if<ActivationBound>(&value)) {
    Json by_name = Json::object();
    for (const Activation parameter : bound->named().members())
      by_name[std::string(to_text(parameter))] = number_json(*bound->of(parameter));
    return by_name;
  }
  return std::get<std::string>(value);
}

// Activation has no value where nothing of it is trained.
bool has_value(const Parameter &parameter, const RunSpec &spec) {
  return spec.stage == 2 || parameter.in_stage_1;
}

ActivationBound read_bound(const Json &json) {
  ActivationBound bound;
  for (const auto &[name, number] : json.items()) {
    const std::optional<Activation> parameter = find_activation(name);
    if (!parameter) throw RunError(fmt::format("there is no activation \"{}\"", name));
    bound.each[*parameter] = number.get<double>();
  }
  return bound;
}

ParameterValue read_value(const Json &json, const Parameter &parameter) {
  if (std::holds_alternative<double Settings::*>(parameter.member)) return json.get<double>();
  if (is_word(parameter)) return json.get<std::string>();
  if (is_bound(parameter) && json.is_object()) return read_bound(json);
  if (is_bound(parameter)) return json.get<double>();
  if (!json.is_number_integer())
    throw RunError(fmt::format("{} is no whole number", parameter.key));
  return json.get<std::int64_t>();
}

void read_one(const Json &json, const Parameter &parameter, RunSpec &spec) {
  if (json.is_null() && parameter.key == "gain" && spec.stage == 2) {
    spec.settings.gain = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  const ParameterValue value = read_value(json, parameter);
  const std::string fault = range_fault(parameter, value);
  if (!fault.empty()) throw RunError(fmt::format("{}: {}", parameter.key, fault));
  set_value(spec.settings, parameter, value);
}

Mode read_mode(const std::string &word) {
  for (const Mode mode : {Mode::activation, Mode::prior_input}) {
    if (word == to_text(mode)) return mode;
  }
  throw RunError(fmt::format("unknown mode \"{}\"", word));
}

} // namespace

std::string json_text(const Json &json, int indent) { return dump_bytes(json, indent); }

Json parse_json(std::string_view text) { return parse_bytes<Json>(text); }

Json object_of(std::size_t members) {
  Json object = Json::object();
  object.get_ref<Json::object_t &>().reserve(members);
  return object;
}

void add(Json &object, std::string_view key, Json value) {
  object.get_ref<Json::object_t &>().emplace_back(std::string(key), std::move(value));
}

Json parameters_json(const RunSpec &spec) {
  Json json = object_of(parameters().size() + 3);
  add(json, "mode", to_text(spec.mode));
  add(json, "stage", spec.stage);
  for (const Parameter &parameter : parameters()) {
    const ParameterValue value = value_of(spec.settings, parameter);
    if (is_omitted(parameter, value)) continue;
    add(json, parameter.key, has_value(parameter, spec) ? value_json(value) : Json(nullptr));
  }
  add(json, "seed", spec.seed);
  return json;
}

void read_parameters(const Json &json, RunSpec &spec) {
  spec.mode = read_mode(json.at("mode").get<std::string>());
  spec.stage = read_whole<int>(json.at("stage"));
  if (spec.stage != 1 && spec.stage != 2) throw RunError("stage is neither 1 nor 2");
  for (const Parameter &parameter : parameters()) {
    if (!has_value(parameter, spec)) continue;
    const std::string key(parameter.key);
    if (parameter.omitted_at_default && !json.contains(key))
      set_omitted(spec.settings, parameter); // the record is older than the parameter
    else
      read_one(json.at(key), parameter, spec);
  }
  spec.seed = read_whole<std::uint64_t>(json.at("seed"));
}

Json number_json(double value) {
  constexpr double k_exact = 9007199254740992.0; // 2^53
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::fabs(value) < k_exact)
    return static_cast<std::int64_t>(value);
  return value;
}

Json text_or_null(const std::string &text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string read_text_or_null(const Json &json) {
  return json.is_null() ? std::string() : json.get<std::string>();
}

Json parent_file_json(const OutsideModel &file) {
  if (file.sha256.empty()) return nullptr;
  return {{"path", file.path}, {"sha256", file.sha256}};
}

void read_parent(const Json &id, const Json &file, RunSpec &spec) {
  spec.parent_id = read_text_or_null(id);
  spec.parent_file = {};
  if (!file.is_null())
    spec.parent_file = {file.at("path").get<std::string>(), file.at("sha256").get<std::string>()};
  if (spec.stage == 2 && !spec.has_parent()) throw RunError("a stage-2 run without a parent");
  if (spec.stage == 1 && spec.has_parent()) throw RunError("a stage-1 run with a parent");
}

double read_seconds(const Json &json) {
  constexpr double k_most = 1e10; // three hundred years
  const double seconds = json.get<double>();
  if (!(seconds >= 0 && seconds <= k_most)) throw RunError("seconds is no length of time");
  return seconds;
}

RunState read_state(const Json &json) {
  const std::string word = json.get<std::string>();
  if (const std::optional<RunState> state = run_state(word)) return *state;
  throw RunError(fmt::format("unknown run state \"{}\"", word));
}

Json pack_json(const Pack &pack) {
  Json json = object_of(2);
  add(json, "id", text_or_null(pack.id));
  add(json, "size", pack.size);
  return json;
}

Pack read_pack(const Json &json) {
  const Pack pack{read_text_or_null(json.at("id")), read_whole<int>(json.at("size"))};
  if (pack.size < 1) throw RunError("a pack has at least one run");
  return pack;
}

Json model_file_json(const std::optional<ModelFile> &file) {
  if (!file) return nullptr;
  Json json = object_of(3);
  add(json, "path", file->path);
  add(json, "sha256", file->sha256);
  add(json, "bytes", file->bytes);
  return json;
}

void refuse_outside(const std::string &recorded, const std::string &what) {
  const std::filesystem::path path = std::filesystem::path(recorded).lexically_normal();
  if (path.empty() || path.is_absolute() || *path.begin() == "..")
    throw RunError(what + " lies outside of the output folder");
}

std::optional<ModelFile> read_model_file(const Json &json) {
  if (json.is_null()) return std::nullopt;
  ModelFile file{json.at("path").get<std::string>(), json.at("sha256").get<std::string>(),
                 read_whole<std::uint64_t>(json.at("bytes"))};
  refuse_outside(file.path, "its model");
  return file;
}

Json loss_json(const std::optional<LossSummary> &loss) {
  if (!loss) return nullptr;
  Json json = object_of(3);
  add(json, "first", loss->first);
  add(json, "last", loss->last);
  add(json, "mean_last_200", loss->mean_last_200);
  return json;
}

std::optional<LossSummary> read_loss(const Json &json) {
  if (json.is_null()) return std::nullopt;
  return LossSummary{json.at("first").get<double>(), json.at("last").get<double>(),
                     json.at("mean_last_200").get<double>()};
}

Json attempts_to_json(const std::vector<Attempt> &attempts) {
  Json list = Json::array();
  for (const Attempt &attempt : attempts) {
    Json json = object_of(10);
    add(json, "started", attempt.started);
    add(json, "ended", text_or_null(attempt.ended));
    add(json, "host", attempt.host);
    add(json, "device", attempt.device);
    add(json, "engine", attempt.engine);
    add(json, "from_trial", attempt.from_trial);
    add(json, "to_trial", attempt.to_trial);
    add(json, "exit", attempt.exit ? Json(*attempt.exit) : nullptr);
    add(json, "signal", text_or_null(attempt.signal));
    add(json, "error", text_or_null(attempt.error));
    list.push_back(std::move(json));
  }
  return list;
}

std::vector<Attempt> read_attempts(const Json &json) {
  if (!json.is_array()) throw RunError("attempts is no list");
  std::vector<Attempt> attempts;
  for (const Json &item : json) {
    Attempt attempt;
    attempt.started = item.at("started").get<std::string>();
    attempt.ended = read_text_or_null(item.at("ended"));
    attempt.host = item.at("host").get<std::string>();
    attempt.device = item.at("device").get<std::string>();
    attempt.engine = item.at("engine").get<std::string>();
    attempt.from_trial = read_whole<std::int64_t>(item.at("from_trial"));
    attempt.to_trial = read_whole<std::int64_t>(item.at("to_trial"));
    if (!item.at("exit").is_null()) attempt.exit = read_whole<int>(item.at("exit"));
    attempt.signal = read_text_or_null(item.at("signal"));
    attempt.error = read_text_or_null(item.at("error"));
    attempts.push_back(std::move(attempt));
  }
  return attempts;
}

} // namespace pursuit
