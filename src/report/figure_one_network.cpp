// Figures of one stage-1 network and what became of it: its units, and its states.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "measure/circular.hpp"
#include "measure/pca.hpp"
#include "measure/tuning.hpp"
#include "plan/describe.hpp"
#include "report/figures.hpp"

namespace pursuit {

namespace {

// A stage-1 network and those of its children that have an evaluation, first of their kind.
struct Family {
  std::vector<const FinishedNetwork *> members; // the parent first
  std::vector<Evaluation> evaluations;
  std::string left_out; // a note of networks that are not considered

  bool has(const std::string &kind) const {
    return std::any_of(members.begin(), members.end(), [&](const FinishedNetwork *member) {
      return model_kind(member->spec) == kind;
    });
  }
};

bool wanted(const FinishedNetwork &network, const FigureOptions &options) {
  return !options.seed || network.spec.seed == *options.seed;
}

using Networks = std::vector<const FinishedNetwork *>;

// The children by what they were trained with, the parameters trained aside: only equal ones are shown side by side.
std::vector<Networks> alike_children(const Results &results, const FinishedNetwork &parent) {
  std::vector<Networks> groups;
  for (const FinishedNetwork &child : results.networks) {
    if (child.spec.parent_id != parent.run_id) continue;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const Networks &known) {
      return own_settings(*known.front()) == own_settings(child);
    });
    if (group == groups.end())
      groups.push_back({&child});
    else
      group->push_back(&child);
  }
  return groups;
}

// The network and its children, in the order of kinds; of children that are not alike the most, the first of equally many.
Networks with_children(const Results &results, const FinishedNetwork &parent) {
  Networks members = {&parent};
  const std::vector<Networks> groups = alike_children(results, parent);
  const auto most =
      std::max_element(groups.begin(), groups.end(),
                       [](const Networks &a, const Networks &b) { return a.size() < b.size(); });
  if (most != groups.end()) members.insert(members.end(), most->begin(), most->end());
  std::stable_sort(members.begin() + 1, members.end(),
                   [](const FinishedNetwork *a, const FinishedNetwork *b) {
                     return look_of_kind(model_kind(a->spec)) < look_of_kind(model_kind(b->spec));
                   });
  return members;
}

// Of the first stage-1 network with the most children; of seed `options.seed` where it is given.
Family first_family(const Results &results, const FigureOptions &options) {
  Networks members;
  const std::vector<Facet> facets = chosen_facets(
      results, options, [&](const FinishedNetwork &network) { return wanted(network, options); });
  for (const Facet &facet : facets) {
    for (const Group &group : facet.groups) {
      if (group.kind != "stage1") continue;
      for (const std::size_t i : group.networks) {
        Networks found = with_children(results, results.networks[i]);
        if (found.size() > members.size()) members = std::move(found);
      }
    }
  }
  Family family;
  family.left_out = left_out_note(facets);
  for (const FinishedNetwork *network : members) {
    if (family.has(model_kind(network->spec))) continue;
    std::optional<Evaluation> evaluation = results.files->evaluation(*network);
    if (!evaluation) continue;
    family.members.push_back(network);
    family.evaluations.push_back(std::move(*evaluation));
  }
  return family;
}

// Why there is none, where it is that.
std::string reason(const Family &family) {
  return family.left_out.empty() ? "" : ";" + family.left_out;
}

// Why first_family has found none.
std::string why_no_family(const Results &results, const FigureOptions &options) {
  std::set<std::uint64_t> seeds;
  for (const Facet &facet :
       chosen_facets(results, options, [](const FinishedNetwork &) { return true; })) {
    for (const Group &group : facet.groups) {
      if (group.kind != "stage1") continue;
      for (const std::size_t i : group.networks) seeds.insert(results.networks[i].spec.seed);
    }
  }
  if (seeds.empty()) return "no finished network is of stage 1 among those chosen";
  if (!options.seed || seeds.count(*options.seed) != 0)
    return "no network of stage 1 has been evaluated";
  return fmt::format("no finished network of stage 1 has seed {}; there are {}", *options.seed,
                     fmt::join(seeds, ", "));
}

std::string label_of(const FinishedNetwork &network) {
  std::string kind = model_kind(network.spec);
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return kind == "stage1" ? "stage 1" : "after " + kind;
}

