// Figures of curves over time: of a trial, or of training.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "measure/bias.hpp"
#include "measure/onset.hpp"
#include "report/figures.hpp"

namespace pursuit {

namespace {

std::string how_to_read(const std::vector<Facet> &facets) {
  return has_means(facets) ? " Thin lines: networks; thick: their mean, with its 95% bootstrap "
                             "interval as a band."
                           : " Lines: networks, one each.";
}

// Means of `width` losses each.
std::vector<double> binned(const std::vector<double> &losses, std::size_t width) {
  std::vector<double> means;
  for (std::size_t begin = 0; begin + width <= losses.size(); begin += width) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + width; ++i) sum += losses[i];
    means.push_back(sum / static_cast<double>(width));
  }
  return means;
}

void add_losses(Drawing &drawing, Panel &panel, const Results &results, const Group &group) {
  constexpr std::size_t k_bins = 80;
  std::vector<NetworkCurve> curves;
  std::vector<double> x;
  std::size_t trials = 0;
  for (const std::size_t i : group.networks) {
    const std::optional<Model> model = results.files->model(results.networks[i]);
    if (!model || model->losses.empty() || (trials != 0 && model->losses.size() != trials))
      continue;
    trials = model->losses.size();
    curves.push_back({i, binned(model->losses, std::max<std::size_t>(1, trials / k_bins))});
  }
  if (curves.empty()) return;
  const double width = static_cast<double>(std::max<std::size_t>(1, trials / k_bins));
  for (std::size_t bin = 0; bin < curves.front().y.size(); ++bin)
    x.push_back((static_cast<double>(bin) + 0.5) * width);
  add_curves(drawing, panel, results, group, x, curves);
}

Drawing losses(const Results &results, const FigureOptions &options, bool second_stage,
               const std::string &title) {
  const std::vector<Facet> facets =
      chosen_facets(results, options, [&](const FinishedNetwork &network) {
        return (network.spec.stage == 2) == second_stage && network.spec.settings.n_trials > 0;
      });
  if (std::string why = why_not(facets, results, false, second_stage ? "of stage 2" : "of stage 1");
      !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    Panel panel;
    panel.title = facet.title;
    panel.factors = facet.factors;
    panel.x = {"trial", "trial"};
    panel.x.low = 0;
    panel.y = {"loss (norm of the velocity error)", "loss"};
    panel.y.low = 0;
    for (const Group &group : facet.groups) add_losses(drawing, panel, results, group);
    drawing.panels.push_back(std::move(panel));
  }
  if (drawing.networks.empty()) return skipped("no model file could be read");
  if (facets.size() == 1) drawing.panel_width = 480;
  drawing.title = title;
  drawing.caption =
      "Loss of each trial, averaged over bins of a hundredth of the training or so: the norm over "
      "time of the difference between output and recorded eye velocity, normalized units.";
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

// Component along the prior's centre of a (149, 2) array, or of a trace's samples 150..298.
std::vector<double> along(const double *horizontal, const double *vertical, double centre_deg) {
  const double radians = centre_deg * std::numbers::pi / 180;
  std::vector<double> out(k_outcome_ms);
  for (std::size_t t = 0; t < out.size(); ++t)
    out[t] = horizontal[t] * std::cos(radians) + vertical[t] * std::sin(radians);
  return out;
}

std::vector<double> times_ms() {
  std::vector<double> times(k_outcome_ms);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = static_cast<double>(i) + 1;
  return times;
}

PlotAxis time_axis() {
  PlotAxis axis{"time in the trial (ms)", "time_ms"};
  axis.low = 0;
  axis.high = 150;
  axis.tick = 50;
  return axis;
}

void add_behaviour(Panel &panel, const Results &results, std::size_t contrast, bool narrow) {
  if (!results.behavior || results.behavior->days.empty()) return;
  const Day &day = results.behavior->days.front();
  const Trace &trace =
      day.traces[contrast][static_cast<std::size_t>(narrow ? Condition::narrow : Condition::wide)];
  const std::vector<double> y = along(trace.hvel.data() + k_target_begin,
                                      trace.vvel.data() + k_target_begin, day.target_direction_deg);
  Series series;
  series.group = series.statistic = "behaviour";
  series.mark = Mark::reference;
  series.in_key = true;
  const std::vector<double> times = times_ms();
  for (std::size_t i = 0; i < y.size(); ++i) series.points.push_back({times[i], y[i]});
  panel.series.push_back(std::move(series));
}

// Where a network has its place: stage 1 under the wide prior, stage 2 under the narrow one, with a cue under both.
void add_velocities(Drawing &drawing, Panel &panel, const Results &results, const Group &group,
                    std::size_t contrast, bool narrow) {
  const bool cued = group.kind == "prior_input";
  if (!cued && (group.kind != "stage1") != narrow) return;
  std::vector<NetworkCurve> curves;
  for (const std::size_t i : group.networks) {
    const std::optional<Evaluation> evaluation = results.files->evaluation(results.networks[i]);
    const std::size_t cue = cued && !narrow ? 1 : 0;
    if (!evaluation || cue >= evaluation->cues.size()) continue;
    const std::vector<double> &velocity =
        evaluation->cues[cue].conditions[contrast][1].velocity_mean;
    curves.push_back(
        {i, along(velocity.data(), velocity.data() + k_outcome_ms, evaluation->centre_deg)});
  }
  add_curves(drawing, panel, results, group, times_ms(), curves);
}

} // namespace

