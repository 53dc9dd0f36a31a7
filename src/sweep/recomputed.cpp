#include "sweep/recomputed.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "experiment/read_requests.hpp"
#include "measure/evaluation_file.hpp"
#include "measure/measure.hpp"
#include "report/expectations.hpp"
#include "store/judge_diverged.hpp"

namespace pursuit {

namespace {

EvaluationRecord read_again(const std::string &bytes, const std::filesystem::path &path) {
  const Evaluation evaluation = read_evaluation(bytes, path);
  return {{evaluation.settings, evaluation.data_sha256},
          evaluation.model_sha256,
          {},
          measure(evaluation)};
}

bool is_close(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a)); }

bool is_same_finding(const ManifestExpectation &a, const ManifestExpectation &b) {
  if (a.passed != b.passed || a.value.has_value() != b.value.has_value() ||
      a.interval.has_value() != b.interval.has_value())
    return false;
  return (!a.value || is_close(*a.value, *b.value)) &&
         (!a.interval || (is_close(a.interval->first, b.interval->first) &&
                          is_close(a.interval->second, b.interval->second)));
}

bool is_judged(const ManifestExpectation &entry) { return entry.passed || entry.value; }

// "" where the claim is not known from `expect`, or was judged by other runs.
std::string wrong_claim(const ManifestExpectation &entry, const std::vector<Expectation> &expect,
                        const std::vector<ManifestRun> &runs) {
  for (const Expectation &expectation : expect) {
    if (expectation.item_json != entry.item_json) continue;
    const CheckedExpectation checked = check_expectation(expectation, runs);
    if (entry.n != checked.entry.n || entry.excluded != checked.entry.excluded) continue;
    if (!is_same_finding(entry, checked.entry))
      return fmt::format("of its claim \"{}\" it says what its runs do not", checked.claim);
  }
  return "";
}

} // namespace

Recomputed recomputed_for(Disk &disk, const std::optional<Manifest> &manifest) {
  TargetNorms norms; // of no data
  if (manifest) norms = norms_of_data(disk, *manifest).value_or(norms);
  return {read_again,
          [norms = std::move(norms)](const RunSpec &spec, const std::optional<LossSummary> &loss) {
            return is_diverged(norms, spec, loss);
          }};
}

std::string wrong_claim(const Manifest &manifest) {
  try {
    const std::vector<Expectation> expect = read_requests(manifest.resolved_json).expect;
    for (const ManifestExpectation &entry : manifest.expectations) {
      const std::string wrong = is_judged(entry) ? wrong_claim(entry, expect, manifest.runs) : "";
      if (!wrong.empty()) return wrong;
    }
  } catch (const ConfigError &) { // an experiment of another version
  }
  return "";
}

} // namespace pursuit
