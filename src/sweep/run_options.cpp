#include "sweep/run_options.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"

namespace pursuit {

void check_run_options(const RunOptions &options) {
  // Written so that NaN fails too.
  if (!(options.schedule.timeout_s >= 0 && std::isfinite(options.schedule.timeout_s))) {
    throw ConfigError("--timeout takes a number of seconds, 0 for none");
  }
  if (!(options.checkpoint_every_s > 0 && std::isfinite(options.checkpoint_every_s))) {
    throw ConfigError("--checkpoint-every takes a number of seconds above 0");
  }
  const std::vector<std::string> forms = {"auto", "plain", "none"};
  if (std::find(forms.begin(), forms.end(), options.progress) == forms.end()) {
    throw ConfigError(
        fmt::format("--progress takes auto, plain or none, not \"{}\"", options.progress),
        did_you_mean(options.progress, forms));
  }
}

} // namespace pursuit
