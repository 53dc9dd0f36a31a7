#include "report/networks.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "experiment/parameters.hpp"
#include "plan/describe.hpp"
#include "report/statistics.hpp"
#include "store/left_out.hpp"

namespace pursuit {

std::string text_of(const RunSpec &spec, const Parameter &parameter) {
  return value_text(value_of(spec.settings, parameter));
}

std::string column_of(const Parameter &parameter) {
  return parameter.key == "tau" ? "tau_ms" : std::string(parameter.key);
}

NamedValues own_settings(const FinishedNetwork &network) {
  NamedValues own;
  for (const Parameter &parameter : parameters()) {
    if (is_word(parameter) || is_omitted(parameter, value_of(network.spec.settings, parameter)))
      continue;
    const std::string text = text_of(network.spec, parameter);
    own.emplace_back(column_of(parameter), text == k_unknown ? "" : text);
  }
  return own;
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

std::string sizes_text(const std::set<std::size_t> &sizes) {
  if (sizes.empty()) return "no network";
  const std::size_t least = *sizes.begin(), most = *sizes.rbegin();
  return least == most ? fmt::format("n = {} network{}", most, most == 1 ? "" : "s")
                       : fmt::format("n = {} to {} networks", least, most);
}

std::string note_of(const Results &results, const std::vector<Facet> &facets) {
  std::set<std::size_t> sizes;
  for (const Facet &facet : facets) {
    for (const Group &group : facet.groups) sizes.insert(group.networks.size());
  }
  std::string text = results.synthetic ? "Synthetic data" : "Recorded data";
  if (!sizes.empty()) text += fmt::format("; {} in each group", sizes_text(sizes));
  if (!sizes.empty() && *sizes.begin() < k_few_networks)
    text += fmt::format(" (fewer than {}: intervals are unreliable)", k_few_networks);
  return text + "." + left_out_note(facets);
}

bool trains_several(const Results &results) {
  return std::any_of(
      results.networks.begin(), results.networks.end(), [](const FinishedNetwork &network) {
        return network.spec.stage == 2 && network.spec.settings.activation.size() > 1;
      });
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
