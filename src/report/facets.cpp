// Which networks stand together: facets by what tells their trainings apart, in them groups by what was trained.
#include "report/networks.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiment/parameters.hpp"
#include "plan/describe.hpp"
#include "plan/graph.hpp"

namespace pursuit {

namespace {

// Kinds of models in the order of groups.
std::vector<std::string> all_kinds() {
  std::vector<std::string> kinds = {"stage1"};
  for (const ActivationSet set : all_activation_sets()) kinds.push_back(to_text(set));
  kinds.emplace_back("prior_input");
  return kinds;
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

// Parameters, the activation aside, that tell trainings of stage 1 or 2 apart: N, tau and gain from all others, the settings
// of a training where a stage of the file has several.
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

// What tells a network from others. Of which training the setting is: 0 where it is of the network (N, tau, gain).
struct Factor {
  const Parameter *parameter = nullptr;
  int training = 0;
  std::string text;

  bool is_like(const Factor &other) const {
    return parameter == other.parameter && training == other.training;
  }
  bool operator==(const Factor &) const = default;
};
using Factors = std::vector<Factor>;

// Parameters that tell trainings of stage 1, and of stage 2, apart.
struct Telling {
  std::vector<const Parameter *> first, second;
};

// Of stage 2 its own and those of its parent (nullptr: not known), beside which it stands. Nothing of a gain that nobody
// knows: it may be any.
Factors factors_of(const FinishedNetwork &network, const FinishedNetwork *parent,
                   const Telling &telling) {
  const bool is_second = network.spec.stage == 2;
  Factors factors;
  const auto add = [&](const FinishedNetwork *of, const Parameter &parameter, int training) {
    const std::string text = of != nullptr ? text_of(of->spec, parameter) : k_unknown;
    if (text != k_unknown) factors.push_back({&parameter, training, text});
  };
  for (const Parameter &parameter : parameters()) {
    const bool of_network = names_network(parameter);
    if (has(telling.first, parameter))
      add(is_second && !of_network ? parent : &network, parameter, of_network ? 0 : 1);
    if (is_second && !of_network && has(telling.second, parameter)) add(&network, parameter, 2);
  }
  return factors;
}

// What both say, they say alike.
bool agree(const Factors &a, const Factors &b) {
  return std::all_of(a.begin(), a.end(), [&](const Factor &factor) {
    return std::none_of(b.begin(), b.end(), [&](const Factor &other) {
      return other.is_like(factor) && other.text != factor.text;
    });
  });
}

double number_in(const std::string &text) {
  char *end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() ? number : -std::numeric_limits<double>::infinity();
}

// By their numbers, the first parameter slowest; what is no number, "none" or a bound by name, first.
bool comes_before(const Factors &a, const Factors &b) {
  const auto key = [](const Factor &factor) {
    return std::make_tuple(factor.parameter, factor.training, number_in(factor.text), factor.text);
  };
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(),
      [&](const Factor &x, const Factor &y) { return key(x) < key(y); });
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

// Trainings of which there are networks in a figure.
struct Shown {
  bool first = false, second = false;
};

// "N=100, tau=20 ms"; of which training a setting is, where the other is shown, too: "stage 1 n_trials=300".
std::string title_of(const Factors &factors, const Shown &shown) {
  std::vector<std::string> words;
  for (const Factor &factor : factors) {
    const bool is_named =
        (factor.training == 1 && shown.second) || (factor.training == 2 && shown.first);
    words.push_back((is_named ? fmt::format("stage {} ", factor.training) : "") +
                    fmt::format("{}={}{}", factor.parameter->key, factor.text,
                                factor.parameter->key == "tau" ? " ms" : ""));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

// A column for each setting, in which a network has its own; and where networks of stage 2 are shown, one of what their
// parents were trained with: "stage1_n_trials".
NamedValues columns_of(const Factors &factors, const Shown &shown) {
  NamedValues columns;
  for (const Factor &factor : factors) {
    const std::string column = column_of(*factor.parameter);
    const bool has_own = std::any_of(factors.begin(), factors.end(), [&](const Factor &other) {
      return other.parameter == factor.parameter && other.training == 2;
    });
    if (factor.training != 1 || !has_own) columns.emplace_back(column, factor.text);
    if (factor.training == 1 && shown.second) columns.emplace_back("stage1_" + column, factor.text);
  }
  return columns;
}

std::string label_of(std::string kind) {
  if (kind == "stage1") return "stage 1";
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return kind;
}

// What all of a group say of their own settings; empty where they differ.
NamedValues common_settings(const Results &results, const Group &group) {
  NamedValues common;
  for (const std::size_t i : group.networks) {
    const NamedValues own = own_settings(results.networks[i]);
    if (common.empty()) common = own;
    for (auto &setting : common) {
      if (std::find(own.begin(), own.end(), setting) == own.end()) setting.second.clear();
    }
  }
  return common;
}

// The stages of the file that ask for it.
std::vector<std::string> stages_of(const FinishedNetwork &network) {
  std::vector<std::string> stages = network.also_of;
  stages.push_back(network.stage);
  return stages;
}

// Groups in the order of all_kinds; of stages with the same kind, by their names; of `stage` only where one is named. Networks
// by seed.
std::vector<Group> groups_of(const Results &results, const std::vector<std::size_t> &networks,
                             const std::string &stage) {
  std::map<std::string, std::set<std::string>> names_of_kind;
  for (const FinishedNetwork &network : results.networks) {
    for (const std::string &name : stages_of(network))
      names_of_kind[model_kind(network.spec)].insert(name);
  }
  std::vector<Group> groups;
  for (const std::string &kind : all_kinds()) {
    const std::vector<std::string> stages(names_of_kind[kind].begin(), names_of_kind[kind].end());
    for (std::size_t s = 0; s < stages.size(); ++s) {
      if (!stage.empty() && stages[s] != stage) continue;
      Group group;
      group.kind = kind;
      const std::string suffix = stages.size() > 1 ? fmt::format(" ({})", stages[s]) : "";
      group.name = kind + suffix;
      group.label = label_of(kind) + suffix;
      group.look = look_of_kind(kind) + k_another_stage * static_cast<int>(s);
      for (const std::size_t i : networks) {
        if (is_of(results.networks[i], stages[s]) && model_kind(results.networks[i].spec) == kind)
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
    for (const FinishedNetwork *one : {&network, parent_of(results, network)}) {
      if (one == nullptr) continue;
      for (const std::string &stage : stages_of(*one)) stages[stage].push_back(one);
    }
  }
  const Telling telling = {differing(stages, 1, all), differing(stages, 2, all)};
  std::vector<Factors> factors;
  for (const std::size_t i : wanted) {
    const FinishedNetwork &network = results.networks[i];
    factors.push_back(factors_of(network, parent_of(results, network), telling));
  }
  return factors;
}

} // namespace

std::vector<Facet> facets_of(const Results &results,
                             const std::function<bool(const FinishedNetwork &)> &wanted,
                             const std::string &stage) {
  const auto is_chosen = [&](const FinishedNetwork &network) {
    return (stage.empty() || is_of(network, stage)) && wanted(network);
  };
  std::vector<std::size_t> chosen;
  Shown shown;
  for (std::size_t i = 0; i < results.networks.size(); ++i) {
    if (!is_chosen(results.networks[i])) continue;
    chosen.push_back(i);
    (results.networks[i].spec.stage == 2 ? shown.second : shown.first) = true;
  }
  const std::size_t left_out = static_cast<std::size_t>(
      std::count_if(results.left_out.begin(), results.left_out.end(), is_chosen));
  const std::vector<Factors> factors = all_factors(results, chosen);
  std::vector<Facet> facets;
  for (const Factors &of_facet : factors_of_facets(factors)) {
    std::vector<std::size_t> members;
    for (std::size_t j = 0; j < chosen.size(); ++j) {
      if (agree(factors[j], of_facet)) members.push_back(chosen[j]);
    }
    facets.push_back({title_of(of_facet, shown), columns_of(of_facet, shown),
                      groups_of(results, members, stage), 0});
  }
  if (facets.empty() && left_out > 0) facets.emplace_back();
  if (!facets.empty()) facets.front().left_out = left_out;
  return facets;
}

} // namespace pursuit
