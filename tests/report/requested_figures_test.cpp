// What figures can be asked for: any measure, and what the table of figures says that they show.
#include <algorithm>

#include <gtest/gtest.h>

#include "experiment/figure_table.hpp"
#include "fixtures.hpp"
#include "plan/check_requests.hpp"
#include "report/figures.hpp"

using namespace pursuit;
using pursuit::example_results;

namespace {

// Whatever `list` shows can be mapped, the losses of training too; in the CSV groups have the names of other tables.
TEST(Figures, AMapShowsAnyMeasure) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    const double seed = static_cast<double>(network.spec.seed);
    network.spec.settings.N = seed == 2 ? 100 : 250;
    network.loss = LossSummary{6 + seed, 0.5, 0.7 + seed};
  }
  FigureOptions options;
  options.x = "N";
  options.y = "tau";
  options.measure = "loss_first";
  Drawing drawing = draw_parameter_map(results, options);
  ASSERT_EQ(drawing.panels.size(), 5u) << drawing.skipped_because;
  EXPECT_EQ(drawing.title, "Mean loss of the first trial, over N and tau");
  EXPECT_EQ(drawing.panels[1].value->label, "loss of the first trial");
  EXPECT_EQ(drawing.panels[1].title, "input gain");
  EXPECT_EQ(drawing.panels[1].series[0].group, "input_gain");
  ASSERT_EQ(drawing.panels[1].series[0].points.size(), 2u);
  EXPECT_EQ(drawing.panels[1].series[0].points[0].value, 8); // N = 100: seed 2
  EXPECT_EQ(drawing.panels[1].series[0].points[1].value, 7);
  options.measure = "loss";
  drawing = draw_parameter_map(results, options);
  ASSERT_FALSE(drawing.panels.empty());
  EXPECT_EQ(drawing.panels[0].value->column, "loss");
  EXPECT_EQ(drawing.panels[0].series[0].points[1].value, 1.7);
}

TEST(Figures, TablesNameGroupsAsFilesDo) {
  const std::string csv = drawing_csv(draw_bias_toward_prior(example_results(2), {}), "");
  EXPECT_NE(csv.find(",input_gain,"), std::string::npos);
  EXPECT_EQ(csv.find("input gain"), std::string::npos);
  EXPECT_NE(csv.substr(0, csv.find('\n')).find(",bias,"), std::string::npos);
}

// What is said before the training to be impossible is what is not drawn after it.
TEST(Figures, AreDrawnOfWhatTheTableSays) {
  const std::vector<std::vector<std::string>> stages_of = {
      {"weights"}, {"adapt"}, {"cued"}, {"weights", "adapt"}};
  int drawn = 0;
  for (const std::vector<std::string> &stages : stages_of) {
    for (const int trials : {400, 0}) {
      Results results = example_results(2, 24, 10);
      std::erase_if(results.networks, [&](const FinishedNetwork &network) {
        return std::find(stages.begin(), stages.end(), network.stage) == stages.end();
      });
      for (FinishedNetwork &network : results.networks) network.spec.settings.n_trials = trials;
      for (const Figure &figure : figures()) {
        if (figure.name == "parameter_map") continue; // needs axes, too
        const DrawnOf of = find_figure(figure.name)->of;
        const bool is_possible = std::any_of(
            results.networks.begin(), results.networks.end(), [&](const FinishedNetwork &network) {
              if (of == DrawnOf::stage_2_and_parent && stages.size() == 1) return false;
              return can_show(network.spec, of, results.settings);
            });
        EXPECT_EQ(!figure.draw(results, {}).panels.empty(), is_possible)
            << figure.name << " of " << stages.front() << ", trials " << trials;
        drawn += is_possible ? 1 : 0;
      }
    }
  }
  EXPECT_GT(drawn, 40);
}

TEST(Figures, ASeedThatIsNotThereIsSaid) {
  const Results results = example_results(2);
  FigureOptions options;
  options.seed = 99;
  EXPECT_EQ(draw_unit_tuning(results, options).skipped_because,
            "no finished network of stage 1 has seed 99; there are 1, 2");
  EXPECT_EQ(draw_state_space(results, options).skipped_because,
            "no finished network of stage 1 has seed 99; there are 1, 2");
  options.seed = 2;
  EXPECT_EQ(draw_unit_tuning(results, options).skipped_because, "");
}

} // namespace
