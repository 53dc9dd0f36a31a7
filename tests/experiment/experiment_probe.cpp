// For tests in other languages: prints the schema, what a file is or what is wrong with it, or a line
// for each file, "accepted" or what is wrong with it.
//   experiment_probe schema
//   experiment_probe read FILE [--set PATH=VALUE]...
//   experiment_probe verdicts FILE...
#include <cstdio>
#include <string>

#include "base/errors.hpp"
#include "experiment/experiment_schema_json.hpp"
#include "experiment/read_experiment.hpp"

namespace {

std::string verdict(const std::string &path) {
  try {
    pursuit::read_experiment(pursuit::real_disk(), path, {});
    return "accepted";
  } catch (const pursuit::ConfigError &error) {
    const std::string faults = error.what();
    return faults.substr(0, faults.find('\n'));
  }
}

} // namespace

int main(int argc, char **argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "schema") {
    std::fputs(pursuit::experiment_schema().c_str(), stdout);
    return 0;
  }
  if (verb == "verdicts") {
    for (int i = 2; i < argc; ++i) std::puts(verdict(argv[i]).c_str());
    return 0;
  }
  if (verb != "read" || argc < 3) return 2;
  pursuit::ExperimentOptions options;
  for (int i = 4; i < argc; i += 2) options.sets.emplace_back(argv[i]);
  try {
    const pursuit::Experiment experiment =
        pursuit::read_experiment(pursuit::real_disk(), argv[2], options);
    std::puts(experiment.resolved_json.c_str());
    return 0;
  } catch (const pursuit::ConfigError &error) {
    std::puts(error.what());
    return 2;
  }
}
