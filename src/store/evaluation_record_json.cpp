#include "store/evaluation_record.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/hashed_file.hpp"
#include "store/pieces_json.hpp"
#include "store/records.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr const char *k_record_format = "pursuit-evaluation-record/2";
constexpr const char *k_plain_stem = "evaluation";
constexpr std::size_t k_hash_digits = 8;

bool same_key(const EvaluationKey &a, const EvaluationKey &b) {
  return evaluation_hash(a) == evaluation_hash(b);
}

std::string own_stem(const EvaluationKey &key) {
  return fmt::format("{}_{}", k_plain_stem, evaluation_hash(key).substr(0, k_hash_digits));
}

std::string record_json(const EvaluationRecord &record) {
  Json json;
  json["format"] = k_record_format;
  json["model_sha256"] = record.model_sha256;
  json["data_sha256"] = record.key.data_sha256;
  json["trials"] = record.key.settings.trials;
  json["window_ms"] = record.key.settings.window_ms;
  json["shuffles"] = record.key.settings.shuffles;
  json["file"] = model_file_json(record.file);
  json["measures"] = measures_to_json(record.measures);
  return json_text(json, 2) + "\n";
}

EvaluationRecord read_record_json(const std::string &text) {
  const Json json = parse_json(text);
  if (json.at("format") != k_record_format)
    throw RunError(fmt::format("format is not \"{}\"", k_record_format));
  EvaluationRecord record;
  record.model_sha256 = json.at("model_sha256").get<std::string>();
  record.key.data_sha256 = json.at("data_sha256").get<std::string>();
  record.key.settings = {read_whole<std::int64_t>(json.at("trials")),
                         read_whole<std::int64_t>(json.at("window_ms")),
                         read_whole<std::int64_t>(json.at("shuffles"))};
  const std::optional<ModelFile> file = read_model_file(json.at("file"));
  if (!file) throw RunError("it names no file");
  record.file = *file;
  record.measures = read_measures(json.at("measures"));
  return record;
}

// A damaged record counts as none: what it names is evaluated again. Throws where this user may not read it.
std::optional<EvaluationRecord> record_at(Disk &disk, const fs::path &path) {
  try {
    const std::optional<std::string> text = disk.read(path);
    return text ? std::optional(read_record_json(*text)) : std::nullopt;
  } catch (const PermissionError &) {
    throw;
  } catch (const nlohmann::json::exception &) {
  } catch (const RunError &) {
  }
  return std::nullopt;
}

std::optional<std::string> intact_bytes(Disk &disk, const fs::path &output_dir,
                                        const ModelFile &file) {
  if (disk.size(output_dir / file.path) != file.bytes) return std::nullopt;
  std::optional<HashedFile> found = read_hashed(disk, output_dir / file.path);
  if (!found || found->sha256 != file.sha256) return std::nullopt;
  return std::move(found->bytes);
}

// The plain name, unless a good evaluation of this model with other settings has it.
std::string free_stem(Disk &disk, const fs::path &output_dir, const std::string &id,
                      const EvaluationKey &key, const std::string &model_sha256) {
  const fs::path plain = run_folder(output_dir, id) / fmt::format("{}.json", k_plain_stem);
  const std::optional<EvaluationRecord> there = record_at(disk, plain);
  const bool taken = there && there->model_sha256 == model_sha256 && !same_key(there->key, key) &&
                     intact_bytes(disk, output_dir, there->file);
  return taken ? own_stem(key) : k_plain_stem;
}

} // namespace

std::string evaluation_hash(const EvaluationKey &key) {
  return sha256_hex(fmt::format(
      R"({{"data_sha256":"{}","format":"{}","shuffles":{},"trials":{},"window_ms":{}}})",
      key.data_sha256, k_evaluation_format, key.settings.shuffles, key.settings.trials,
      key.settings.window_ms));
}

std::optional<FoundEvaluation> find_evaluation(Disk &disk, const fs::path &output_dir,
                                               const std::string &id, const EvaluationKey &key,
                                               const std::string &model_sha256) {
  for (const std::string &stem : {std::string(k_plain_stem), own_stem(key)}) {
    std::optional<EvaluationRecord> record =
        record_at(disk, run_folder(output_dir, id) / fmt::format("{}.json", stem));
    if (!record || record->model_sha256 != model_sha256 || !same_key(record->key, key)) continue;
    std::optional<std::string> bytes = intact_bytes(disk, output_dir, record->file);
    if (bytes) return FoundEvaluation{std::move(*record), std::move(*bytes)};
  }
  return std::nullopt;
}

std::optional<EvaluationRecord> read_evaluation_record(Disk &disk, const fs::path &path) {
  return record_at(disk, path);
}

EvaluationRecord write_evaluation(Disk &disk, const fs::path &output_dir, const std::string &id,
                                  const EvaluationKey &key, const std::string &model_sha256,
                                  const std::string &bytes, const Measures &measures) {
  const std::string stem = free_stem(disk, output_dir, id, key, model_sha256);
  const fs::path path = run_folder("", id) / fmt::format("{}.mat", stem);
  EvaluationRecord record{
      key, model_sha256, {path.string(), sha256_hex(bytes), bytes.size()}, measures};
  disk.write_whole(output_dir / path, bytes);
  disk.write_whole(run_folder(output_dir, id) / fmt::format("{}.json", stem), record_json(record));
  return record;
}

} // namespace pursuit
