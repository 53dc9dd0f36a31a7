#include "store/kept_manifests.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "store/garbage.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_begin = "manifest-", k_end = ".json";

std::string kept_name(int number) { return fmt::format("{}{}{}", k_begin, number, k_end); }

// 0: it is another file's name.
int number_of(const std::string &name) {
  constexpr std::size_t k_most_digits = 9;
  if (!name.starts_with(k_begin) || !name.ends_with(k_end)) return 0;
  if (name.size() < k_begin.size() + k_end.size()) return 0;
  const std::string digits =
      name.substr(k_begin.size(), name.size() - k_begin.size() - k_end.size());
  if (digits.empty() || digits.size() > k_most_digits || digits[0] == '0') return 0;
  if (digits.find_first_not_of("0123456789") != std::string::npos) return 0;
  return std::stoi(digits);
}

// Sorted by key, so that equal requests are equal.
nlohmann::json runs_asked_for(const std::string &resolved_json) {
  nlohmann::json json = nlohmann::json::parse(resolved_json, nullptr, false);
  if (!json.is_object()) return json;
  for (const char *key : {"description", "output_dir", "data", "figures", "expect"})
    json.erase(key);
  return json;
}

} // namespace

std::vector<std::string> kept_manifest_names(Disk &disk, const fs::path &folder) {
  std::vector<std::string> names = disk.list(folder);
  std::erase_if(names, [](const std::string &name) { return number_of(name) == 0; });
  std::sort(names.begin(), names.end(),
            [](const std::string &a, const std::string &b) { return number_of(a) < number_of(b); });
  return names;
}

void visit_manifests(Disk &disk, const fs::path &output_dir,
                     const std::function<void(const Manifest &)> &visit) {
  for (const std::string &experiment : experiments(disk, output_dir)) {
    std::vector<std::string> names = kept_manifest_names(disk, output_dir / experiment);
    names.push_back("manifest.json");
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      Manifest manifest;
      try {
        const std::optional<std::string> text = disk.read(output_dir / experiment / *name);
        if (!text) continue;
        manifest = parse_manifest(*text);
      } catch (const RunError &) { // it proves nothing
        continue;
      }
      visit(manifest);
    }
  }
}

std::string next_kept_name(Disk &disk, const fs::path &folder) {
  const std::vector<std::string> names = kept_manifest_names(disk, folder);
  return kept_name(names.empty() ? 1 : number_of(names.back()) + 1);
}

std::string keep_manifest(Disk &disk, const fs::path &folder, const std::string &text) {
  std::string name = next_kept_name(disk, folder);
  while (!disk.write_new(folder / name, text)) name = kept_name(number_of(name) + 1);
  return name;
}

bool asks_for_same_runs(const std::string &resolved_json, const std::string &other_json) {
  return runs_asked_for(resolved_json) == runs_asked_for(other_json);
}

} // namespace pursuit