// What its children were trained with where others of them were trained otherwise: "; stage 2: activation_min = 0".
std::string of_these_children(const Results &results, const Family &family) {
  if (family.members.size() < 2) return "";
  const NamedValues shown = own_settings(*family.members[1]);
  NamedValues telling;
  for (const Networks &others : alike_children(results, *family.members.front())) {
    const NamedValues other = own_settings(*others.front());
    for (const auto &setting : shown) {
      const bool differs = std::find(other.begin(), other.end(), setting) == other.end();
      const bool known = std::find(telling.begin(), telling.end(), setting) != telling.end();
      if (differs && !known) telling.push_back(setting);
    }
    for (const auto &setting : other) { // a bound that is none here
      const auto is_named = [&](const auto &named) { return named.first == setting.first; };
      const bool known = std::any_of(telling.begin(), telling.end(), is_named);
      if (std::none_of(shown.begin(), shown.end(), is_named) && !known)
        telling.emplace_back(setting.first, "none");
    }
  }
  std::string text;
  for (const auto &[name, value] : telling)
    text += fmt::format("{} {} = {}", text.empty() ? "; stage 2:" : ",", name, value);
  return text;
}

std::string one_network_note(const Results &results, const Family &family) {
  const FinishedNetwork &parent = *family.members.front();
  const Settings &settings = parent.spec.settings;
  const std::string gain =
      std::isnan(settings.gain) ? "" : fmt::format(", gain = {}", value_text(settings.gain));
  return fmt::format("{} data; one network (N = {}, tau = {} ms{}, seed {}, run {}) before and "
                     "after stage 2{}.{}",
                     results.synthetic ? "Synthetic" : "Recorded", settings.N,
                     value_text(settings.tau_ms), gain, parent.spec.seed,
                     parent.run_id.substr(0, 12), of_these_children(results, family),
                     family.left_out);
}

// Units that respond, with preferred directions nearest to -150, -90, .. 150 degrees.
std::vector<std::size_t> example_units(const std::vector<double> &preferred) {
  std::vector<std::size_t> units;
  for (double wanted_deg = -150; wanted_deg < 180; wanted_deg += 60) {
    std::size_t best = preferred.size();
    double least = 360;
    for (std::size_t u = 0; u < preferred.size(); ++u) {
      const double distance = std::abs(wrapped_deg(preferred[u] - wanted_deg));
      const bool taken = std::find(units.begin(), units.end(), u) != units.end();
      if (taken || std::isnan(distance) || distance >= least) continue;
      least = distance;
      best = u;
    }
    if (best < preferred.size()) units.push_back(best);
  }
  return units;
}

Panel unit_panel(Drawing &drawing, const Family &family, std::size_t unit, double preferred) {
  Panel panel;
  panel.factors = {{"unit", std::to_string(unit + 1)}};
  panel.title = fmt::format("unit {}, preferred direction {:.0f} deg", unit + 1, preferred);
  panel.x = {"stimulus direction (degrees)", "stimulus_direction_deg"};
  panel.x.low = -180;
  panel.x.high = 180;
  panel.x.tick = 90;
  panel.y = {"rate (no unit)", "rate"};
  panel.y.low = 0;
  for (std::size_t m = 0; m < family.members.size(); ++m) {
    const Evaluation &evaluation = family.evaluations[m];
    const std::vector<double> rates =
        unit_tuning(evaluation.cues[0].tuning[0], static_cast<std::size_t>(evaluation.n), unit);
    Series curve;
    curve.group = model_kind(family.members[m]->spec);
    curve.label = label_of(*family.members[m]);
    curve.look = look_of_kind(curve.group);
    curve.statistic = "unit";
    curve.mark = Mark::curve;
    curve.in_key = true;
    const int index = drawn_index(drawing, *family.members[m]);
    for (int k = -k_tuning_directions / 2; k <= k_tuning_directions / 2; ++k) {
      const std::size_t at =
          static_cast<std::size_t>((k + k_tuning_directions) % k_tuning_directions);
      curve.points.push_back(
          {360.0 * k / k_tuning_directions, rates[at], k_nothing, k_nothing, index});
    }
    panel.series.push_back(std::move(curve));
  }
  return panel;
}