Drawing draw_learning_curves(const Results &results, const FigureOptions &options) {
  return losses(results, options, false, "Learning the task");
}

Drawing draw_stage2_learning(const Results &results, const FigureOptions &options) {
  return losses(results, options, true,
                trains_several(results) ? "Learning the prior, one or several parameters per unit"
                                        : "Learning the prior, one parameter per unit");
}

Drawing draw_velocity_traces(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets =
      chosen_facets(results, options, [](const FinishedNetwork &) { return true; });
  if (std::string why = why_not(facets, results, true, "among those chosen"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      for (const bool narrow : {false, true}) {
        Panel panel = contrast_panel(facet, k_contrasts[contrast]);
        panel.factors.emplace_back("prior", narrow ? "narrow" : "wide");
        panel.title += narrow ? ", narrow prior" : ", wide prior";
        panel.x = time_axis();
        panel.y = {"velocity along the target (normalized)", "velocity_along_target"};
        for (const Group &group : facet.groups)
          add_velocities(drawing, panel, results, group, contrast, narrow);
        if (panel.series.empty()) continue; // no network belongs beside that behaviour
        add_behaviour(panel, results, contrast, narrow);
        drawing.panels.push_back(std::move(panel));
      }
    }
  }
  share_range(drawing, &Panel::y);
  drawing.lacks_behavior = !results.behavior;
  drawing.title = "Eye velocity: behaviour and networks";
  drawing.caption =
      "Mean over trials with the target at the prior's centre, component along it. Networks of "
      "stage 1 "
      "stand beside the behaviour under the wide prior, those of stage 2 under the narrow one.";
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

namespace {

// Nothing before the onset of the mean velocity: the direction of what does not move yet is noise.
std::vector<double> bias_from_onset(const ConditionOutcomes &outcomes) {
  std::vector<double> bias = bias_time_course_deg(outcomes);
  const std::span<const double> velocity(outcomes[1].velocity_mean);
  const std::size_t onset =
      onset_sample(velocity.first(k_outcome_ms), velocity.subspan(k_outcome_ms, k_outcome_ms))
          .value_or(bias.size());
  std::fill_n(bias.begin(), std::min(onset, bias.size()), k_nothing);
  return bias;
}

} // namespace

Drawing draw_bias_time_course(const Results &results, const FigureOptions &options) {
  const std::vector<Facet> facets =
      chosen_facets(results, options, [](const FinishedNetwork &) { return true; });
  if (std::string why = why_not(facets, results, true, "among those chosen"); !why.empty())
    return skipped(std::move(why));
  Drawing drawing;
  for (const Facet &facet : facets) {
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      Panel panel = contrast_panel(facet, k_contrasts[contrast]);
      panel.x = time_axis();
      panel.y = measure_axis("bias");
      panel.horizontal = {0};
      for (const Group &group : facet.groups) {
        std::vector<NetworkCurve> curves;
        for (const std::size_t i : group.networks) {
          if (const std::optional<Evaluation> evaluation =
                  results.files->evaluation(results.networks[i]))
            curves.push_back({i, bias_from_onset(evaluation->cues[0].conditions[contrast])});
        }
        add_curves(drawing, panel, results, group, times_ms(), curves);
      }
      drawing.panels.push_back(std::move(panel));
    }
  }
  share_range(drawing, &Panel::y);
  drawing.title = "Bias toward the prior, in the course of a trial";
  drawing.caption =
      "From the mean direction at each millisecond. 0: the output follows the stimulus; 15: it "
      "takes the prior's centre. Each curve begins at the onset of movement, a tenth of the "
      "greatest speed; the mean where every network moves.";
  drawing.note = note_of(results, facets) + how_to_read(facets);
  return drawing;
}

} // namespace pursuit
