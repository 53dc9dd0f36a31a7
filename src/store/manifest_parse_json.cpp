// manifest.json, parsed and checked, and what it says of the experiment that was asked for: manifest.hpp.
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/byte_json.hpp"
#include "base/errors.hpp"
#include "base/json_fault.hpp"
#include "store/manifest.hpp"
#include "store/pieces_json.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_family =
    "pursuit-manifest/"; // what every version's format begins with

void read_experiment_part(const Json &json, Manifest &manifest) {
  manifest.name = json.at("name").get<std::string>();
  manifest.file = json.at("file").get<std::string>();
  manifest.file_sha256 = json.at("sha256").get<std::string>();
  manifest.description = json.at("description").get<std::string>();
  manifest.overrides = json.at("overrides").get<std::vector<std::string>>();
  if (!json.at("resolved").is_object()) throw RunError("experiment.resolved is no mapping");
  manifest.resolved_json = json_text(json.at("resolved"));
  manifest.git_commit = read_text_or_null(json.at("git").at("commit"));
  read_or_null(json.at("git"), "dirty", manifest.git_dirty);
  if (manifest.git_commit.empty()) manifest.git_dirty.reset(); // earlier versions wrote false there
}

void read_program_part(const Json &json, Manifest &manifest) {
  manifest.version = json.at("version").get<std::string>();
  manifest.program_commit = read_text_or_null(json.at("git_commit"));
  read_or_null(json, "git_dirty", manifest.program_dirty);
  if (manifest.program_commit.empty()) manifest.program_dirty.reset();
  manifest.numerics = json.at("numerics").get<std::string>();
  for (const auto &[name, version] : json.at("libraries").items())
    manifest.libraries.emplace_back(name, version.get<std::string>());
}

void read_host_part(const Json &json, Manifest &manifest) {
  manifest.host.name = json.at("name").get<std::string>();
  manifest.host.cpu = json.at("cpu").get<std::string>();
  manifest.host.cores = read_whole<int>(json.at("cores"));
  manifest.host.devices = json.at("devices").get<std::vector<std::string>>();
}

void read_data_part(const Json &json, Manifest &manifest) {
  manifest.synthetic = json.at("kind") == "synthetic";
  manifest.data_path = read_text_or_null(json.at("path"));
  manifest.data_sha256 = json.at("sha256").get<std::string>();
  manifest.days = read_whole<int>(json.at("days"));
}

// Without what all runs share (read_manifest).
ManifestRun read_run(const Json &json) {
  ManifestRun run;
  run.id = json.at("id").get<std::string>();
  run.stage = json.at("stage").get<std::string>();
  if (json.contains("also_of")) run.also_of = json.at("also_of").get<std::vector<std::string>>();
  read_parameters(json.at("parameters"), run.spec);
  read_parent(json.at("parent"), json.at("parent_file"), run.spec);
  run.state = read_state(json.at("state"));
  run.reused = json.at("reused").get<bool>();
  run.reason = json.at("reason").get<std::string>();
  run.model = read_model_file(json.at("model"));
  run.loss = read_loss(json.at("loss"));
  read_or_null(json, "diverged", run.diverged);
  if (!json.at("measures").is_null()) run.measures = read_measures(json.at("measures"));
  run.seconds = read_seconds(json.at("seconds"));
  run.attempts = read_attempts(json.at("attempts"));
  run.pack = read_pack(json.at("pack"));
  run.log = read_text_or_null(json.at("log"));
  return run;
}

ManifestFigure read_figure(const Json &json) {
  ManifestFigure figure;
  figure.name = json.at("name").get<std::string>();
  for (const Json &file : json.at("files"))
    figure.files.push_back(
        {file.at("path").get<std::string>(), file.at("sha256").get<std::string>()});
  for (const FileSum &file : figure.files) refuse_outside(file.path, "a file of a figure");
  figure.models = json.at("models").get<std::vector<std::string>>();
  figure.skipped_because = read_text_or_null(json.at("skipped_because"));
  if (json.contains("drawn")) figure.drawn = read_text_or_null(json.at("drawn"));
  return figure;
}

ManifestExpectation read_expectation(Json item) {
  ManifestExpectation expectation;
  read_or_null(item, "value", expectation.value);
  read_or_null(item, "n", expectation.n);
  read_or_null(item, "excluded", expectation.excluded);
  read_or_null(item, "interval", expectation.interval);
  read_or_null(item, "passed", expectation.passed);
  for (const char *key : {"value", "n", "excluded", "interval", "passed"}) item.erase(key);
  expectation.item_json = json_text(item);
  return expectation;
}

