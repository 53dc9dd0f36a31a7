#include "report/networks.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiment/parameters.hpp"
#include "plan/describe.hpp"
#include "report/statistics.hpp"
#include "store/left_out.hpp"

namespace pursuit {

namespace {

constexpr std::array<const char *, 5> k_kinds = {"stage1", "input_gain", "threshold",
                                                 "response_gain", "prior_input"};

using Factors = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const RunSpec &spec, const Parameter &parameter) {
  return value_text(value_of(spec.settings, parameter));
}

// The column of a parameter: its key, with its unit.
std::string column_of(const Parameter &parameter) {
  return parameter.key == "tau" ? "tau_ms" : std::string(parameter.key);
}

using Networks = std::vector<const FinishedNetwork *>;

bool differs(const Networks &networks, const Parameter &parameter) {
  std::set<std::string> texts;
  for (const FinishedNetwork *network : networks) texts.insert(text_of(network->spec, parameter));
  texts.erase(k_unknown);
  return texts.size() > 1;
}

// Of a stage's name, its networks.
using Stages = std::map<std::string, Networks>;

// Parameters, the activation aside, that tell networks of training stage 1 or 2 apart: N, tau and gain from all others, the
// settings of a training where a stage of the file has several.
std::vector<const Parameter *> differing(const Stages &stages, int training, const Networks &all) {
  std::vector<const Parameter *> found;
  for (const Parameter &parameter : parameters()) {
    if (is_word(parameter)) continue;
    const bool differ = names_network(parameter)
                            ? differs(all, parameter)
                            : std::any_of(stages.begin(), stages.end(), [&](const auto &stage) {
                                return stage.second.front()->spec.stage == training &&
                                       differs(stage.second, parameter);
                              });
    if (differ) found.push_back(&parameter);
  }
  return found;
}

bool has(const std::vector<const Parameter *> &some, const Parameter &parameter) {
  return std::find(some.begin(), some.end(), &parameter) != some.end();
}

const FinishedNetwork *parent_of(const Results &results, const FinishedNetwork &network) {
  if (network.spec.parent_id.empty()) return nullptr;
  for (const std::vector<FinishedNetwork> *networks : {&results.networks, &results.left_out}) {
    for (const FinishedNetwork &other : *networks) {
      if (other.run_id == network.spec.parent_id) return &other;
    }
  }
  return nullptr;
}

// What tells a network from others, `by` its own settings and else by its parent's. Nothing of a gain that nobody knows: it
// may be any.
Factors factors_of(const FinishedNetwork &network, const std::vector<const Parameter *> &by,
                   const FinishedNetwork *parent, const std::vector<const Parameter *> &by_parent) {
  Factors factors;
  for (const Parameter &parameter : parameters()) {
    const FinishedNetwork *of = has(by, parameter)          ? &network
                                : has(by_parent, parameter) ? parent
                                                            : nullptr;
    const std::string text = of != nullptr ? text_of(of->spec, parameter) : k_unknown;
    if (text != k_unknown) factors.emplace_back(column_of(parameter), text);
  }
  return factors;
}

// Its own value of every number that an experiment file sets; empty where nobody knows it.
Factors own_settings(const FinishedNetwork &network) {
  Factors own;
  for (const Parameter &parameter : parameters()) {
    if (is_word(parameter)) continue;
    const std::string text = text_of(network.spec, parameter);
    own.emplace_back(column_of(parameter), text == k_unknown ? "" : text);
  }
  return own;
}

// What both say, they say alike.
bool agree(const Factors &a, const Factors &b) {
  return std::all_of(a.begin(), a.end(), [&](const auto &factor) {
    return std::none_of(b.begin(), b.end(), [&](const auto &other) {
      return other.first == factor.first && other.second != factor.second;
    });
  });
}

// By their numbers, the first parameter slowest.
bool comes_before(const Factors &a, const Factors &b) {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](const auto &x, const auto &y) {
        return x.first == y.first ? std::stod(x.second) < std::stod(y.second) : x.first < y.first;
      });
}

// Those that say most have a facet each; one that says less has its own only if it agrees with none of them.
std::vector<Factors> factors_of_facets(const std::vector<Factors> &all) {
  std::size_t most = 0;
  for (const Factors &factors : all) most = std::max(most, factors.size());
  std::vector<Factors> facets;
  for (const Factors &factors : all) {
    if (factors.size() == most && std::find(facets.begin(), facets.end(), factors) == facets.end())
      facets.push_back(factors);
  }
  for (const Factors &factors : all) {
    if (std::none_of(facets.begin(), facets.end(),
                     [&](const Factors &facet) { return agree(factors, facet); }))
      facets.push_back(factors);
  }
  std::sort(facets.begin(), facets.end(), comes_before);
  return facets;
}

