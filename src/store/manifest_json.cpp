#include "store/manifest.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "store/pieces_json.hpp"

namespace pursuit {

namespace {

Json git_json(const std::string &commit, bool dirty) {
  return {{"commit", text_or_null(commit)}, {"dirty", dirty}};
}

Json experiment_json(const Manifest &manifest) {
  return {{"name", manifest.name},
          {"file", manifest.file},
          {"sha256", manifest.file_sha256},
          {"description", manifest.description},
          {"overrides", manifest.overrides},
          {"resolved", Json::parse(manifest.resolved_json)},
          {"git", git_json(manifest.git_commit, manifest.git_dirty)}};
}

Json program_json(const Manifest &manifest) {
  Json libraries = Json::object();
  for (const auto &[name, version] : manifest.libraries) libraries[name] = version;
  return {{"version", manifest.version},
          {"git_commit", text_or_null(manifest.program_commit)},
          {"git_dirty", manifest.program_dirty},
          {"numerics", manifest.numerics},
          {"libraries", libraries}};
}

Json host_json(const ManifestHost &host) {
  return {{"name", host.name}, {"cpu", host.cpu}, {"cores", host.cores}, {"devices", host.devices}};
}

Json data_json(const Manifest &manifest) {
  return {{"kind", manifest.synthetic ? "synthetic" : "recorded"},
          {"path", text_or_null(manifest.data_path)},
          {"sha256", manifest.data_sha256},
          {"days", manifest.days}};
}

Json counts_json(const ManifestCounts &counts) {
  return {{"total", counts.total},    {"done", counts.done},       {"reused", counts.reused},
          {"failed", counts.failed},  {"skipped", counts.skipped}, {"pending", counts.pending},
          {"running", counts.running}};
}

Json run_to_json(const ManifestRun &run) {
  Json json;
  json["id"] = run.id;
  json["stage"] = run.stage;
  json["parameters"] = parameters_json(run.spec);
  json["parent"] = text_or_null(run.spec.parent_id);
  json["parent_file"] = parent_file_json(run.spec.parent_file);
  json["state"] = to_text(run.state);
  json["reused"] = run.reused;
  json["reason"] = run.reason;
  json["model"] = model_file_json(run.model);
  json["loss"] = loss_json(run.loss);
  json["measures"] = nullptr;
  json["seconds"] = run.seconds;
  json["attempts"] = attempts_to_json(run.attempts);
  json["pack"] = {{"id", text_or_null(run.pack_id)}, {"size", run.pack_size}};
  json["log"] = text_or_null(run.log);
  return json;
}

// What `expect` says, and the place for what will be found.
Json expectation_json(const std::string &item_json) {
  Json item = Json::parse(item_json);
  for (const char *key : {"value", "n", "interval", "passed"}) item[key] = nullptr;
  return item;
}

// `"key": value`, a line of the top level.
std::string member(const char *key, const Json &value) {
  return fmt::format("  \"{}\": {}", key, json_text(value));
}

// A list with one item a line.
std::string list_member(const char *key, const std::vector<std::string> &items) {
  std::string text = fmt::format("  \"{}\": [", key);
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += i == 0 ? "\n    " : ",\n    ";
    text += items[i];
  }
  return text + (items.empty() ? "]" : "\n  ]");
}

} // namespace

std::string_view to_text(RunState state) {
  switch (state) {
  case RunState::pending:
    return "pending";
  case RunState::running:
    return "running";
  case RunState::done:
    return "done";
  case RunState::failed:
    return "failed";
  case RunState::skipped:
    return "skipped";
  case RunState::interrupted:
    return "interrupted";
  }
  throw InternalError("a run state without a name");
}

ManifestCounts count(const std::vector<ManifestRun> &runs) {
  ManifestCounts counts;
  counts.total = static_cast<int>(runs.size());
  for (const ManifestRun &run : runs) {
    switch (run.state) {
    case RunState::done:
      ++counts.done;
      counts.reused += run.reused ? 1 : 0;
      break;
    case RunState::failed:
      ++counts.failed;
      break;
    case RunState::skipped:
      ++counts.skipped;
      break;
    case RunState::running:
      ++counts.running;
      break;
    case RunState::pending:
    case RunState::interrupted:
      ++counts.pending;
      break;
    }
  }
  return counts;
}

std::string manifest_json(const Manifest &manifest) {
  std::vector<std::string> runs, expectations;
  runs.reserve(manifest.runs.size());
  for (const ManifestRun &run : manifest.runs) runs.push_back(manifest_run_json(run));
  for (const std::string &item : manifest.expectations_json)
    expectations.push_back(json_text(expectation_json(item)));
  const std::vector<std::string> members = {
      member("format", k_manifest_format),
      member("experiment", experiment_json(manifest)),
      member("program", program_json(manifest)),
      member("host", host_json(manifest.host)),
      member("data", data_json(manifest)),
      member("created", manifest.created),
      member("updated", manifest.updated),
      member("state", manifest.state),
      member("counts", counts_json(count(manifest.runs))),
      list_member("runs", runs),
      list_member("figures", {}),
      list_member("expectations", expectations),
  };
  return fmt::format("{{\n{}\n}}\n", fmt::join(members, ",\n"));
}

std::string manifest_run_json(const ManifestRun &run) { return json_text(run_to_json(run)); }

std::string attempts_json(const std::vector<Attempt> &attempts) {
  return json_text(attempts_to_json(attempts));
}

} // namespace pursuit