// What older versions did not count is as the runs say.
ManifestCounts read_counts(const Json &json, const std::vector<ManifestRun> &runs) {
  ManifestCounts counts = count(runs);
  for (const ManifestCount &row : k_manifest_counts) {
    if (row.is_always_there || json.contains(row.name))
      counts.*row.member = read_whole<int>(json.at(row.name));
  }
  return counts;
}

// `json` without its runs.
void read_all_but_runs(const Json &json, Manifest &manifest) {
  if (json.at("format") != k_manifest_format)
    throw RunError(fmt::format("format is not \"{}\"", k_manifest_format));
  read_experiment_part(json.at("experiment"), manifest);
  read_program_part(json.at("program"), manifest);
  read_host_part(json.at("host"), manifest);
  read_data_part(json.at("data"), manifest);
  manifest.created = json.at("created").get<std::string>();
  manifest.updated = json.at("updated").get<std::string>();
  manifest.state = json.at("state").get<std::string>();
  if (json.contains("counts"))
    manifest.stated_counts = read_counts(json.at("counts"), manifest.runs);
  for (const Json &item : json.at("expectations"))
    manifest.expectations.push_back(read_expectation(item));
  for (const Json &figure : json.at("figures")) manifest.figures.push_back(read_figure(figure));
}

// Each run is taken in and dropped as soon as it is parsed: all of 10,000 as JSON would be 80 MB.
Manifest read_manifest(const std::string &text) {
  Manifest manifest;
  const bool has_bytes = may_hold_bytes(text);
  bool in_runs = false;
  const auto keep = [&](int depth, Json::parse_event_t event, Json &parsed) {
    if (event == Json::parse_event_t::key && depth == 1) {
      in_runs = parsed == "runs";
      if (in_runs) manifest.runs.clear(); // a key that is there twice has its last value
    }
    if (event != Json::parse_event_t::object_end || depth != 2 || !in_runs) return true;
    if (has_bytes) take_in_bytes(parsed);
    manifest.runs.push_back(read_run(parsed));
    return false;
  };
  Json rest = Json::parse(text, keep);
  if (has_bytes) take_in_bytes(rest);
  if (!rest.at("runs").is_array() || !rest.at("runs").empty())
    throw RunError("runs is no list of runs");
  read_all_but_runs(rest, manifest);
  for (ManifestRun &run : manifest.runs) {
    run.spec.numerics = manifest.numerics;
    run.spec.data_sha256 = manifest.data_sha256;
  }
  return manifest;
}

// The format that a text names, whatever else is in it; "" where it names none.
std::string format_of(const std::string &text) {
  const auto keep = [](int depth, Json::parse_event_t, Json &) { return depth < 2; };
  const Json json = Json::parse(text, keep, false);
  const auto format = json.is_object() ? json.find("format") : json.end();
  return format != json.end() && format->is_string() ? format->get<std::string>() : "";
}

[[noreturn]] void refuse(const std::string &text, const std::string &fault) {
  const std::string format = format_of(text);
  if (format.starts_with(k_family) && format != k_manifest_format)
    throw OtherManifestVersion(
        fmt::format("of another version: its format is {}, not {}", format, k_manifest_format));
  throw RunError(fmt::format("not a manifest: {}", fault));
}

} // namespace

Manifest parse_manifest(const std::string &text) {
  try {
    return read_manifest(text);
  } catch (const nlohmann::json::exception &error) {
    refuse(text, json_fault(error.what()));
  } catch (const RunError &error) {
    refuse(text, error.what());
  }
}

std::uint64_t synthetic_seed(const Manifest &manifest) {
  const Json resolved = parse_json(manifest.resolved_json);
  const Json seed = resolved.value("/data/synthetic/seed"_json_pointer, Json(1));
  return seed.is_number_unsigned() ? seed.get<std::uint64_t>() : 1;
}

bool asks_for_synthetic(const Manifest &manifest) {
  const Json resolved = parse_json(manifest.resolved_json);
  const Json data = resolved.value("/data"_json_pointer, Json("synthetic"));
  return data.is_object() || data == "synthetic";
}

std::string asked_output_dir(const Manifest &manifest) {
  const Json resolved = parse_json(manifest.resolved_json);
  const Json folder = resolved.value("/output_dir"_json_pointer, Json("results"));
  return folder.is_string() ? folder.get<std::string>() : "results";
}

} // namespace pursuit
