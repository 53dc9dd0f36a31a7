// The verbs of pursuit-run, one file each. Every function takes the arguments after its name and
// returns the exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command_line.hpp"

namespace pursuit {

struct Verb {
  std::string_view name;
  std::string_view arguments; // for the list in --help
  std::string_view summary;
  int (*run)(const Arguments &arguments);
};

// Throws ConfigError for the name of a verb that this version does not have yet.
void refuse_later_verb(const std::string &name);

// In the order of --help.
std::span<const Verb> verbs();

int verb_run(const Arguments &arguments);
int verb_plan(const Arguments &arguments);
int verb_status(const Arguments &arguments);
int verb_list(const Arguments &arguments);
int verb_show(const Arguments &arguments);
int verb_log(const Arguments &arguments);
int verb_why(const Arguments &arguments);
int verb_repeat(const Arguments &arguments);
int verb_gc(const Arguments &arguments);
int verb_diff(const Arguments &arguments);
int verb_report(const Arguments &arguments);
int verb_verify(const Arguments &arguments);
int verb_evaluate(const Arguments &arguments);
int verb_replay(const Arguments &arguments);
int verb_data(const Arguments &arguments);
int verb_devices(const Arguments &arguments);
int verb_schema(const Arguments &arguments);

} // namespace pursuit
