#include "cli/verbs.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

constexpr std::array k_verbs = {
    Verb{"run", "EXPERIMENT.yaml [options]", "train what is missing", verb_run},
    Verb{"plan", "EXPERIMENT.yaml [options]", "what would run, and why; writes nothing", verb_plan},
    Verb{"status", "WHERE [--json] [--watch]", "counts, and each unfinished or failed run",
         verb_status},
    Verb{"list", "WHERE [--where EXPR] [--sort KEY]", "a row per run, also as CSV or JSON",
         verb_list},
    Verb{"show", "WHERE RUN", "everything known of one run", verb_show},
    Verb{"why", "WHERE RUN", "field by field: what made it (re)run, or why it does not", verb_why},
    Verb{"log", "WHERE RUN [-f]", "a run's log", verb_log},
    Verb{"diff", "WHERE RUN RUN", "settings and results of two runs side by side", verb_diff},
    Verb{"verify", "WHERE", "rehash every output and input", verb_verify},
    Verb{"repeat", "WHERE RUN", "train a run again and compare the bytes", verb_repeat},
    Verb{"gc", "WHERE [--yes]", "what no experiment refers to", verb_gc},
    Verb{"evaluate", "MODEL.mat... [-o FILE]", "the measures of any model file", verb_evaluate},
    Verb{"report", "WHERE", "redraw figures and report.html", verb_report},
    Verb{"replay", "CASE.mat -o OUT.mat", "repeat updates with all noise given", verb_replay},
    Verb{"data", "info|synth|draws", "look at data, make some, show who draws what", verb_data},
    Verb{"devices", "", "slots found, and why a device is not used", verb_devices},
    Verb{"schema", "[experiment|manifest]", "JSON Schema, for editors and tests", verb_schema},
};

constexpr std::array<std::string_view, 7> k_later_verbs = {
    "submit", "work", "cancel", "cluster", "summary", "compare", "bundle"};

} // namespace

void refuse_later_verb(const std::string &name) {
  if (std::find(k_later_verbs.begin(), k_later_verbs.end(), name) == k_later_verbs.end()) return;
  throw ConfigError(fmt::format("the verb \"{}\" is not in this version of the program yet", name),
                    "pursuit-run --help lists those that are");
}

std::span<const Verb> verbs() { return k_verbs; }

} // namespace pursuit
