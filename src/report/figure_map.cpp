// Output against target direction, and a measure over two parameters.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "experiment/parameters.hpp"
#include "measure/circular.hpp"
#include "measure/direction_error.hpp"
#include "plan/describe.hpp"
#include "report/figures.hpp"
#include "report/statistics.hpp"

namespace pursuit {

namespace {

// A network's output on every day, drawn within 180 degrees of the target.
void add_days(Series &series, const DayOutcome &days, std::size_t contrast, int network) {
  const std::vector<double> errors = direction_errors_deg(days, contrast);
  for (std::size_t day = 0; day < errors.size(); ++day) {
    const double target = wrapped_deg(days.target_deg[day]);
    series.points.push_back(
        {target, target + errors[day], k_nothing, k_nothing, network, static_cast<double>(day)});
  }
}

// Outputs far from their target may lie outside of -180 to 180: the same room in every panel.
void make_room(PlotAxis &axis, const Drawing &drawing, double room) {
  for (const Panel &panel : drawing.panels) {
    for (const Series &series : panel.series) {
      for (const Point &point : series.points) {
        axis.low = std::fmin(*axis.low, point.y - room);
        axis.high = std::fmax(*axis.high, point.y + room);
      }
    }
  }
}

PlotAxis whole_circle(const std::string &label, const std::string &column, double room) {
  PlotAxis axis{label, column};
  axis.low = -180 - room;
  axis.high = 180 + room;
  axis.tick = 90;
  return axis;
}

// A numeric parameter's value; nothing of a word or of a gain that nobody knows.
std::optional<double> number_of(const RunSpec &spec, const Parameter &parameter) {
  const ParameterValue value = value_of(spec.settings, parameter);
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value))
    return static_cast<double>(*whole);
  const double *real = std::get_if<double>(&value);
  return real != nullptr && !std::isnan(*real) ? std::optional<double>(*real) : std::nullopt;
}

std::set<double> values_of(const Results &results, const Parameter &parameter) {
  std::set<double> values;
  for (const FinishedNetwork &network : results.networks) {
    if (const std::optional<double> value = number_of(network.spec, parameter))
      values.insert(*value);
  }
  return values;
}

// The one that is named, else the first with several values among networks of one stage that is not `other`.
const Parameter *axis_parameter(const Results &results, const std::string &name,
                                const Parameter *other) {
  if (!name.empty()) return find_parameter(name);
  for (const Parameter &parameter : parameters()) {
    const bool of_training = parameter.key == "n_trials" || parameter.key == "learning_rate";
    if (&parameter != other && is_number(parameter) && !of_training &&
        values_of(results, parameter).size() > 1)
      return &parameter;
  }
  return nullptr;
}

PlotAxis parameter_axis(const Parameter &parameter, const std::set<double> &values) {
  const std::string unit = parameter.unit.empty() ? "" : fmt::format(" ({})", parameter.unit);
  PlotAxis axis{std::string(parameter.key) + unit,
                parameter.key == "tau" ? "tau_ms" : std::string(parameter.key)};
  for (const double value : values) axis.categories.push_back(value_text(value));
  return axis;
}

struct MapAxes {
  const Parameter *x = nullptr, *y = nullptr;
  std::set<double> x_values, y_values;
};

std::optional<double> measured(const FinishedNetwork &network, const FigureOptions &options) {
  return measured_value(network.loss, network.measures, options.measure, options.contrast);
}

// The mean over networks in every cell that has some; how many these are is added to `sizes`.
Series map_cells(Drawing &drawing, const Results &results, const FigureOptions &options,
                 const std::vector<std::size_t> &networks, const MapAxes &axes,
                 std::set<std::size_t> &sizes) {
  Series cells;
  cells.statistic = "mean of networks";
  cells.mark = Mark::cells;
  double column = 0;
  for (const double x : axes.x_values) {
    double row = 0;
    for (const double y : axes.y_values) {
      std::vector<double> values;
      for (const std::size_t i : networks) {
        const FinishedNetwork &network = results.networks[i];
        const std::optional<double> value = measured(network, options);
        if (!value || number_of(network.spec, *axes.x) != x ||
            number_of(network.spec, *axes.y) != y)
          continue;
        values.push_back(*value);
        drawn_index(drawing, network);
      }
      if (!values.empty()) {
        sizes.insert(values.size());
        const std::optional<Interval> interval = mean_interval(values);
        cells.points.push_back({column, row, interval ? interval->low : k_nothing,
                                interval ? interval->high : k_nothing, -1, mean_of(values)});
      }
      ++row;
    }
    ++column;
  }
  return cells;
}

// The measure with the contrast it is drawn at.
MeasureColumn column_of(const FigureOptions &options) {
  MeasureColumn column = find_measure(options.measure);
  if (column.measure->by_contrast != nullptr) column.contrast = options.contrast;
  return column;
}

