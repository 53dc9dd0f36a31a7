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
  fmt::print(
      "pursuit-run: trains the networks of an experiment, and reports on them\n\n"
      "usage: pursuit-run EXPERIMENT.yaml [options]   the same as: pursuit-run run ...\n"
      "       pursuit-run VERB [arguments]\n"
      "       pursuit-run help VERB                   all that VERB takes; VERB --help too\n\n");
  std::size_t name_width = 0, arguments_width = 0;
  for (const Verb &verb : verbs()) {
    name_width = std::max(name_width, verb.name.size());
    arguments_width = std::max(arguments_width, verb.arguments.size());
  }
  for (const Verb &verb : verbs()) {
    fmt::print("  {:<{}}  {:<{}}  {}\n", verb.name, name_width, verb.arguments, arguments_width,
               verb.summary);
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

// "did you mean", or where to look.
std::string nearest_verb(const std::string &word) {
  std::vector<std::string> names = {"help"};
  for (const Verb &verb : verbs()) names.emplace_back(verb.name);
  const std::string guess = did_you_mean(word, names);
  return guess.empty() ? "pursuit-run --help lists the verbs" : guess;
}

// help [VERB [what stands before its --help]]
int help(Arguments words) {
  if (words.empty() || words.front().starts_with('-') || words.front() == "help") {
    print_help();
    return k_exit_done;
  }
  const Verb *verb = find_verb(words.front());
  if (verb == nullptr) {
    refuse_later_verb(words.front());
    throw ConfigError(fmt::format("there is no verb \"{}\"", words.front()),
                      nearest_verb(words.front()));
  }
  words.erase(words.begin());
  words.emplace_back("--help");
  return verb->run(words);
}

int dispatch(const Arguments &arguments) {
  if (arguments.empty()) {
    throw ConfigError("nothing to do", "pursuit-run EXPERIMENT.yaml, or pursuit-run --help");
  }
  const std::string &first = arguments.front();
  if (first == "help") return help(Arguments(arguments.begin() + 1, arguments.end()));
  if (first == "-h" || first == "--help") return help({});
  if (first == "--version") {
    std::fputs(version_text("pursuit-run").c_str(), stdout);
    return k_exit_done;
  }
  if (const Verb *verb = find_verb(first)) {
    return verb->run(Arguments(arguments.begin() + 1, arguments.end()));
  }
  refuse_later_verb(first);
  if (first[0] == '-' || looks_like_file(first)) return verb_run(arguments);
  throw ConfigError(fmt::format("\"{}\" is neither a verb nor an experiment file", first),
                    nearest_verb(first));
}

} // namespace

} // namespace pursuit

int main(int count, char **words) {
  pursuit::keep_standard_streams();
  const pursuit::Arguments arguments(words + std::min(count, 1), words + count);
  return pursuit::guarded("pursuit-run", [&] { return pursuit::dispatch(arguments); });
}
