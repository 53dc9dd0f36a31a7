#include "report/figures.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "plan/run.hpp"
#include "store/left_out.hpp"

namespace pursuit {

namespace {

constexpr std::array<Figure, 15> k_figures = {{
    {"velocity_traces", draw_velocity_traces},
    {"learning_curves", draw_learning_curves},
    {"direction_scatter", draw_direction_scatter},
    {"stage2_learning", draw_stage2_learning},
    {"bias_toward_prior", draw_bias_toward_prior},
    {"direction_sd", draw_direction_sd},
    {"threshold_tuning", draw_threshold_tuning},
    {"population_tuning", draw_population_tuning},
    {"response_change", draw_response_change},
    {"unit_tuning", draw_unit_tuning},
    {"state_space", draw_state_space},
    {"bias_time_course", draw_bias_time_course},
    {"prior_cue", draw_prior_cue},
    {"parameter_map", draw_parameter_map},
    {"shuffle_control", draw_shuffle_control},
}};

} // namespace

std::span<const Figure> figures() { return k_figures; }

std::vector<Facet> chosen_facets(const Results &results, const FigureOptions &options,
                                 const std::function<bool(const FinishedNetwork &)> &wanted) {
  return facets_of(
      results,
      [&](const FinishedNetwork &network) {
        return (!options.where_match || matches(network.spec, *options.where_match)) &&
               wanted(network);
      },
      options.stage);
}

Panel contrast_panel(const Facet &facet, const char *contrast) {
  Panel panel;
  panel.factors = facet.factors;
  panel.factors.emplace_back("contrast", contrast);
  panel.title =
      fmt::format("{}{}{} contrast", facet.title, facet.title.empty() ? "" : ", ", contrast);
  return panel;
}

PlotAxis measure_axis(std::string_view name) {
  const MeasureColumn column = find_measure(name);
  if (column.measure == nullptr) throw InternalError(fmt::format("no measure {}", name));
  return {column.axis_label(), std::string(name)};
}

Drawing skipped(std::string because) {
  Drawing drawing;
  drawing.skipped_because = std::move(because);
  return drawing;
}

std::string why_not(const std::vector<Facet> &facets, const Results &results, bool needs_evaluation,
                    std::string_view what) {
  if (facets.empty()) return fmt::format("no finished network is {}", what);
  if (facets.front().groups.empty())
    return fmt::format("every network {} is left out: {}", what,
                       left_out_text(facets.front().left_out));
  if (facets.size() > k_most_facets)
    return fmt::format(
        "the networks have {} different settings and at most {} fit a page; choose some, as in "
        "{{where: {{N: 250}}}}, or draw a parameter_map",
        facets.size(), k_most_facets);
  if (!needs_evaluation) return "";
  for (const Facet &facet : facets) {
    for (const Group &group : facet.groups) {
      for (const std::size_t i : group.networks) {
        if (results.networks[i].measures) return "";
      }
    }
  }
  return "no finished network has been evaluated yet";
}

} // namespace pursuit
