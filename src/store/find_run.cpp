#include "store/find_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "plan/describe.hpp"

namespace pursuit {

namespace {

// The first digits of an id that tell it from all others, 4 at least.
std::string telling_start(const std::string &id, const std::vector<NamedRun> &runs) {
  std::size_t digits = 4;
  for (const NamedRun &run : runs) {
    if (run.id == id) continue;
    std::size_t same = 0;
    while (same < id.size() && id[same] == run.id[same]) ++same;
    digits = std::max(digits, same + 1);
  }
  return id.substr(0, digits);
}

std::string candidates_text(const std::vector<const NamedRun *> &found,
                            const std::vector<NamedRun> &runs) {
  constexpr std::size_t k_most = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(found.size(), k_most); ++i) {
    text += fmt::format("\n  {}  {}", telling_start(found[i]->id, runs), found[i]->text);
  }
  if (found.size() > k_most) text += fmt::format("\n  ... and {} more", found.size() - k_most);
  return text;
}

// The id nearest to a mistyped start, by as many digits as were given.
std::string nearest_id(const std::string &start, const std::vector<NamedRun> &runs) {
  std::vector<std::string> starts;
  for (const NamedRun &run : runs) starts.push_back(run.id.substr(0, start.size()));
  const std::string guess = did_you_mean(start, starts);
  return guess.empty() ? "pursuit-run list WHERE shows them" : guess;
}

} // namespace

std::string find_id(const std::vector<NamedRun> &runs, const std::string &start) {
  std::vector<const NamedRun *> found;
  for (const NamedRun &run : runs) {
    if (!start.empty() && run.id.starts_with(start)) found.push_back(&run);
  }
  if (found.empty()) {
    throw ConfigError(fmt::format("no run's id starts with \"{}\"", start),
                      nearest_id(start, runs));
  }
  if (found.size() > 1) {
    throw ConfigError(fmt::format("\"{}\" is the start of {} run ids", start, found.size()),
                      "give more digits:" + candidates_text(found, runs));
  }
  return found.front()->id;
}

const ManifestRun &find_run(const Manifest &manifest, const std::string &start) {
  std::vector<NamedRun> names;
  for (const ManifestRun &run : manifest.runs)
    names.push_back({run.id, run_text(run.stage, run.spec)});
  const std::string id = find_id(names, start);
  return *std::find_if(manifest.runs.begin(), manifest.runs.end(),
                       [&](const ManifestRun &run) { return run.id == id; });
}

} // namespace pursuit
