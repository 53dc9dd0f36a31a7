#include "plan/differences.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "plan/describe.hpp"

namespace pursuit {

namespace {

std::string text_of(const ParameterTexts &texts, const std::string &key) {
  for (const auto &[name, text] : texts) {
    if (name == key) return text;
  }
  return "none";
}

std::string parent_text(const RunSpec &spec) {
  if (!spec.has_parent()) return "none";
  return short_id(spec.parent_id.empty() ? spec.parent_file.sha256 : spec.parent_id);
}

bool is_fact(const std::string &name) {
  return name.ends_with("data sha256") || name.ends_with("numerics");
}

bool contains(const std::vector<Difference> &all, const Difference &one) {
  return std::any_of(all.begin(), all.end(), [&](const Difference &other) {
    return other.name == one.name && other.from == one.from && other.to == one.to;
  });
}

// Runs of different kinds are no versions of each other.
bool same_kind(const RunSpec &a, const RunSpec &b) {
  return a.stage == b.stage && model_kind(a) == model_kind(b);
}

} // namespace

std::vector<Difference> differences(const RunSpec &from, const RunSpec &to) {
  std::vector<Difference> all;
  const auto compare = [&](const std::string &name, const std::string &a, const std::string &b) {
    if (a != b) all.push_back({name, a, b});
  };
  const ParameterTexts a = run_parameters(from);
  const ParameterTexts b = run_parameters(to);
  for (const std::string &key : run_parameter_keys())
    compare(key, text_of(a, key), text_of(b, key));
  compare("data sha256", short_id(from.data_sha256), short_id(to.data_sha256));
  compare("numerics", from.numerics, to.numerics);
  compare("parent", parent_text(from), parent_text(to));
  return all;
}

std::vector<Difference> differences(const Lineage &from, const Lineage &to) {
  std::vector<Difference> all = differences(*from.run, *to.run);
  if (from.parent == nullptr || to.parent == nullptr) return all;
  for (Difference &difference : differences(*from.parent, *to.parent)) {
    if (contains(all, difference)) continue;
    difference.name = "parent's " + difference.name;
    all.push_back(std::move(difference));
  }
  return all;
}

std::string to_text(const Difference &difference) {
  return fmt::format("{}{} {} -> {}", difference.name, is_fact(difference.name) ? "" : ":",
                     difference.from, difference.to);
}

int nearest(const Lineage &run, std::span<const Candidate> candidates) {
  const auto distance = [&](const Candidate &candidate) {
    return differences(candidate.lineage, run).size();
  };
  int best = -1;
  std::tuple<std::size_t, bool> best_rank;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate &candidate = candidates[i];
    if (!same_kind(*candidate.lineage.run, *run.run)) continue;
    const std::tuple<std::size_t, bool> rank{distance(candidate), candidate.asked_for};
    const bool later =
        best < 0 || candidate.ended > candidates[static_cast<std::size_t>(best)].ended;
    if (best >= 0 && (rank > best_rank || (rank == best_rank && !later))) continue;
    best = static_cast<int>(i);
    best_rank = rank;
  }
  return best;
}

} // namespace pursuit