// The states of every condition, side by side: (N, members x contrasts x offsets x times).
std::vector<double> all_states(const Family &family) {
  std::vector<double> states;
  for (const Evaluation &evaluation : family.evaluations) {
    for (const ConditionOutcomes &conditions : evaluation.cues[0].conditions) {
      for (const ConditionOutcome &condition : conditions)
        states.insert(states.end(), condition.state.begin(), condition.state.end());
    }
  }
  return states;
}

Series trajectory(const PrincipalComponents &components, std::size_t first_state,
                  std::size_t offset, int network) {
  constexpr int k_look_of_offset[] = {1, 0, 3};
  Series series;
  series.group = fmt::format("{:+.0f} deg", k_offsets_deg[offset]);
  series.label = k_offsets_deg[offset] == 0
                     ? "stimulus at the prior's centre"
                     : fmt::format("stimulus at {:+.0f} degrees", k_offsets_deg[offset]);
  series.statistic = "mean over trials, every 5 ms";
  series.look = k_look_of_offset[offset];
  series.mark = Mark::curve;
  series.in_key = true;
  const std::size_t kept = components.explained.size();
  for (std::size_t t = 0; t < static_cast<std::size_t>(k_state_times); ++t) {
    const double *scores = components.scores.data() + kept * (first_state + t);
    series.points.push_back({scores[0], scores[1], k_nothing, k_nothing, network});
  }
  return series;
}

} // namespace

Drawing draw_unit_tuning(const Results &results, const FigureOptions &options) {
  const Family family = first_family(results, options);
  if (family.members.empty()) return skipped(why_no_family(results, options) + reason(family));
  Drawing drawing;
  drawing.columns = 3;
  drawing.panel_width = 230;
  drawing.panel_height = 180;
  drawing.group_column = "model";
  const std::vector<double> preferred = preferred_directions_deg(
      family.evaluations[0].cues[0].tuning[0], static_cast<std::size_t>(family.evaluations[0].n));
  for (const std::size_t unit : example_units(preferred))
    drawing.panels.push_back(unit_panel(drawing, family, unit, preferred[unit]));
  if (drawing.panels.empty()) return skipped("every unit of the network is silent");
  share_range(drawing, &Panel::y);
  drawing.title = "Tuning of single units at high contrast";
  drawing.caption =
      "Six units with preferred directions around the circle; high contrast, mean rate in the "
      "evaluation window, without jitter.";
  drawing.note = one_network_note(results, family);
  return drawing;
}

Drawing draw_state_space(const Results &results, const FigureOptions &options) {
  const Family family = first_family(results, options);
  if (family.members.empty()) return skipped(why_no_family(results, options) + reason(family));
  const std::vector<double> states = all_states(family);
  const PrincipalComponents components =
      principal_components(states, static_cast<std::size_t>(family.evaluations[0].n), 2);
  if (components.explained.size() < 2)
    return skipped("the states vary in fewer than two dimensions");
  Drawing drawing;
  drawing.group_column = "stimulus";
  std::size_t state = 0;
  for (std::size_t m = 0; m < family.members.size(); ++m) {
    const int network = drawn_index(drawing, *family.members[m]);
    for (const char *contrast : k_contrasts) {
      Panel panel;
      panel.title = fmt::format("{}, {} contrast", label_of(*family.members[m]), contrast);
      panel.factors = {{"model", model_kind(family.members[m]->spec)}, {"contrast", contrast}};
      panel.x = {fmt::format("component 1 ({:.0f}% of variance)", 100 * components.explained[0]),
                 "component_1"};
      panel.y = {fmt::format("component 2 ({:.0f}%)", 100 * components.explained[1]),
                 "component_2"};
      for (std::size_t offset = 0; offset < k_offsets_deg.size(); ++offset) {
        panel.series.push_back(trajectory(components, state, offset, network));
        state += static_cast<std::size_t>(k_state_times);
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  share_range(drawing, &Panel::x);
  share_range(drawing, &Panel::y);
  drawing.title = "States of the population in the course of a trial";
  drawing.caption = "Rates of all units, mean over trials, every 5 ms, along the first two "
                    "principal components of all "
                    "states drawn: the axes are the same in every panel.";
  drawing.note = one_network_note(results, family);
  return drawing;
}

} // namespace pursuit
