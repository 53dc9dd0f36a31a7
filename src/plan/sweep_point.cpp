#include "plan/sweep_point.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/describe.hpp"

namespace pursuit {

namespace {

// nullopt: the point does not say.
std::optional<ParameterValue> value_in(const SweepPoint &point, const MatchTerm &term) {
  if (term.parameter == nullptr) return static_cast<std::int64_t>(point.seed); // below 2^63
  if ((point.set & bit_of(*term.parameter)) == 0) return std::nullopt;
  return value_of(point.settings, *term.parameter);
}

bool meets(const SweepPoint &point, const MatchTerm &term) {
  const std::optional<ParameterValue> value = value_in(point, term);
  if (!value) return false;
  return std::any_of(term.any_of.begin(), term.any_of.end(), [&](const ParameterValue &wanted) {
    return term.parameter == nullptr ? same_value(*value, wanted)
                                     : has_value(point.settings, *term.parameter, wanted);
  });
}

// "100, 250 or 400"; "1, 2, 3, 4, 5 or 95 others" of many.
std::string alternatives(const std::vector<std::string> &texts) {
  constexpr std::size_t k_most = 5;
  const std::size_t shown = texts.size() <= k_most + 1 ? texts.size() - 1 : k_most;
  const std::string last =
      shown + 1 == texts.size() ? texts.back() : fmt::format("{} others", texts.size() - shown);
  if (shown == 0) return last;
  return fmt::format(
      "{} or {}", fmt::join(texts.begin(), texts.begin() + static_cast<long>(shown), ", "), last);
}

} // namespace

std::uint32_t bit_of(const Parameter &parameter) {
  return std::uint32_t{1} << (&parameter - parameters().data());
}

SweepPoint default_point() {
  SweepPoint point;
  for (const Parameter &parameter : parameters()) {
    if (parameter.default_value) assign(point, parameter, *parameter.default_value);
  }
  return point;
}

void assign(SweepPoint &point, const Parameter &parameter, const ParameterValue &value) {
  set_value(point.settings, parameter, value);
  point.set |= bit_of(parameter);
}

bool matches(const SweepPoint &point, const Match &match) {
  return std::all_of(match.terms.begin(), match.terms.end(),
                     [&](const MatchTerm &term) { return meets(point, term); });
}

std::string why_unmatched(const std::vector<SweepPoint> &points, const Match &match) {
  for (const MatchTerm &term : match.terms) {
    const bool met = std::any_of(points.begin(), points.end(),
                                 [&](const SweepPoint &point) { return meets(point, term); });
    if (met) continue;
    std::set<ParameterValue> values;
    for (const SweepPoint &point : points) {
      if (const std::optional<ParameterValue> value = value_in(point, term)) values.insert(*value);
    }
    const std::string key(term.parameter == nullptr ? "seed" : term.parameter->key);
    if (values.empty()) return fmt::format("{} has no value there", key);
    std::vector<std::string> texts;
    for (const ParameterValue &value : values) texts.push_back(value_text(value));
    return fmt::format("{} is {} there", key, alternatives(texts));
  }
  return "";
}

} // namespace pursuit
