// Figures of how units and the population respond to direction.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "measure/circular.hpp"
#include "measure/parameter_tuning.hpp"
#include "measure/tuning.hpp"
#include "report/figures.hpp"
#include "report/statistics.hpp"

namespace pursuit {

namespace {

constexpr int k_bins = 24;
std::string how_to_read(const std::vector<Facet> &facets) {
  return has_means(facets) ? " Thin lines: networks; thick: their mean, with its 95% bootstrap "
                             "interval as a band."
                           : " Lines: networks, one each.";
}

PlotAxis direction_axis(const std::string &label, const std::string &column) {
  PlotAxis axis{label, column};
  axis.low = -180;
  axis.high = 180;
  axis.tick = 90;
  return axis;
}

// Preferred directions by rates at high contrast, relative to the prior's centre.
std::vector<double> preferred_deg(const Evaluation &evaluation) {
  std::vector<double> preferred = preferred_directions_deg(evaluation.cues[0].tuning[0],
                                                           static_cast<std::size_t>(evaluation.n));
  for (double &deg : preferred) deg = wrapped_deg(deg - evaluation.centre_deg);
  return preferred;
}

bool is_stage_2(const FinishedNetwork &network) { return network.spec.stage == 2; }

const FinishedNetwork *find_network(const Results &results, const std::string &run_id) {
  for (const std::vector<FinishedNetwork> *networks : {&results.networks, &results.left_out}) {
    for (const FinishedNetwork &network : *networks) {
      if (network.run_id == run_id) return &network;
    }
  }
  return nullptr;
}

// Every unit of the first network of a group: the others would hide it.
void add_units(Drawing &drawing, Panel &panel, const Results &results, const Group &group,
               const std::vector<double> &preferred, const std::vector<double> &values,
               std::size_t network) {
  Series units;
  units.group = group.name;
  units.look = 7;
  units.statistic = "unit of one network";
  const int index = drawn_index(drawing, results.networks[network]);
  for (std::size_t i = 0; i < preferred.size(); ++i) {
    if (!std::isnan(preferred[i]))
      units.points.push_back({preferred[i], values[i], k_nothing, k_nothing, index});
  }
  panel.series.push_back(std::move(units));
}

// The cosine fitted to the mean curve; nothing where small networks leave most bins without one: a fit to the rest says
// nothing of the circle.
void add_fit(Panel &panel, const std::vector<double> &x) {
  std::vector<double> mean;
  for (const Point &point : panel.series.back().points) mean.push_back(point.y);
  const auto empty =
      std::count_if(mean.begin(), mean.end(), [](double y) { return std::isnan(y); });
  if (empty > k_bins / 2) return;
  const CosineFit fit = fit_cosine(x, mean);
  if (!fit.fault.empty()) return;
  Series curve;
  curve.group = "cosine fit to the mean";
  curve.statistic = "fit to the mean of networks";
  curve.mark = Mark::reference;
  curve.in_key = true;
  curve.factors = panel.series.back().factors;
  for (int deg = -180; deg <= 180; deg += 5)
    curve.points.push_back({static_cast<double>(deg), fit.at(deg)});
  panel.series.push_back(std::move(curve));
}

Panel parameter_panel(Drawing &drawing, const Results &results, const Facet &facet,
                      const Group &group, Activation trained) {
  Panel panel;
  panel.factors = facet.factors;
  panel.factors.emplace_back("trained_parameter", to_text(trained));
  panel.title = group.label + (facet.title.empty() ? "" : ", ") + facet.title;
  panel.x =
      direction_axis("preferred direction - prior's centre (degrees)", "preferred_direction_deg");
  std::string parameter(to_text(trained));
  std::replace(parameter.begin(), parameter.end(), '_', ' ');
  if (read_activation_set(group.kind).set.size() > 1)
    panel.title = parameter + " of " + panel.title;
  panel.y = {parameter + " (no unit)", "parameter_value"};
  panel.horizontal = {row_of(trained).neutral};
  panel.vertical = {0};
  std::vector<NetworkCurve> curves;
  std::vector<double> x;
  for (const std::size_t i : group.networks) {
    const std::optional<Evaluation> evaluation = results.files->evaluation(results.networks[i]);
    if (!evaluation) continue;
    const std::vector<double> preferred = preferred_deg(*evaluation);
    const std::vector<double> values = evaluation->values_of(trained);
    if (curves.empty()) add_units(drawing, panel, results, group, preferred, values, i);
    DirectionBins bins = bin_by_direction(preferred, values, k_bins);
    x = bins.centre_deg;
    curves.push_back({i, std::move(bins.mean)});
  }
  add_curves(drawing, panel, results, group, x, curves);
  if (!curves.empty()) add_fit(panel, x);
  return panel;
}

} // namespace

Drawing draw_threshold_tuning(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets = chosen_facets(results, options, is_stage_2);
  if (std::string why = why_not(facets, results, true, "of stage 2"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  drawing.panel_width = 260;
  for (const Facet &facet : facets) {
    for (const Group &group : facet.groups) {
      for (const Activation trained : read_activation_set(group.kind).set.members())
        drawing.panels.push_back(parameter_panel(drawing, results, facet, group, trained));
    }
    if (&facet == &facets.front())
      drawing.columns = std::min(3, static_cast<int>(drawing.panels.size()));
  }
  drawing.title = fmt::format("The trained parameter{} against preferred direction",
                              trains_several(results) ? "s" : "");
  drawing.caption = "Preferred direction: of a unit's rates to 24 directions at high contrast; "
                    "silent units are left "
                    "out. Grey line: the value before training. The mean where every network has "
                    "a unit.";
  drawing.note = note_of(results, facets) +
                 " Grey squares: units of one network; lines: in 24 bins." + how_to_read(facets);
  return drawing;
}

Drawing draw_population_tuning(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets =
      chosen_facets(results, options, [](const FinishedNetwork &) { return true; });
  if (std::string why = why_not(facets, results, true, "among those chosen"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      Panel panel = contrast_panel(facet, k_contrasts[contrast]);
      panel.x = direction_axis("preferred direction - stimulus (degrees)",
                               "preferred_minus_stimulus_deg");
      panel.y = {"mean rate (no unit)", "mean_rate"};
      panel.y.low = 0;
      for (const Group &group : facet.groups) {
        std::vector<NetworkCurve> curves;
        std::vector<double> x;
        for (const std::size_t i : group.networks) {
          const std::optional<Evaluation> evaluation =
              results.files->evaluation(results.networks[i]);
          if (!evaluation) continue;
          TuningCurve tuning =
              population_tuning(evaluation->cues[0].tuning[contrast],
                                preferred_directions_deg(evaluation->cues[0].tuning[0],
                                                         static_cast<std::size_t>(evaluation->n)));
          x = tuning.angle_deg;
          curves.push_back({i, std::move(tuning.rate)});
        }
        add_curves(drawing, panel, results, group, x, curves);
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  share_range(drawing, &Panel::y);
  drawing.title = "Tuning of the population to direction";
  drawing.caption =
      "Mean rate of units in the evaluation window, by their preferred direction relative to the "
      "stimulus; 24 directions, no jitter.";
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

Drawing draw_response_change(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets =
      chosen_facets(results, options, [&](const FinishedNetwork &network) {
        return is_stage_2(network) && find_network(results, network.spec.parent_id) != nullptr;
      });
  if (std::string why = why_not(facets, results, true, "of stage 2 with its parent among the runs");
      !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      Panel panel = contrast_panel(facet, k_contrasts[contrast]);
      panel.x = direction_axis("preferred direction - prior's centre (degrees)",
                               "preferred_direction_deg");
      panel.y = {"change of rate by stage 2 (no unit)", "rate_change"};
      panel.horizontal = panel.vertical = {0};
      for (const Group &group : facet.groups) {
        std::vector<NetworkCurve> curves;
        std::vector<double> x;
        for (const std::size_t i : group.networks) {
          const FinishedNetwork *parent = find_network(results, results.networks[i].spec.parent_id);
          const std::optional<Evaluation> before = results.files->evaluation(*parent);
          const std::optional<Evaluation> after = results.files->evaluation(results.networks[i]);
          if (!before || !after) continue;
          drawn_index(drawing, *parent);
          std::vector<double> change = after->cues[0].conditions[contrast][1].rate;
          for (std::size_t u = 0; u < change.size(); ++u)
            change[u] -= before->cues[0].conditions[contrast][1].rate[u];
          DirectionBins bins = bin_by_direction(preferred_deg(*before), change, k_bins);
          x = bins.centre_deg;
          curves.push_back({i, std::move(bins.mean)});
        }
        add_curves(drawing, panel, results, group, x, curves);
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  share_range(drawing, &Panel::y);
  drawing.title = "What stage 2 changes in the units' responses";
  drawing.caption =
      "Rate after stage 2 minus rate before it, stimulus at the prior's centre, in 24 bins of the "
      "preferred direction before stage 2; the mean where every network has a unit.";
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

} // namespace pursuit
