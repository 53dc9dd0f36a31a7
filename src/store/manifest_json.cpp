#include "store/manifest.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "store/pieces_json.hpp"

namespace pursuit {

namespace {

Json git_json(const std::string &commit, const std::optional<bool> &dirty) {
  return {{"commit", text_or_null(commit)}, {"dirty", or_null(dirty)}};
}

Json experiment_json(const Manifest &manifest) {
  return {{"name", manifest.name},
          {"file", manifest.file},
          {"sha256", manifest.file_sha256},
          {"description", manifest.description},
          {"overrides", manifest.overrides},
          {"resolved", parse_json(manifest.resolved_json)},
          {"git", git_json(manifest.git_commit, manifest.git_dirty)}};
}

Json program_json(const Manifest &manifest) {
  Json libraries = Json::object();
  for (const auto &[name, version] : manifest.libraries) libraries[name] = version;
  return {{"version", manifest.version},
          {"git_commit", text_or_null(manifest.program_commit)},
          {"git_dirty", or_null(manifest.program_dirty)},
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
  Json json;
  for (const ManifestCount &row : k_manifest_counts) json[row.name] = counts.*row.member;
  return json;
}

Json run_to_json(const ManifestRun &run) {
  Json json = object_of(17);
  add(json, "id", run.id);
  add(json, "stage", run.stage);
  if (!run.also_of.empty()) add(json, "also_of", run.also_of);
  add(json, "parameters", parameters_json(run.spec));
  add(json, "parent", text_or_null(run.spec.parent_id));
  add(json, "parent_file", parent_file_json(run.spec.parent_file));
  add(json, "state", to_text(run.state));
  add(json, "reused", run.reused);
  add(json, "reason", run.reason);
  add(json, "model", model_file_json(run.model));
  add(json, "loss", loss_json(run.loss));
  add(json, "diverged", or_null(run.diverged));
  add(json, "measures", run.measures ? measures_to_json(*run.measures) : Json());
  add(json, "seconds", run.seconds);
  add(json, "attempts", attempts_to_json(run.attempts));
  add(json, "pack", pack_json(run.pack));
  add(json, "log", text_or_null(run.log));
  return json;
}

Json figure_json(const ManifestFigure &figure) {
  Json files = Json::array();
  for (const FileSum &file : figure.files)
    files.push_back({{"path", file.path}, {"sha256", file.sha256}});
  return {{"name", figure.name},
          {"files", std::move(files)},
          {"models", figure.models},
          {"skipped_because", text_or_null(figure.skipped_because)},
          {"drawn", text_or_null(figure.drawn)}};
}

Json expectation_json(const ManifestExpectation &expectation) {
  Json item = parse_json(expectation.item_json);
  item["value"] = or_null(expectation.value);
  item["n"] = or_null(expectation.n);
  item["excluded"] = or_null(expectation.excluded);
  item["interval"] = or_null(expectation.interval);
  item["passed"] = or_null(expectation.passed);
  return item;
}

// Writes the top level: a member a line, a list's items a line each.
class ManifestText {
public:
  void member(const char *key, const Json &value) {
    begin(key);
    text_ += json_text(value);
  }
  template <class Item, class ToJson>
  void list(const char *key, const std::vector<Item> &items, ToJson to_json) {
    begin(key);
    text_ += "[";
    for (std::size_t i = 0; i < items.size(); ++i) {
      text_ += i == 0 ? "\n    " : ",\n    ";
      text_ += json_text(to_json(items[i]));
    }
    text_ += items.empty() ? "]" : "\n  ]";
  }
  std::string end() && { return std::move(text_) + "\n}\n"; }

private:
  void begin(const char *key) {
    text_ += text_.empty() ? "{\n" : ",\n";
    text_ += fmt::format("  \"{}\": ", key);
  }
  std::string text_;
};

} // namespace

int &count_of(ManifestCounts &counts, RunState state) {
  switch (state) {
  case RunState::done:
    return counts.done;
  case RunState::failed:
    return counts.failed;
  case RunState::skipped:
    return counts.skipped;
  case RunState::running:
    return counts.running;
  case RunState::pending:
  case RunState::interrupted:
    return counts.pending;
  }
  throw InternalError("unknown run state");
}

ManifestCounts count(const std::vector<ManifestRun> &runs) {
  ManifestCounts counts;
  counts.total = static_cast<int>(runs.size());
  for (const ManifestRun &run : runs) {
    ++count_of(counts, run.state);
    if (run.state != RunState::done) continue;
    counts.reused += run.reused ? 1 : 0;
    counts.diverged += run.diverged.value_or(false) ? 1 : 0;
  }
  return counts;
}

std::string manifest_json(const Manifest &manifest) {
  ManifestText text;
  text.member("format", k_manifest_format);
  text.member("experiment", experiment_json(manifest));
  text.member("program", program_json(manifest));
  text.member("host", host_json(manifest.host));
  text.member("data", data_json(manifest));
  text.member("created", manifest.created);
  text.member("updated", manifest.updated);
  text.member("state", manifest.state);
  text.member("counts", counts_json(count(manifest.runs)));
  text.list("runs", manifest.runs, run_to_json);
  text.list("figures", manifest.figures, figure_json);
  text.list("expectations", manifest.expectations, expectation_json);
  return std::move(text).end();
}

std::string manifest_run_json(const ManifestRun &run) { return json_text(run_to_json(run)); }

} // namespace pursuit