// Of which training a factor is, where a member's own setting is another: "stage 1 ".
std::string training_of(const std::pair<std::string, std::string> &factor,
                        const Networks &members) {
  for (const FinishedNetwork *member : members) {
    for (const auto &[column, text] : own_settings(*member)) {
      if (column == factor.first && !text.empty() && text != factor.second)
        return member->spec.stage == 2 ? "stage 1 " : "stage 2 ";
    }
  }
  return "";
}

// "N=100, tau=20 ms".
std::string title_of(const Factors &factors, const Networks &members) {
  std::vector<std::string> words;
  for (const auto &factor : factors) {
    const auto &[column, text] = factor;
    words.push_back(training_of(factor, members) + (column == "tau_ms"
                                                        ? fmt::format("tau={} ms", text)
                                                        : fmt::format("{}={}", column, text)));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string label_of(std::string kind) {
  if (kind == "stage1") return "stage 1";
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return kind;
}

// What all of a group say of their own settings; empty where they differ.
Factors common_settings(const Results &results, const Group &group) {
  Factors common;
  for (const std::size_t i : group.networks) {
    const Factors own = own_settings(results.networks[i]);
    if (common.empty()) common = own;
    for (std::size_t k = 0; k < common.size(); ++k) {
      if (common[k] != own[k]) common[k].second.clear();
    }
  }
  return common;
}

// Groups in the order of k_kinds; of stages with the same kind, by their names. Networks by seed.
std::vector<Group> groups_of(const Results &results, const std::vector<std::size_t> &networks) {
  std::map<std::string, std::set<std::string>> names_of_kind;
  for (const FinishedNetwork &network : results.networks)
    names_of_kind[model_kind(network.spec)].insert(network.stage);
  std::vector<Group> groups;
  for (const char *kind : k_kinds) {
    const std::vector<std::string> stages(names_of_kind[kind].begin(), names_of_kind[kind].end());
    for (std::size_t s = 0; s < stages.size(); ++s) {
      Group group;
      group.kind = kind;
      const std::string suffix = stages.size() > 1 ? fmt::format(" ({})", stages[s]) : "";
      group.name = kind + suffix;
      group.label = label_of(kind) + suffix;
      group.look = look_of_kind(kind) + k_another_stage * static_cast<int>(s);
      for (const std::size_t i : networks) {
        if (results.networks[i].stage == stages[s] && model_kind(results.networks[i].spec) == kind)
          group.networks.push_back(i);
      }
      std::stable_sort(group.networks.begin(), group.networks.end(),
                       [&](std::size_t a, std::size_t b) {
                         return results.networks[a].spec.seed < results.networks[b].spec.seed;
                       });
      group.factors = common_settings(results, group);
      if (!group.networks.empty()) groups.push_back(std::move(group));
    }
  }
  return groups;
}

// Of each wanted network, what tells it from others. One of stage 2 has, beside its own, what tells its parent apart: it
// stands with its parent.
std::vector<Factors> all_factors(const Results &results, const std::vector<std::size_t> &wanted) {
  Networks all;
  Stages stages;
  for (const std::size_t i : wanted) {
    const FinishedNetwork &network = results.networks[i];
    all.push_back(&network);
    stages[network.stage].push_back(&network);
    if (const FinishedNetwork *parent = parent_of(results, network))
      stages[parent->stage].push_back(parent);
  }
  const std::vector<const Parameter *> first = differing(stages, 1, all),
                                       second = differing(stages, 2, all);
  std::vector<Factors> factors;
  for (const std::size_t i : wanted) {
    const FinishedNetwork &network = results.networks[i];
    const FinishedNetwork *parent = parent_of(results, network);
    factors.push_back(
        parent == nullptr
            ? factors_of(network, network.spec.stage == 2 ? second : first, nullptr, {})
            : factors_of(network, second, parent, first));
  }
  return factors;
}

} // namespace

std::vector<Facet> facets_of(const Results &results,
                             const std::function<bool(const FinishedNetwork &)> &wanted) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < results.networks.size(); ++i) {
    if (wanted(results.networks[i])) chosen.push_back(i);
  }
  const std::size_t left_out = static_cast<std::size_t>(
      std::count_if(results.left_out.begin(), results.left_out.end(), wanted));
  const std::vector<Factors> factors = all_factors(results, chosen);
  std::vector<Facet> facets;
  for (const Factors &of_facet : factors_of_facets(factors)) {
    std::vector<std::size_t> members;
    Networks networks;
    for (std::size_t j = 0; j < chosen.size(); ++j) {
      if (!agree(factors[j], of_facet)) continue;
      members.push_back(chosen[j]);
      networks.push_back(&results.networks[chosen[j]]);
    }
    facets.push_back({title_of(of_facet, networks), of_facet, groups_of(results, members), 0});
  }
  if (facets.empty() && left_out > 0) facets.emplace_back();
  if (!facets.empty()) facets.front().left_out = left_out;
  return facets;
}

