#include "store/recorded_files.hpp"

#include <nlohmann/json.hpp>

#include <set>

#include <fmt/format.h>

#include "base/byte_json.hpp"
#include "base/errors.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

bool names_file(const Json &json) {
  return json.is_object() && json.contains("path") && json["path"].is_string() &&
         json.contains("sha256") && json["sha256"].is_string();
}

class Collector {
public:
  // `part`: the key that `json` stands under.
  void collect(const Json &json, const std::string &part, const std::string &run) {
    if (names_file(json)) add(json, part, run);
    if (!json.is_structured()) return;
    for (const auto &[key, value] : json.items()) {
      collect(value, json.is_array() ? part : key, run);
    }
  }
  std::vector<RecordedFile> files;

private:
  void add(const Json &json, const std::string &part, const std::string &run) {
    RecordedFile file{
        json["path"].get<std::string>(), json["sha256"].get<std::string>(), {}, part, run};
    if (json.contains("bytes") && json["bytes"].is_number_unsigned())
      file.bytes = json["bytes"].get<std::uint64_t>();
    if (seen_.insert(file.path + '\0' + file.sha256).second) files.push_back(std::move(file));
  }
  std::set<std::string> seen_;
};

} // namespace

std::vector<RecordedFile> recorded_files(const std::string &manifest_text) {
  const Json json = parse_bytes<Json>(manifest_text, false);
  if (!json.is_object()) throw RunError("not a manifest: no JSON object");
  Collector collector;
  for (const char *part : {"data", "figures"}) {
    if (json.contains(part)) collector.collect(json[part], part, "");
  }
  if (!json.contains("runs") || !json["runs"].is_array()) return collector.files;
  for (const Json &run : json["runs"]) collector.collect(run, "runs", run.value("id", ""));
  return collector.files;
}

std::filesystem::path located(const std::filesystem::path &output_dir, const std::string &path) {
  return output_dir / path; // an absolute path replaces what stands before it
}

} // namespace pursuit
