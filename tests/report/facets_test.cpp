// Which networks stand together in a panel, and what its title and the table say of their settings.
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "report/figures.hpp"

using namespace pursuit;
using pursuit::example_results;
using pursuit::find_series;
using pursuit::titles;

namespace {

TEST(Facets, SettingsThatDifferStandApart) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.seed == 2) network.spec.settings.N = 100;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  EXPECT_EQ(drawing.panels[0].factors[0].second, "48");
  EXPECT_EQ(drawing.panels[2].factors[0].second, "100");
  EXPECT_EQ(find_series(drawing.panels[0], "threshold", "network")->points.size(), 1u);
}

// Of one stage only, or of both: a panel never shows a network with another N, tau or gain than its title says.
TEST(Facets, NetworksStandOnlyBesideTheirOwnSettings) {
  Results results = example_results(3);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.mode != Mode::prior_input && network.spec.seed == 1)
      network.spec.settings.N = 200;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  EXPECT_EQ(titles(drawing),
            (std::vector<std::string>{"N=48, high contrast", "N=48, low contrast",
                                      "N=200, high contrast", "N=200, low contrast"}));
  ASSERT_NE(find_series(drawing.panels[0], "prior_input", "network"), nullptr);
  EXPECT_EQ(find_series(drawing.panels[0], "prior_input", "network")->points.size(), 3u);
  EXPECT_EQ(find_series(drawing.panels[2], "prior_input", "network"), nullptr);
}

// Learning rate and noise are of a training: stage 1 is the start of each of them.
TEST(Facets, StageOneStandsBesideEveryTrainingOfStageTwo) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.stage == 2 && network.spec.seed == 2)
      network.spec.settings.learning_rate = 1e-3;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  for (const Panel &panel : drawing.panels) {
    EXPECT_EQ(find_series(panel, "stage1", "network")->points.size(), 2u) << panel.title;
    EXPECT_EQ(find_series(panel, "threshold", "network")->points.size(), 1u) << panel.title;
  }
}

