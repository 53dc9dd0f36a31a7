// The figures, each a function from the finished networks to a drawing. One that lacks what it would draw
// says so in `skipped_because` and has no panels.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "experiment/experiment.hpp"
#include "report/drawing.hpp"
#include "report/networks.hpp"

namespace pursuit {

using FigureFunction = Drawing (*)(const Results &, const FigureOptions &);

struct Figure {
  std::string_view name;
  FigureFunction draw;
};

// In the order of SPEC section 3.
std::span<const Figure> figures();

// Raised whenever the same results would be drawn differently: part of what a figure is redrawn for.
inline constexpr int k_drawing_version = 6;

// An axis of a measure, by its name or its column's ("bias", "bias_low"): label, unit and column of the CSV are the table's.
PlotAxis measure_axis(std::string_view name);

// Panels of the two contrasts for every facet, in that order.
inline constexpr const char *k_contrasts[] = {"high", "low"};
inline constexpr std::size_t k_most_facets = 24;

// What `options` leave of the networks, of kinds that `wanted` takes.
std::vector<Facet> chosen_facets(const Results &results, const FigureOptions &options,
                                 const std::function<bool(const FinishedNetwork &)> &wanted);
// A panel for one contrast of one facet: title and factors.
Panel contrast_panel(const Facet &facet, const char *contrast);
// A drawing without panels, and why.
Drawing skipped(std::string because);
// Of networks that are there but were not evaluated, or of too many facets; empty: it can be drawn.
std::string why_not(const std::vector<Facet> &facets, const Results &results, bool needs_evaluation,
                    std::string_view what);

Drawing draw_velocity_traces(const Results &results, const FigureOptions &options);
Drawing draw_learning_curves(const Results &results, const FigureOptions &options);
Drawing draw_direction_scatter(const Results &results, const FigureOptions &options);
Drawing draw_stage2_learning(const Results &results, const FigureOptions &options);
Drawing draw_bias_toward_prior(const Results &results, const FigureOptions &options);
Drawing draw_direction_sd(const Results &results, const FigureOptions &options);
Drawing draw_threshold_tuning(const Results &results, const FigureOptions &options);
Drawing draw_population_tuning(const Results &results, const FigureOptions &options);
Drawing draw_response_change(const Results &results, const FigureOptions &options);
Drawing draw_unit_tuning(const Results &results, const FigureOptions &options);
Drawing draw_state_space(const Results &results, const FigureOptions &options);
Drawing draw_bias_time_course(const Results &results, const FigureOptions &options);
Drawing draw_prior_cue(const Results &results, const FigureOptions &options);
Drawing draw_parameter_map(const Results &results, const FigureOptions &options);
Drawing draw_shuffle_control(const Results &results, const FigureOptions &options);

} // namespace pursuit
