#include "store/records.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/json_fault.hpp"
#include "base/sha256.hpp"
#include "store/attempts.hpp"
#include "store/pieces_json.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr const char *k_run_format = "pursuit-run/1";
constexpr const char *k_result_format = "pursuit-result/1";

RunSpec read_spec(const Json &json) {
  if (json.at("format") != k_run_format)
    throw RunError(fmt::format("format is not \"{}\"", k_run_format));
  RunSpec spec;
  read_parameters(json.at("parameters"), spec);
  spec.numerics = json.at("numerics").get<std::string>();
  spec.data_sha256 = json.at("data_sha256").get<std::string>();
  read_parent(json.at("parent"), json.at("parent_file"), spec);
  if (json.at("id") != run_id(spec)) throw RunError("its id is not the hash of its settings");
  if (json.at("canonical") != canonical_text(spec))
    throw RunError("its canonical text is not that of its settings");
  return spec;
}

std::string result_json(const RunResult &record, const std::string &id) {
  const bool done = record.state == RunState::done;
  if (!has_ended(record.state)) throw InternalError("a run without an end has no result");
  Json json;
  json["format"] = k_result_format;
  json["id"] = id;
  json["state"] = to_text(record.state);
  json["model"] = model_file_json(done ? record.model : std::nullopt);
  json["parent_sha256"] = text_or_null(record.parent_sha256);
  json["loss"] = loss_json(record.loss);
  json["diverged"] = or_null(done ? record.diverged : std::nullopt);
  json["seconds"] = record.seconds;
  json["pack"] = pack_json(record.pack);
  json["error"] = text_or_null(record.error);
  json["attempts"] = attempts_to_json(record.attempts);
  return json_text(json, 2) + "\n";
}

RunRecord parse_result(const std::string &text, const std::string &id) {
  const Json json = parse_json(text);
  if (json.at("format") != k_result_format || json.at("id") != id)
    throw RunError("not the result of this run");
  RunRecord record;
  record.state = read_state(json.at("state"));
  if (!has_ended(record.state)) throw RunError("its state is none that a run ends in");
  record.model = read_model_file(json.at("model"));
  if (record.state == RunState::done && !record.model) throw RunError("done without a model");
  record.parent_sha256 = read_text_or_null(json.at("parent_sha256"));
  record.loss = read_loss(json.at("loss"));
  read_or_null(json, "diverged", record.diverged);
  record.seconds = read_seconds(json.at("seconds"));
  if (json.contains("pack")) record.pack = read_pack(json.at("pack"));
  record.error = read_text_or_null(json.at("error"));
  record.attempts = read_attempts(json.at("attempts"));
  return record;
}

} // namespace

// By size first: a damaged file of another size need not be read.
RunRecord::FileState model_file_state(Disk &disk, const fs::path &output_dir,
                                      const ModelFile &model) {
  const fs::path path = output_dir / model.path;
  const std::optional<std::uint64_t> size = disk.size(path);
  if (!size) return RunRecord::FileState::missing;
  if (*size != model.bytes) return RunRecord::FileState::damaged;
  const std::optional<std::string> bytes = disk.read(path);
  if (!bytes) return RunRecord::FileState::missing;
  return sha256_hex(*bytes) == model.sha256 ? RunRecord::FileState::intact
                                            : RunRecord::FileState::damaged;
}

fs::path run_folder(const fs::path &output_dir, const std::string &id) {
  return output_dir / "runs" / id;
}

std::string run_json(const RunSpec &spec, const std::string &id) {
  Json json;
  json["format"] = k_run_format;
  json["id"] = id;
  json["canonical"] = canonical_text(spec);
  json["numerics"] = spec.numerics;
  json["parameters"] = parameters_json(spec);
  json["data_sha256"] = spec.data_sha256;
  json["parent"] = text_or_null(spec.parent_id);
  json["parent_file"] = parent_file_json(spec.parent_file);
  return json_text(json, 2) + "\n";
}

RunSpec parse_run_json(const std::string &text) {
  try {
    return read_spec(parse_json(text));
  } catch (const nlohmann::json::exception &error) {
    throw RunError(fmt::format("run.json: {}", json_fault(error.what())));
  } catch (const RunError &error) {
    throw RunError(fmt::format("run.json: {}", error.what()));
  }
}

std::optional<RunSpec> read_run(Disk &disk, const fs::path &output_dir, const std::string &id) {
  const std::optional<std::string> text = disk.read(run_folder(output_dir, id) / "run.json");
  if (!text) return std::nullopt;
  const RunSpec spec = parse_run_json(*text);
  if (run_id(spec) != id) throw RunError("run.json: it is another run's");
  return spec;
}

std::optional<RunRecord> read_result(Disk &disk, const fs::path &output_dir,
                                     const std::string &id) {
  const std::optional<std::string> text = disk.read(run_folder(output_dir, id) / "result.json");
  if (!text) return std::nullopt;
  try {
    return parse_result(*text, id);
  } catch (const nlohmann::json::exception &error) {
    throw RunError(fmt::format("result.json: {}", json_fault(error.what())));
  } catch (const RunError &error) {
    throw RunError(fmt::format("result.json: {}", error.what()));
  }
}

RunRecord read_record(Disk &disk, const fs::path &output_dir, const std::string &id) {
  const std::optional<std::string> text = disk.read(run_folder(output_dir, id) / "result.json");
  RunRecord record;
  try {
    if (text) record = parse_result(*text, id);
  } catch (const nlohmann::json::exception &) {
  } catch (const RunError &) {
  }
  if (record.state == RunState::done)
    record.file = model_file_state(disk, output_dir, *record.model);
  if (record.file != RunRecord::FileState::intact)
    record.attempts = with_noted(disk, output_dir, id, std::move(record.attempts));
  return record;
}

bool is_finished(Disk &disk, const fs::path &output_dir, const std::string &id,
                 const std::string &parent_sha256) {
  const RunRecord record = read_record(disk, output_dir, id);
  return record.state == RunState::done && record.file == RunRecord::FileState::intact &&
         record.parent_sha256 == parent_sha256;
}

void write_record(Disk &disk, const fs::path &output_dir, const std::string &id,
                  const RunResult &record) {
  disk.write_whole(run_folder(output_dir, id) / "result.json", result_json(record, id));
}

} // namespace pursuit
