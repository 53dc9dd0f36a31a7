// Figures of one value per network: dots, their mean and its interval, by what was trained.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "report/figures.hpp"

namespace pursuit {

namespace {

bool any(const FinishedNetwork &) { return true; }

std::string how_to_read(const std::vector<Facet> &facets) {
  return has_means(facets)
             ? " Small symbols: networks; large: their mean with its 95% bootstrap interval."
             : " Symbols: networks, one each.";
}

NetworkValue value_of(std::string_view measure, std::string_view contrast) {
  return [=](const FinishedNetwork &network) {
    return measured_value(network.loss, network.measures, measure, contrast);
  };
}

std::string why_null(const FinishedNetwork &network, const std::string &measure,
                     const std::string &contrast) {
  if (!network.measures) return "not evaluated yet";
  for (const auto &[name, reason] : network.measures->null_because) {
    if (name == measure + "." + contrast) return reason;
  }
  return "";
}

Panel bias_panel(const Facet &facet, const char *contrast) {
  Panel panel = contrast_panel(facet, contrast);
  panel.y = measure_axis("bias");
  panel.horizontal = {0};
  return panel;
}

// The behaviour's own value, the same for every network: a category of its own, without a mean.
void add_behaviour(Panel &panel, const Results &results, const Facet &facet,
                   const NetworkValue &value) {
  for (const Group &group : facet.groups) {
    for (const std::size_t i : group.networks) {
      const std::optional<double> y = value(results.networks[i]);
      if (!y) continue;
      Series behaviour;
      behaviour.group = behaviour.statistic = "behaviour";
      behaviour.mark = Mark::means;
      behaviour.points = {{static_cast<double>(panel.x.categories.size()), *y}};
      panel.x.categories.emplace_back("behaviour");
      panel.x.category_names.emplace_back("behaviour");
      panel.series.push_back(std::move(behaviour));
      return;
    }
  }
}

// Networks that have no value at a contrast, and why the first of them has none; empty where all have one.
std::string without_value(const Results &results, const std::vector<Facet> &facets,
                          const std::string &measure) {
  std::string text;
  for (const std::string contrast : k_contrasts) {
    std::set<std::size_t> without;
    std::string because;
    for (const Facet &facet : facets) {
      for (const Group &group : facet.groups) {
        for (const std::size_t i : group.networks) {
          if (value_of(measure, contrast)(results.networks[i])) continue;
          without.insert(i);
          if (because.empty()) because = why_null(results.networks[i], measure, contrast);
        }
      }
    }
    if (!without.empty())
      text +=
          fmt::format(" Without a value at {} contrast: {} network{}{}.", contrast, without.size(),
                      without.size() == 1 ? "" : "s", because.empty() ? "" : " (" + because + ")");
  }
  return text;
}

// One category for every group.
Drawing by_group(const Results &results, const FigureOptions &options, const std::string &measure,
                 bool with_behaviour) {
  const std::vector<Facet> facets = chosen_facets(results, options, any);
  if (std::string why = why_not(facets, results, true, "among those chosen"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    for (const char *contrast : k_contrasts) {
      Panel panel = contrast_panel(facet, contrast);
      panel.y = measure_axis(measure);
      panel.horizontal = {0};
      panel.x.column = "what";
      if (with_behaviour)
        add_behaviour(panel, results, facet, value_of("behaviour_bias", contrast));
      for (const Group &group : facet.groups) {
        const double x = static_cast<double>(panel.x.categories.size());
        panel.x.categories.push_back(group.label);
        panel.x.category_names.push_back(group.name);
        add_dots(drawing, panel, results, group, x, value_of(measure, contrast));
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  if (drawing.networks.empty())
    return skipped(fmt::format("no network has a value of {}.{}", measure,
                               without_value(results, facets, measure)));
  share_range(drawing, &Panel::y);
  drawing.note =
      note_of(results, facets) + without_value(results, facets, measure) + how_to_read(facets);
  return drawing;
}

} // namespace

Drawing draw_bias_toward_prior(const Results &results, const FigureOptions &options) {
  Drawing drawing = by_group(results, options, "bias", true);
  drawing.title = "Bias toward the prior, by what was trained";
  drawing.caption =
      "How far the output is drawn from stimuli at -15 and +15 degrees toward the prior's "
      "centre: 15 - [theta(+15) - theta(-15)] / 2. 0: it follows the stimulus.";
  return drawing;
}

Drawing draw_direction_sd(const Results &results, const FigureOptions &options) {
  Drawing drawing = by_group(results, options, "direction_sd", false);
  drawing.title = "Variability of direction from trial to trial";
  drawing.caption =
      "Circular standard deviation of the output's direction over trials, mean of the three "
      "stimulus directions.";
  return drawing;
}

Drawing draw_prior_cue(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets =
      chosen_facets(results, options, [](const FinishedNetwork &network) {
        return network.spec.mode == Mode::prior_input;
      });
  if (std::string why = why_not(facets, results, true, "of mode prior_input"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    for (const char *contrast : k_contrasts) {
      Panel panel = bias_panel(facet, contrast);
      panel.x = {"input that signals the prior", "cue"};
      add_behaviour(panel, results, facet, value_of("behaviour_bias", contrast));
      for (const Group &group : facet.groups) {
        const std::string suffix = facet.groups.size() > 1 ? " " + group.label : "";
        for (const bool cued : {false, true}) {
          const double x = static_cast<double>(panel.x.categories.size());
          panel.x.categories.push_back((cued ? "cue 0.1" : "cue 0") + suffix);
          panel.x.category_names.push_back(panel.x.categories.back());
          add_dots(drawing, panel, results, group, x,
                   value_of(cued ? "bias" : "bias_without_cue", contrast));
        }
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  share_range(drawing, &Panel::y);
  drawing.title = "Bias of networks that are told of the prior";
  drawing.caption =
      "The same networks, trained with a third input that is 0.1 whenever the prior is narrow, "
      "evaluated without it (0) and with it (0.1).";
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

namespace {

Panel shuffle_panel(Drawing &drawing, const Results &results, const Facet &facet,
                    const Group &group, const char *contrast) {
  Panel panel = bias_panel(facet, contrast);
  panel.title = group.label + ", " + panel.title;
  panel.x = {"", "parameter"};
  panel.x.categories = {"trained", "shuffled", "uniform"};
  add_dots(drawing, panel, results, group, 0, value_of("bias", contrast));
  add_dots(drawing, panel, results, group, 1, value_of("shuffled_bias", contrast));
  add_dots(drawing, panel, results, group, 2, value_of("uniform_bias", contrast));
  return panel;
}

} // namespace

Drawing draw_shuffle_control(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets = chosen_facets(
      results, options, [](const FinishedNetwork &network) { return network.spec.stage == 2; });
  if (std::string why = why_not(facets, results, true, "of stage 2"); !why.empty())
    return skipped(std::move(why));
  if (results.settings.shuffles == 0)
    return skipped("no shuffles were evaluated; write evaluate: {shuffles: 100}");
  Drawing drawing;
  drawing.panel_width = 220;
  // High contrast over low where every group has a column, else beside it.
  const std::size_t groups = facets.front().groups.size();
  const bool column_each =
      groups <= 3 && std::all_of(facets.begin(), facets.end(),
                                 [&](const Facet &facet) { return facet.groups.size() == groups; });
  drawing.columns = column_each ? static_cast<int>(groups) : 2;
  for (const Facet &facet : facets) {
    const std::size_t panels = 2 * facet.groups.size();
    for (std::size_t i = 0; i < panels; ++i) {
      const Group &group = facet.groups[column_each ? i % groups : i / 2];
      const char *contrast = k_contrasts[column_each ? i / groups : i % 2];
      drawing.panels.push_back(shuffle_panel(drawing, results, facet, group, contrast));
    }
  }
  share_range(drawing, &Panel::y);
  drawing.title = trains_several(results)
                      ? "Is it the order of the trained parameters, or their means?"
                      : "Is it the order of the trained parameter, or its mean?";
  drawing.caption =
      fmt::format("Bias with the parameter as trained; permuted over units (mean of {} "
                  "permutations); and with its mean in every unit.",
                  results.settings.shuffles);
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

} // namespace pursuit
