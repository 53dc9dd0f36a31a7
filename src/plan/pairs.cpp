#include "plan/pairs.hpp"

#include <algorithm>
#include <set>

#include "plan/describe.hpp"

namespace pursuit {

std::vector<const Parameter *> shared_parameters(const Specs &a, const Specs &b) {
  const auto values = [](const Specs &group, const Parameter &parameter) {
    std::set<std::string> texts;
    for (const RunSpec *spec : group) texts.insert(value_text(value_of(spec->settings, parameter)));
    return texts;
  };
  std::vector<const Parameter *> shared;
  for (const Parameter &parameter : parameters()) {
    if (values(a, parameter) == values(b, parameter)) shared.push_back(&parameter);
  }
  return shared;
}

std::string pair_key(const RunSpec &spec, const std::vector<const Parameter *> &shared) {
  std::string key = std::to_string(spec.seed);
  for (const Parameter *parameter : shared)
    key += ' ' + value_text(value_of(spec.settings, *parameter));
  return key;
}

bool have_pairs(const Specs &a, const Specs &b) {
  const std::vector<const Parameter *> shared = shared_parameters(a, b);
  std::set<std::string> keys;
  for (const RunSpec *spec : a) keys.insert(pair_key(*spec, shared));
  return std::any_of(b.begin(), b.end(),
                     [&](const RunSpec *spec) { return keys.count(pair_key(*spec, shared)) != 0; });
}

} // namespace pursuit
