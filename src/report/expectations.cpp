#include "report/expectations.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "plan/describe.hpp"
#include "plan/graph.hpp"
#include "plan/pairs.hpp"
#include "report/statistics.hpp"
#include "store/left_out.hpp"

namespace pursuit {

namespace {

// A group's networks with their values.
struct Measured {
  std::vector<const ManifestRun *> runs;
  std::vector<double> values;
  std::size_t members = 0;  // with a value or not
  std::size_t excluded = 0; // left out, and no members
};

Measured measure_group(const RunGroup &group, const Expectation &expectation,
                       const std::vector<ManifestRun> &runs,
                       const std::unordered_set<std::string> &excluded) {
  Measured measured;
  for (const ManifestRun &run : runs) {
    if (!is_of(run, group.stage)) continue;
    if (group.where_match && !matches(run.spec, *group.where_match)) continue;
    if (excluded.contains(run.id)) {
      ++measured.excluded;
      continue;
    }
    ++measured.members;
    if (run.state != RunState::done) continue;
    const std::optional<double> value =
        measured_value(run, expectation.measure, expectation.contrast);
    if (!value) continue;
    measured.runs.push_back(&run);
    measured.values.push_back(*value);
  }
  return measured;
}

Specs specs_of(const Measured &group) {
  Specs specs;
  for (const ManifestRun *run : group.runs) specs.push_back(&run->spec);
  return specs;
}

// Mean value of the networks of each key.
std::map<std::string, double> by_key(const Measured &group,
                                     const std::vector<const Parameter *> &shared) {
  std::map<std::string, std::vector<double>> values;
  for (std::size_t i = 0; i < group.runs.size(); ++i) {
    values[pair_key(group.runs[i]->spec, shared)].push_back(group.values[i]);
  }
  std::map<std::string, double> means;
  for (const auto &[key, all] : values) means[key] = mean_of(all);
  return means;
}

std::vector<double> paired_differences(const Measured &a, const Measured &b) {
  const std::vector<const Parameter *> shared = shared_parameters(specs_of(a), specs_of(b));
  const std::map<std::string, double> of_b = by_key(b, shared);
  std::vector<double> differences;
  for (const auto &[key, value] : by_key(a, shared)) {
    const auto partner = of_b.find(key);
    if (partner != of_b.end()) differences.push_back(value - partner->second);
  }
  return differences;
}

std::string group_text(const RunGroup &group) {
  if (!group.where_match) return group.stage;
  return fmt::format("{} ({})", group.stage, match_text(*group.where_match));
}

std::string claim_text(const Expectation &expectation) {
  std::string text = expectation.measure;
  if (!expectation.contrast.empty()) text += fmt::format(", {} contrast", expectation.contrast);
  text += fmt::format(", of {}: ", group_text(expectation.group));
  switch (expectation.demand) {
  case Demand::mean_between:
    return text + fmt::format("mean between {} and {}", expectation.low, expectation.high);
  case Demand::less_than:
    return text + fmt::format("less than {}", group_text(expectation.other));
  case Demand::greater_than:
    return text + fmt::format("greater than {}", group_text(expectation.other));
  case Demand::paired_difference:
    return text + fmt::format("paired difference to {} between {} and {}",
                              group_text(expectation.other), expectation.low, expectation.high);
  }
  return text;
}

// " degrees".
std::string unit_of(const std::string &measure) {
  const MeasureColumn column = find_measure(measure);
  if (column.measure == nullptr || column.measure->unit.empty()) return "";
  return fmt::format(" {}", column.measure->unit);
}

// What the numbers say, apart from the demand.
struct Finding {
  double value = 0;
  std::size_t n = 0;
  std::optional<Interval> interval;
  std::string text;
};

std::string finding_text(const Finding &finding, const std::string &unit, const char *counted) {
  std::string text = fmt::format("{:.4g}{}", finding.value, unit);
  if (finding.interval)
    text += fmt::format(", 95% interval {:.4g} to {:.4g}", finding.interval->low,
                        finding.interval->high);
  return text + fmt::format(", n = {} {}{}", finding.n, counted, finding.n == 1 ? "" : "s");
}

Finding of_mean(const Measured &group, const std::string &unit) {
  Finding finding{mean_of(group.values), group.values.size(), mean_interval(group.values), ""};
  finding.text = "mean " + finding_text(finding, unit, "network");
  if (group.members > finding.n)
    finding.text +=
        fmt::format("; {} of {} have no value", group.members - finding.n, group.members);
  return finding;
}

Finding of_pairs(const std::vector<double> &differences, const std::string &unit) {
  Finding finding{mean_of(differences), differences.size(), mean_interval(differences), ""};
  finding.text = "mean paired difference " + finding_text(finding, unit, "pair");
  const SignedRank test = signed_rank(differences);
  if (differences.size() > 1)
    finding.text += fmt::format("; Wilcoxon signed-rank p = {:.2g}", test.p_two_sided);
  const double g = hedges_g_paired(differences);
  if (!std::isnan(g) && differences.size() > 2)
    finding.text += fmt::format(", Hedges' g = {:.2g}", g);
  return finding;
}

Finding of_difference(const Measured &a, const Measured &b, const std::string &unit) {
  Finding finding{mean_of(a.values) - mean_of(b.values), std::min(a.values.size(), b.values.size()),
                  difference_interval(a.values, b.values), ""};
  finding.text =
      fmt::format("difference of means {}, {} and {} networks without pairs",
                  finding_text(finding, unit, "network"), a.values.size(), b.values.size());
  const double g = hedges_g(a.values, b.values);
  if (!std::isnan(g)) finding.text += fmt::format("; Hedges' g = {:.2g}", g);
  return finding;
}

bool holds(const Expectation &expectation, const Finding &finding) {
  switch (expectation.demand) {
  case Demand::mean_between:
  case Demand::paired_difference:
    return expectation.low <= finding.value && finding.value <= expectation.high;
  case Demand::greater_than:
    return finding.value > 0 && (!finding.interval || finding.interval->low > 0);
  case Demand::less_than:
    return finding.value < 0 && (!finding.interval || finding.interval->high < 0);
  }
  return false;
}

std::string no_data(const RunGroup &group, const Measured &measured) {
  if (measured.members == 0 && measured.excluded > 0)
    return fmt::format("every run of {} is left out: {}", group_text(group),
                       left_out_text(measured.excluded));
  if (measured.members == 0) return fmt::format("no run is of {}", group_text(group));
  return fmt::format("none of the {} runs of {} has a value", measured.members, group_text(group));
}

} // namespace

std::optional<double> measured_value(const ManifestRun &run, const std::string &measure,
                                     const std::string &contrast) {
  return pursuit::measured_value(run.loss, run.measures, measure, contrast);
}

CheckedExpectation check_expectation(const Expectation &expectation,
                                     const std::vector<ManifestRun> &runs) {
  CheckedExpectation checked;
  checked.entry.item_json = expectation.item_json;
  const ManifestCounts counts = count(runs);
  if (counts.pending + counts.running == 0) checked.entry.passed = false; // until there is data
  checked.entry.n = 0;
  checked.claim = claim_text(expectation);
  const std::unordered_set<std::string> excluded = left_out(runs);
  const Measured group = measure_group(expectation.group, expectation, runs, excluded);
  std::size_t count = group.excluded;
  checked.entry.excluded = static_cast<std::int64_t>(count);
  if (group.values.empty()) {
    checked.finding = no_data(expectation.group, group);
    return checked;
  }
  const std::string unit = unit_of(expectation.measure);
  Finding finding;
  if (expectation.demand == Demand::mean_between) {
    finding = of_mean(group, unit);
  } else {
    const Measured other = measure_group(expectation.other, expectation, runs, excluded);
    count += other.excluded;
    checked.entry.excluded = static_cast<std::int64_t>(count);
    const std::vector<double> differences = paired_differences(group, other);
    if (other.values.empty()) {
      checked.finding = no_data(expectation.other, other);
      return checked;
    }
    if (differences.empty() && expectation.demand == Demand::paired_difference) {
      checked.finding = "the two groups have no seed in common";
      return checked;
    }
    finding = differences.empty() ? of_difference(group, other, unit) : of_pairs(differences, unit);
  }
  checked.entry.value = finding.value;
  checked.entry.n = static_cast<std::int64_t>(finding.n);
  if (finding.interval) checked.entry.interval = {finding.interval->low, finding.interval->high};
  checked.entry.passed = holds(expectation, finding);
  checked.finding = finding.text;
  if (count > 0) checked.finding += fmt::format("; left out: {}", left_out_text(count));
  if (finding.n < k_few_networks)
    checked.warning = fmt::format("n = {} is fewer than {}: the interval is unreliable", finding.n,
                                  k_few_networks);
  return checked;
}

std::string verdict_line(const CheckedExpectation &checked) {
  const char *verdict = !checked.entry.passed   ? "open"
                        : *checked.entry.passed ? "passed"
                                                : "FAILED";
  return fmt::format("expect  {}  {}: {}{}", verdict, checked.claim, checked.finding,
                     checked.warning.empty() ? "" : " (" + checked.warning + ")");
}

} // namespace pursuit