// One scale of colours, so that panels compare at sight.
void share_colours(Drawing &drawing) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Panel &panel : drawing.panels) {
    for (const Point &point : panel.series.front().points) {
      low = std::min(low, point.value);
      high = std::max(high, point.value);
    }
  }
  if (low >= high) return;
  for (Panel &panel : drawing.panels) {
    panel.value->low = low;
    panel.value->high = high;
  }
}

} // namespace

Drawing draw_direction_scatter(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets = chosen_facets(
      results, options, [](const FinishedNetwork &network) { return network.spec.stage == 1; });
  if (std::string why = why_not(facets, results, true, "of stage 1"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  drawing.panel_height = drawing.panel_width;
  for (const Facet &facet : facets) {
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      Panel panel = contrast_panel(facet, k_contrasts[contrast]);
      panel.x = whole_circle("target direction (degrees)", "target_direction_deg", 10);
      panel.diagonal = true;
      for (const Group &group : facet.groups) {
        Series dots;
        dots.group = group.name;
        dots.label = group.label;
        dots.look = group.look;
        dots.statistic = "network";
        dots.in_key = true;
        for (const std::size_t i : group.networks) {
          const std::optional<Evaluation> evaluation =
              results.files->evaluation(results.networks[i]);
          if (evaluation)
            add_days(dots, evaluation->days, contrast, drawn_index(drawing, results.networks[i]));
        }
        panel.series.push_back(std::move(dots));
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  PlotAxis output = whole_circle("direction of the output (degrees)", "output_direction_deg", 30);
  make_room(output, drawing, 10);
  for (Panel &panel : drawing.panels) panel.y = output;
  drawing.value_column = "day";
  drawing.title = "Direction of the output against the target's";
  drawing.caption = "Direction of the mean output in the evaluation window on every day of the "
                    "behaviour, shown the day's target direction without jitter; on the line, they "
                    "are the same. An output is drawn within 180 degrees of its target.";
  drawing.note = note_of(results, facets) + " Symbols: networks, on each day.";
  return drawing;
}

Drawing draw_parameter_map(const Results &results, const FigureOptions &options) {
  MapAxes axes;
  axes.x = axis_parameter(results, options.x, nullptr);
  axes.y = axis_parameter(results, options.y, axes.x);
  if (axes.x == nullptr || axes.y == nullptr)
    return skipped("fewer than two parameters have several values; options x and y name others");
  axes.x_values = values_of(results, *axes.x);
  axes.y_values = values_of(results, *axes.y);
  struct AllSettings {
    std::string name, label;
    std::vector<std::size_t> networks;
  };
  std::vector<AllSettings> groups;
  const std::vector<Facet> facets =
      chosen_facets(results, options, [&](const FinishedNetwork &network) {
        return measured(network, options).has_value();
      });
  for (const Facet &facet : facets) {
    for (const Group &group : facet.groups) {
      auto found = std::find_if(groups.begin(), groups.end(),
                                [&](const AllSettings &known) { return known.name == group.name; });
      if (found == groups.end())
        found = groups.insert(groups.end(), AllSettings{group.name, group.label, {}});
      for (const std::size_t i : group.networks) {
        if (std::find(found->networks.begin(), found->networks.end(), i) == found->networks.end())
          found->networks.push_back(i);
      }
    }
  }
  if (groups.empty())
    return skipped(fmt::format("no finished network has a value of {}{}", options.measure,
                               facets.empty() ? "" : ";" + left_out_note(facets)));
  const MeasureColumn measure = column_of(options);
  Drawing drawing;
  std::set<std::size_t> sizes;
  for (const auto &[name, label, networks] : groups) {
    Panel panel;
    panel.title = label;
    panel.factors = {{"measure", options.measure}, {"contrast", std::string(measure.contrast)}};
    panel.x = parameter_axis(*axes.x, axes.x_values);
    panel.y = parameter_axis(*axes.y, axes.y_values);
    panel.value = measure_axis(measure.name());
    Series cells = map_cells(drawing, results, options, networks, axes, sizes);
    cells.group = name;
    cells.label = label;
    panel.series = {std::move(cells)};
    drawing.panels.push_back(std::move(panel));
  }
  share_colours(drawing);
  const std::string contrast =
      measure.contrast.empty() ? "" : fmt::format(", {} contrast", measure.contrast);
  drawing.title = fmt::format("Mean {}{}, over {} and {}", measure.measure->label, contrast,
                              axes.x->key, axes.y->key);
  drawing.caption = "Mean over the networks of each cell, whatever else differs between them.";
  drawing.note = fmt::format("{} data; {} in each cell, {} in all.{}",
                             results.synthetic ? "Synthetic" : "Recorded", sizes_text(sizes),
                             drawing.networks.size(), left_out_note(facets));
  return drawing;
}

} // namespace pursuit
