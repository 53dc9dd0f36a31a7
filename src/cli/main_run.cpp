// pursuit-run: reads experiments, schedules, reports. Never loads LibTorch or CUDA.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "cli/verbs.hpp"
#include "cli/version_text.hpp"

namespace pursuit {

namespace {

void print_help() {
  fmt::print("pursuit-run: trains the networks of an experiment, and reports on them\n\n"
             "usage: pursuit-run EXPERIMENT.yaml [options]   the same as: pursuit-run run ...\n"
             "       pursuit-run VERB [arguments]            VERB --help says more\n\n");
  for (const Verb &verb : verbs()) {
    fmt::print("  {:<9}{:<28}{}\n", verb.name, verb.arguments, verb.summary);
  }
  fmt::print(
      "\nWHERE is an experiment file or an experiment's folder; RUN is any unambiguous start "
      "of a run id.\n\n  -h, --help     this text\n  --version      version, git commit, "
      "numerics, libraries\n");
}

const Verb *find_verb(const std::string &name) {
  for (const Verb &verb : verbs()) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

bool looks_like_file(const std::string &word) {
  std::error_code ignored; // a loop of links is no file: reading it says why
  return word.find('.') != std::string::npos || word.find('/') != std::string::npos ||
         std::filesystem::exists(std::filesystem::symlink_status(word, ignored));
}

int dispatch(const Arguments &arguments) {
  if (arguments.empty()) {
    throw ConfigError("nothing to do", "pursuit-run EXPERIMENT.yaml, or pursuit-run --help");
  }
  const std::string &first = arguments.front();
  if (first == "-h" || first == "--help" || first == "help") {
    print_help();
    return k_exit_done;
  }
  if (first == "--version") {
    std::fputs(version_text("pursuit-run").c_str(), stdout);
    return k_exit_done;
  }
  if (const Verb *verb = find_verb(first)) {
    return verb->run(Arguments(arguments.begin() + 1, arguments.end()));
  }
  if (first[0] == '-' || looks_like_file(first)) return verb_run(arguments);
  std::vector<std::string> names;
  for (const Verb &verb : verbs()) names.emplace_back(verb.name);
  const std::string guess = did_you_mean(first, names);
  throw ConfigError(fmt::format("\"{}\" is neither a verb nor an experiment file", first),
                    guess.empty() ? "see pursuit-run --help" : guess);
}

} // namespace

} // namespace pursuit

int main(int count, char **words) {
  pursuit::keep_standard_streams();
  const pursuit::Arguments arguments(words + std::min(count, 1), words + count);
  return pursuit::guarded("pursuit-run", [&] { return pursuit::dispatch(arguments); });
}
