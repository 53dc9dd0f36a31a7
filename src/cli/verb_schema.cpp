// schema: JSON Schema, for editors and tests.
#include <cstdio>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "cli/manifest_schema.hpp"
#include "cli/verbs.hpp"
#include "experiment/experiment_schema_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

int verb_schema(const Arguments &arguments) {
  CLI::App app{"JSON Schema of experiment files or manifests", "pursuit-run schema"};
  std::string kind = "experiment";
  app.add_option("kind", kind, "experiment or manifest")->type_name("[experiment|manifest]");
  if (!parse(app, arguments)) return k_exit_done;
  if (kind == "experiment") {
    std::fputs(experiment_schema().c_str(), stdout);
  } else if (kind == "manifest") {
    std::fputs(manifest_schema(), stdout);
  } else {
    throw ConfigError(fmt::format("there is no schema of \"{}\"", kind),
                      word_hint(kind, std::vector<std::string>{"experiment", "manifest"}));
  }
  return k_exit_done;
}

} // namespace pursuit