// Of a parent's training, its children's own is no part: they stand with their parent, and the table has their own setting.
// A prior_input network is of stage 1, too, and stands only where its own rate is.
TEST(Facets, StageTwoStandsWithItsParent) {
  Results results = example_results(4);
  std::map<std::string, const FinishedNetwork *> by_id;
  for (FinishedNetwork &network : results.networks) {
    network.spec.settings.learning_rate = 1e-4;
    if (network.stage == "weights" && network.spec.seed > 2)
      network.spec.settings.learning_rate = 1e-3;
    by_id[network.run_id] = &network;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  EXPECT_EQ(titles(drawing),
            (std::vector<std::string>{"stage 1 learning_rate=0.0001, high contrast",
                                      "stage 1 learning_rate=0.0001, low contrast",
                                      "stage 1 learning_rate=0.001, high contrast",
                                      "stage 1 learning_rate=0.001, low contrast"}));
  EXPECT_EQ(find_series(drawing.panels[0], "prior_input", "network")->points.size(), 4u);
  EXPECT_EQ(find_series(drawing.panels[2], "prior_input", "network"), nullptr);
  for (const std::size_t p : {std::size_t{0}, std::size_t{2}}) {
    for (const char *group : {"stage1", "threshold"}) {
      const std::vector<Point> &points = find_series(drawing.panels[p], group, "network")->points;
      ASSERT_EQ(points.size(), 2u) << group;
      for (const Point &point : points)
        EXPECT_EQ(drawing.networks[static_cast<std::size_t>(point.network)].seed > 2, p == 2);
    }
  }
  std::istringstream table(drawing_csv(drawing, "5a"));
  std::string line;
  std::getline(table, line);
  EXPECT_EQ(line.substr(0, 71),
            "learning_rate,stage1_learning_rate,contrast,model,statistic,seed,run_id");
  std::map<std::string, int> rows;
  std::set<std::string> parents_of_means;
  while (std::getline(table, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
    if (fields[4] == "mean of networks" && fields[3] == "threshold") {
      EXPECT_EQ(fields[0], "0.0001");
      parents_of_means.insert(fields[1]);
    }
    if (fields[4] != "network") continue;
    ++rows[fields[6]];
    EXPECT_DOUBLE_EQ(std::stod(fields[0]), by_id.at(fields[6])->spec.settings.learning_rate);
  }
  EXPECT_EQ(parents_of_means, (std::set<std::string>{"0.0001", "0.001"}));
  EXPECT_EQ(rows.size(), by_id.size());
  for (const auto &[id, count] : rows) EXPECT_EQ(count, 2) << id << ": one for each contrast";
  EXPECT_EQ(draw_threshold_tuning(results, {}).panels.size(), 6u) << "without their parents, too";
}

// Both trainings have several settings: no mean is over networks of other parents, and each row says which.
TEST(Facets, BothTrainingsTellApart) {
  Results results = example_results(4);
  for (FinishedNetwork &network : results.networks) {
    const std::uint64_t seed = network.spec.seed;
    const bool is_second = network.spec.stage == 2;
    network.spec.settings.n_trials = (is_second ? seed % 2 == 0 : seed > 2) ? 300 : 100;
  }
  const Drawing drawing = draw_stage2_learning(results, {});
  EXPECT_EQ(titles(drawing), (std::vector<std::string>{"stage 1 n_trials=100, n_trials=100",
                                                       "stage 1 n_trials=100, n_trials=300",
                                                       "stage 1 n_trials=300, n_trials=100",
                                                       "stage 1 n_trials=300, n_trials=300"}));
  for (const Panel &panel : drawing.panels)
    EXPECT_EQ(panel.factors.size(), 2u) << "n_trials, stage1_n_trials";
  const Drawing both = draw_bias_toward_prior(results, {});
  EXPECT_EQ(both.panels.at(2).title, "stage 1 n_trials=100, stage 2 n_trials=300, high contrast");
  EXPECT_EQ(find_series(both.panels[2], "stage1", "network")->points.size(), 2u);
  EXPECT_EQ(find_series(both.panels[2], "threshold", "network")->points.size(), 1u);
}

// Seed 2 is of both stages: the group of each is whole, and a figure of one shows nothing of the other.
TEST(Facets, ANetworkOfTwoStagesIsInTheGroupOfEach) {
  Results results = example_results(3);
  for (FinishedNetwork &network : results.networks) {
    if (network.stage != "weights") continue;
    if (network.spec.seed == 2) network.also_of = {"control"};
    if (network.spec.seed == 3) network.stage = "control";
  }
  const Drawing all = draw_bias_toward_prior(results, {});
  for (const char *group : {"stage1 (weights)", "stage1 (control)"})
    EXPECT_EQ(find_series(all.panels[0], group, "network")->points.size(), 2u) << group;
  FigureOptions options;
  options.stage = "control";
  const Drawing one = draw_bias_toward_prior(results, options);
  EXPECT_EQ(one.networks.size(), 2u);
  EXPECT_EQ(find_series(one.panels[0], "stage1 (control)", "network")->points.size(), 2u);
  EXPECT_EQ(find_series(one.panels[0], "stage1 (weights)", "network"), nullptr);
}

// Where stage 1 stands beside several trainings, the table has it once, with its own rate.
TEST(Facets, TableHasANetworkOfSeveralPanelsOnce) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    network.spec.settings.learning_rate = 1e-4;
    if (network.spec.stage == 2 && network.spec.seed == 2)
      network.spec.settings.learning_rate = 1e-3;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  EXPECT_EQ(drawing.panels[2].title, "stage 2 learning_rate=0.001, high contrast");
  std::istringstream table(drawing_csv(drawing, "5a"));
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.find(",stage1,network,") == std::string::npos) continue;
    ++rows;
    EXPECT_EQ(line.substr(0, 7), "0.0001,") << line;
  }
  EXPECT_EQ(rows, 4) << "two networks, two contrasts";
}

// A network whose gain nobody knows may have any.
TEST(Facets, UnknownGainsStandEverywhere) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    network.spec.settings.gain = network.spec.seed == 1 ? 1.5 : 1.2;
    if (network.spec.mode == Mode::prior_input)
      network.spec.settings.gain = std::numeric_limits<double>::quiet_NaN();
  }
  const Drawing drawing = draw_direction_sd(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  EXPECT_EQ(drawing.panels[0].title, "gain=1.2, high contrast");
  for (const Panel &panel : drawing.panels)
    EXPECT_EQ(find_series(panel, "prior_input", "network")->points.size(), 2u) << panel.title;
}

TEST(Facets, SettingsComeInTheOrderOfTheirNumbersAndNetworksOfTheirSeeds) {
  Results results = example_results(6);
  for (FinishedNetwork &network : results.networks)
    network.spec.settings.tau_ms = network.spec.seed % 2 == 0 ? 9 : 30.5;
  std::reverse(results.networks.begin(), results.networks.end());
  const Drawing drawing = draw_bias_toward_prior(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  EXPECT_EQ(drawing.panels[0].title, "tau=9 ms, high contrast");
  EXPECT_EQ(drawing.panels[2].title, "tau=30.5 ms, high contrast");
  std::vector<std::uint64_t> seeds;
  for (const Point &point : find_series(drawing.panels[0], "threshold", "network")->points)
    seeds.push_back(drawing.networks[static_cast<std::size_t>(point.network)].seed);
  EXPECT_EQ(seeds, (std::vector<std::uint64_t>{2, 4, 6}));
}

} // namespace