std::string left_out_note(const std::vector<Facet> &facets) {
  if (facets.empty() || facets.front().left_out == 0) return "";
  return fmt::format(" Left out: {}.", left_out_text(facets.front().left_out));
}

bool has_means(const std::vector<Facet> &facets) {
  return std::any_of(facets.begin(), facets.end(), [](const Facet &facet) {
    return std::any_of(facet.groups.begin(), facet.groups.end(),
                       [](const Group &group) { return group.networks.size() > 1; });
  });
}

std::string note_of(const Results &results, const std::vector<Facet> &facets) {
  std::set<std::size_t> sizes;
  for (const Facet &facet : facets) {
    for (const Group &group : facet.groups) sizes.insert(group.networks.size());
  }
  std::string text = results.synthetic ? "Synthetic data" : "Recorded data";
  if (sizes.size() == 1)
    text += fmt::format("; n = {} network{} in each group", *sizes.begin(),
                        *sizes.begin() == 1 ? "" : "s");
  else if (!sizes.empty())
    text += fmt::format("; n = {} to {} networks in each group", *sizes.begin(), *sizes.rbegin());
  if (!sizes.empty() && *sizes.begin() < k_few_networks)
    text += fmt::format(" (fewer than {}: intervals are unreliable)", k_few_networks);
  return text + "." + left_out_note(facets);
}

int drawn_index(Drawing &drawing, const FinishedNetwork &network) {
  for (std::size_t i = 0; i < drawing.networks.size(); ++i) {
    if (drawing.networks[i].run_id == network.run_id) return static_cast<int>(i);
  }
  drawing.networks.push_back({network.run_id, network.model_sha256, model_kind(network.spec),
                              network.spec.seed, own_settings(network)});
  return static_cast<int>(drawing.networks.size()) - 1;
}

void add_dots(Drawing &drawing, Panel &panel, const Results &results, const Group &group, double x,
              const NetworkValue &value) {
  Series dots;
  dots.group = group.name;
  dots.label = group.label;
  dots.look = group.look;
  dots.factors = group.factors;
  dots.statistic = "network";
  std::vector<double> values;
  for (const std::size_t i : group.networks) {
    const std::optional<double> y = value(results.networks[i]);
    if (!y) continue;
    values.push_back(*y);
    dots.points.push_back({x, *y, k_nothing, k_nothing, drawn_index(drawing, results.networks[i])});
  }
  if (values.empty()) return;
  Series mean = dots;
  mean.mark = Mark::means;
  mean.statistic = "mean of networks";
  const std::optional<Interval> interval = mean_interval(values);
  mean.points = {{x, mean_of(values), interval ? interval->low : k_nothing,
                  interval ? interval->high : k_nothing}};
  panel.series.push_back(std::move(dots));
  panel.series.push_back(std::move(mean));
}

void add_curves(Drawing &drawing, Panel &panel, const Results &results, const Group &group,
                const std::vector<double> &x, const std::vector<NetworkCurve> &curves) {
  if (curves.empty()) return;
  Series mean;
  mean.group = group.name;
  mean.label = group.label;
  mean.look = group.look;
  mean.factors = group.factors;
  mean.in_key = true;
  mean.mark = Mark::curve;
  mean.statistic = "mean of networks";
  std::vector<double> all;
  for (const NetworkCurve &curve : curves) {
    all.insert(all.end(), curve.y.begin(), curve.y.end());
    const int index = drawn_index(drawing, results.networks[curve.network]);
    if (curves.size() == 1 || curves.size() > k_most_curves) continue;
    Series one = mean;
    one.in_key = false;
    one.mark = Mark::lines;
    one.statistic = "network";
    for (std::size_t i = 0; i < x.size(); ++i)
      one.points.push_back({x[i], curve.y[i], k_nothing, k_nothing, index});
    panel.series.push_back(std::move(one));
  }
  const MeanCurve of_all = mean_curve(all, x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    mean.points.push_back({x[i], of_all.mean[i], of_all.low[i], of_all.high[i]});
  panel.series.push_back(std::move(mean));
}

} // namespace pursuit
